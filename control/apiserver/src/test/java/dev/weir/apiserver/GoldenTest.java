package dev.weir.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.resource.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// Kubernetes' own golden objects (k8s.io/api/testdata/HEAD), byte for byte. They are looked up as
/// `kubernetes` in the folders of `WEIR_DATA`, and beside the repository.
final class GoldenTest {
    @TestFactory
    Stream<DynamicTest> readsAndWritesAsKubernetesDoes() {
        var folder = folder();
        Assumptions.assumeTrue(
                folder != null,
                "no golden objects: put k8s.io/api's testdata into a folder `kubernetes`, and name"
                        + " its parent in WEIR_DATA");
        var rows = TypeTable.BUILT_IN.kinds().stream();
        return rows.map(row -> name(row))
                .filter(name -> Files.exists(file(folder, name, "pb")))
                .map(name -> DynamicTest.dynamicTest(name, () -> roundTrip(folder, name)));
    }

    private static String name(TypeTable.KindRow row) {
        var names = row.names();
        var group = names.group().isEmpty() ? "core" : names.group();
        return group + "." + names.version() + "." + names.kind();
    }

    private static void roundTrip(Path folder, String name) throws IOException {
        var protobuf = Files.readAllBytes(file(folder, name, "pb"));
        var json = Json.parse(Files.readAllBytes(file(folder, name, "json"))).asObject();

        assertThat(text(Protobuf.decode(protobuf))).isEqualTo(text(json));
        assertThat(Protobuf.encode(json)).isEqualTo(protobuf);

        var row =
                TypeTable.BUILT_IN.kinds().stream()
                        .filter(one -> name(one).equals(name))
                        .findFirst()
                        .orElseThrow();
        var unknown = new ArrayList<String>();
        var canonical = BuiltIns.canonical(row.names(), json, unknown);
        assertThat(text(canonical)).isEqualTo(text(json));
        assertThat(unknown).isEmpty();
    }

    private static String text(Json json) {
        return new String(json.bytes(), StandardCharsets.UTF_8);
    }

    private static Path file(Path folder, String name, String extension) {
        return folder.resolve(name + "." + extension);
    }

    private static Path folder() {
        var named = System.getenv("WEIR_DATA");
        var parents = new ArrayList<Path>();
        if (named != null) {
            List.of(named.split(java.io.File.pathSeparator)).forEach(p -> parents.add(Path.of(p)));
        }
        for (var here = Path.of("").toAbsolutePath(); here != null; here = here.getParent()) {
            parents.add(here.resolve("shared/data"));
        }
        return parents.stream()
                .map(parent -> parent.resolve("kubernetes/testdata/HEAD"))
                .filter(Files::isDirectory)
                .findFirst()
                .orElse(null);
    }
}
