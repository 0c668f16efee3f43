package dev.weir.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.resource.Json;
import org.junit.jupiter.api.Test;

class MergePatchTest {
    private static Json.Obj json(String text) {
        return Json.parse(text.replace('\'', '"')).asObject();
    }

    @Test
    void sendsOnlyWhatDiffers() {
        var patch =
                MergePatch.threeWay(
                        Json.Obj.EMPTY,
                        json("{'a': 1, 'b': {'c': 2, 'd': [1, 2]}}"),
                        json("{'a': 1, 'b': {'c': 3, 'd': [1, 2], 'e': 5}}"));
        assertThat(patch).isEqualTo(json("{'b': {'c': 2}}"));
    }

    @Test
    void removesWhatTheLastManifestHadAndKeepsWhatOthersSet() {
        var patch =
                MergePatch.threeWay(
                        json("{'a': {'mine': 1, 'gone': 2}}"),
                        json("{'a': {'mine': 1}}"),
                        json("{'a': {'mine': 1, 'gone': 2, 'theirs': 3}}"));
        assertThat(patch).isEqualTo(json("{'a': {'gone': null}}"));
    }

    @Test
    void doesNotRemoveWhatIsGoneAlready() {
        var patch = MergePatch.threeWay(json("{'gone': 2}"), Json.Obj.EMPTY, Json.Obj.EMPTY);
        assertThat(patch.isEmpty()).isTrue();
    }

    @Test
    void betweenIsEmptyForEqualObjects() {
        var object = json("{'a': {'b': [1, {'c': null}]}}");
        assertThat(MergePatch.between(object, object).isEmpty()).isTrue();
    }
}
