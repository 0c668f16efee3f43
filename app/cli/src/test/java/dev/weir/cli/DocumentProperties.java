package dev.weir.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.resource.Json;
import java.util.LinkedHashMap;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/// What is printed can be read back, and what is patched becomes what was wanted.
class DocumentProperties {
    @Provide
    Arbitrary<Json> values() {
        return value(3);
    }

    @Provide
    Arbitrary<Json.Obj> objects() {
        return object(3);
    }

    private static Arbitrary<Json> value(int depth) {
        Arbitrary<Json> leaf =
                Arbitraries.oneOf(
                        texts().map(Json::of),
                        Arbitraries.longs().map(Json::of),
                        Arbitraries.of(true, false).map(Json::of),
                        Arbitraries.doubles()
                                .between(-1e9, 1e9)
                                .filter(d -> d != Math.rint(d))
                                .map(Json.Dec::new));
        if (depth == 0) {
            return leaf;
        }
        Arbitrary<Json> list = value(depth - 1).list().ofMaxSize(3).map(Json.Arr::new);
        return Arbitraries.oneOf(leaf, list, object(depth - 1).map(o -> o));
    }

    private static Arbitrary<Json.Obj> object(int depth) {
        return Arbitraries.maps(texts(), value(depth))
                .ofMaxSize(4)
                .map(map -> new Json.Obj(new LinkedHashMap<>(map)));
    }

    /// Texts that readers of YAML are known to take for something else, among others.
    private static Arbitrary<String> texts() {
        return Arbitraries.oneOf(
                Arbitraries.of(
                        "",
                        " ",
                        "yes",
                        "No",
                        "on",
                        "null",
                        "~",
                        "true",
                        "1",
                        "0644",
                        "1e3",
                        "0x1f",
                        "12:30:45",
                        "2026-11-24",
                        ".5",
                        "-",
                        "- a",
                        "a: b",
                        "#c",
                        "a #b",
                        "&a",
                        "*a",
                        "!t",
                        "%d",
                        "@x",
                        "`",
                        "'",
                        "\"",
                        "[",
                        "{",
                        "|",
                        ">",
                        "two\nlines\n",
                        "  lead\nrest",
                        "end \n",
                        "\n",
                        "\t",
                        "a\tb",
                        "\u00e9\ud83d\ude00",
                        "\u0085",
                        "\u2028",
                        "a\r\nb",
                        "\ufeff"),
                Arbitraries.strings().ascii().ofMaxLength(12),
                Arbitraries.strings().withCharRange('a', 'e').ofMaxLength(3));
    }

    @Property(tries = 300)
    void yamlReadsBackWhatItWrote(@ForAll("objects") Json.Obj value) {
        assertThat(Yaml.read(Yaml.write(value), "test")).isEqualTo(List.of(value));
    }

    @Property(tries = 300)
    void prettyJsonReadsBack(@ForAll("values") Json value) {
        assertThat(Json.parse(PrettyJson.write(value))).isEqualTo(value);
    }

    @Property(tries = 300)
    void aPatchBetweenTwoObjectsTurnsOneIntoTheOther(
            @ForAll("objects") Json.Obj from, @ForAll("objects") Json.Obj to) {
        assertThat(merged(from, MergePatch.between(from, to))).isEqualTo(to);
    }

    @Property(tries = 300)
    void applyingTwiceChangesNothing(
            @ForAll("objects") Json.Obj last,
            @ForAll("objects") Json.Obj manifest,
            @ForAll("objects") Json.Obj live) {
        var once = (Json.Obj) merged(live, MergePatch.threeWay(last, manifest, live));
        assertThat(MergePatch.threeWay(manifest, manifest, once).isEmpty()).isTrue();
    }

    /// RFC 7386 §2, word by word.
    private static Json merged(Json target, Json patch) {
        if (!(patch instanceof Json.Obj changes)) {
            return patch;
        }
        var result =
                new LinkedHashMap<String, Json>(
                        target instanceof Json.Obj object
                                ? object.members()
                                : new LinkedHashMap<>());
        changes.members()
                .forEach((name, change) -> {
                    if (change instanceof Json.Null) {
                        result.remove(name);
                    } else {
                        result.put(name, merged(result.getOrDefault(name, Json.NULL), change));
                    }
                });
        return new Json.Obj(result);
    }
}
