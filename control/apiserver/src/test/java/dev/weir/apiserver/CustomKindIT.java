package dev.weir.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.resource.Json;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What only custom kinds have, over HTTP.
class CustomKindIT {
    private static final String DEFINITIONS =
            "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
    private static final String TILLS = "/apis/test.weir.dev/v1/namespaces/default/tills";
    private static final String MERGE = "application/merge-patch+json";

    @TempDir Path directory;

    private Live live;
    private Web admin;

    @BeforeEach
    void start() throws IOException {
        live = Live.in(directory);
        admin = live.admin();
        assertThat(admin.post(DEFINITIONS, definition(9)).statusCode()).isEqualTo(201);
        assertThat(admin.post(TILLS, till("one", "5")).statusCode()).isEqualTo(201);
    }

    private static String definition(int most) {
        return """
        {"apiVersion":"apiextensions.k8s.io/v1","kind":"CustomResourceDefinition",
         "metadata":{"name":"tills.test.weir.dev"},
         "spec":{"group":"test.weir.dev","scope":"Namespaced","names":{"plural":"tills","kind":"Till","listKind":"TillReport"},
          "versions":[{"name":"v1","served":true,"storage":true,
           "subresources":{"status":{},"scale":{"specReplicasPath":".spec.size","statusReplicasPath":".status.size","labelSelectorPath":".status.selector"}},
           "schema":{"openAPIV3Schema":{"type":"object","properties":{
            "spec":{"type":"object","properties":{"size":{"type":"integer","maximum":%d}}},
            "status":{"type":"object","properties":{"size":{"type":"integer"},"selector":{"type":"string"}}}}}}}]}}
        """
                .formatted(most);
    }

    private static String till(String name, String size) {
        return """
        {"apiVersion":"test.weir.dev/v1","kind":"Till","metadata":{"name":"%s"},"spec":{"size":%s}}
        """
                .formatted(name, size);
    }

    @AfterEach
    void stop() {
        live.close();
    }

    @Test
    void takesTheStatusOfAnObjectThatItsSchemaNoLongerAllows() {
        var stricter =
                admin.send("PATCH", DEFINITIONS + "/tills.test.weir.dev", MERGE, definition(3));
        assertThat(stricter.statusCode()).isEqualTo(200);
        var told = admin.send("PATCH", TILLS + "/one/status", MERGE, "{\"status\":{\"size\":5}}");
        assertThat(told.statusCode()).isEqualTo(200);
        assertThat(Web.json(told).object("status").integer("size", 0)).isEqualTo(5);
        var wished =
                admin.send(
                        "PATCH",
                        TILLS + "/one",
                        MERGE,
                        "{\"metadata\":{\"labels\":{\"a\":\"b\"}}}");
        assertThat(Web.json(wished).string("message"))
                .contains("spec.size in body should be less than or equal to 3");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    -1   | .spec.size: Invalid value: -1: should be a non-negative integer
                    "x"  | .spec.size accessor error: x is of the type string, expected int64
                    [1]  | .spec.size accessor error: [1] is of the type []interface {}, expected int64
                    """)
    void countsReplicasOnlyInNumbers(String size, String expected) {
        var answer = admin.post(TILLS, till("two", size));
        assertThat(answer.statusCode()).isEqualTo(422);
        assertThat(Web.json(answer).string("message")).contains(expected);
    }

    @Test
    void namesItsListsAsItsDefinitionSays() {
        assertThat(Web.json(admin.get(TILLS)).string("kind")).isEqualTo("TillReport");
    }

    @Test
    void tellsTheSelectorOfItsScale() {
        var status = "{\"status\":{\"size\":4,\"selector\":\"app=till\"}}";
        admin.send("PATCH", TILLS + "/one/status", MERGE, status);
        var scale = Web.json(admin.get(TILLS + "/one/scale")).object("status");
        assertThat(scale.integer("replicas", 0)).isEqualTo(4);
        assertThat(scale.string("selector")).isEqualTo("app=till");
    }

    @Test
    void isToldWhatAnObjectIs() {
        var nameless = admin.post(TILLS, "{\"metadata\":{\"name\":\"two\"}}");
        assertThat(nameless.statusCode()).isEqualTo(400);
        assertThat(Web.json(nameless).string("message"))
                .startsWith("the object provided is unrecognized (must be of type Till): ")
                .contains("Object 'Kind' is missing");
        var unversioned = admin.post(TILLS, "{\"kind\":\"Till\",\"metadata\":{\"name\":\"two\"}}");
        assertThat(Web.json(unversioned).string("message"))
                .isEqualTo(
                        "the API version in the data () does not match the expected API version"
                                + " (test.weir.dev/v1)");
        var other = admin.post(TILLS, till("two", "1").replace("Till", "Tile"));
        assertThat(other.statusCode()).isEqualTo(422);
        assertThat(Web.json(other).string("message")).endsWith("must be Till");
    }

    @Test
    void doesNotTellWhatASecretHoldsInAnError() {
        var secrets = "/api/v1/namespaces/default/secrets";
        var secret = "{\"metadata\":{\"name\":\"s\"},\"stringData\":{\"pin\":\"4711\"}}";
        assertThat(admin.post(secrets, secret).statusCode()).isEqualTo(201);
        var broken = admin.send("PATCH", secrets + "/s", MERGE, "{\"immutable\":\"text\"}");
        assertThat(broken.statusCode()).isEqualTo(422);
        assertThat(Web.json(broken).string("message"))
                .contains("cannot unmarshal string")
                .doesNotContain("pin");
    }

    @Test
    void givesOldObjectsTheDefaultsOfANewSchema() throws Exception {
        var watch = admin.watch(TILLS + "?watch=true&resourceVersion=0");
        assertThat(watch.next().object("object").object("spec").has("color")).isFalse();
        watch.close();
        var colored =
                definition(9)
                        .replace(
                                "\"size\":{\"type\":\"integer\",\"maximum\":9}",
                                "\"color\":{\"type\":\"string\",\"default\":\"red\"}");
        var definition = DEFINITIONS + "/tills.test.weir.dev";
        assertThat(admin.send("PATCH", definition, MERGE, colored).statusCode()).isEqualTo(200);
        var expected = Json.parse("{\"color\":\"red\"}");
        assertThat(Web.json(admin.get(TILLS + "/one")).object("spec")).isEqualTo(expected);
        var listed = Web.json(admin.get(TILLS)).array("items").items().getFirst().asObject();
        assertThat(listed.object("spec")).isEqualTo(expected);
        try (var again = admin.watch(TILLS + "?watch=true&resourceVersion=0")) {
            assertThat(again.next().object("object").object("spec")).isEqualTo(expected);
        }
    }

    @Test
    void selectsByFieldsThatTheDefinitionNames() {
        var definition = DEFINITIONS + "/tills.test.weir.dev";
        var fields =
                """
                [{"op":"add","path":"/spec/versions/0/selectableFields","value":[{"jsonPath":"%s"}]}]
                """;
        var patch = "application/json-patch+json";
        var unknown = admin.get(TILLS + "?fieldSelector=spec.size%3D5");
        assertThat(unknown.statusCode()).isEqualTo(400);
        assertThat(Web.json(unknown).string("message"))
                .contains("field label not supported: spec.size");
        var wrong = admin.send("PATCH", definition, patch, fields.formatted(".spec.sizes"));
        assertThat(Web.json(wrong).string("message"))
                .contains(
                        "spec.selectableFields[0].jsonPath: Invalid value: \".spec.sizes\": is an"
                                + " invalid path: does not refer to a valid field");
        admin.send("PATCH", definition, patch, fields.formatted(".spec.size"));
        admin.post(TILLS, till("two", "6"));
        assertThat(names("spec.size%3D5")).containsExactly("one");
        assertThat(names("spec.size!%3D5")).containsExactly("two");
    }

    private java.util.List<String> names(String fieldSelector) {
        var list = Web.json(admin.get(TILLS + "?fieldSelector=" + fieldSelector));
        return list.array("items").items().stream()
                .map(item -> item.asObject().object("metadata").string("name"))
                .toList();
    }

    @Test
    void readsNoBodyOfMoreValuesThanAnObjectHas() {
        var ones = "1,".repeat(260_000) + "1";
        var json = admin.post(TILLS, till("two", "[" + ones + "]"));
        assertThat(json.statusCode()).isEqualTo(400);
        assertThat(Web.json(json).string("message")).contains("at most 250000 values");
        var bomb = new StringBuilder("a0: &a0 [1,1,1,1,1,1,1,1,1,1]\n");
        for (int i = 1; i < 8; i++) {
            bomb.append("a%d: &a%d [".formatted(i, i));
            bomb.append("*a%d,".formatted(i - 1).repeat(9)).append("1]\n");
        }
        var yaml = admin.send("POST", TILLS, "application/yaml", bomb.toString());
        assertThat(yaml.statusCode()).isEqualTo(400);
    }
}
