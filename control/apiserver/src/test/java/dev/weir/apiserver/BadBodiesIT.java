package dev.weir.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.store.Store;
import dev.weir.store.StoreOptions;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Bodies that make no sense are refused with a Status that says why.
class BadBodiesIT {
    private static final String MAPS = "/api/v1/namespaces/default/configmaps";
    private static final String KINDS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";

    @TempDir static Path directory;

    private static Store store;
    private static ApiServer server;
    private static Web admin;

    @BeforeAll
    static void start() throws IOException {
        store = Store.inMemory(StoreOptions.DEFAULT);
        var address = new InetSocketAddress("127.0.0.1", 0);
        server = ApiServer.start(store, ApiServer.Options.on(address, directory, List.of()));
        var token = Web.token(directory, "weir:admin");
        admin = Web.of(server, directory, HttpClient.Version.HTTP_2, token);
        admin.post(MAPS, "{\"metadata\":{\"name\":\"m\"},\"data\":{\"k\":\"v\"}}");
    }

    @AfterAll
    static void stop() {
        admin.close();
        server.close();
        store.close();
    }

    private static String told(java.net.http.HttpResponse<byte[]> answer) {
        var status = Web.json(answer);
        assertThat(status.string("kind")).isEqualTo("Status");
        return answer.statusCode()
                + " "
                + status.string("reason")
                + ": "
                + status.string("message");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    json-patch            | {}                                            | 400 BadRequest
                    json-patch            | [                                             | 400 BadRequest
                    json-patch            | [{"op":"fly","path":"/data"}]                 | 422 Invalid
                    json-patch            | [{"op":"remove","path":"/data/none"}]         | 422 Invalid
                    json-patch            | [{"op":"test","path":"/data/k","value":"x"}]  | 422 Invalid
                    json-patch            | [{"op":"replace","path":"/data","value":3}]   | 422 Invalid
                    json-patch            | [{"op":"replace","path":"/kind","value":"X"}] | 422 Invalid
                    merge-patch           | []                                            | 400 BadRequest
                    merge-patch           | {"data":{"k":                                 | 400 BadRequest
                    merge-patch           | {"data":[1]}                                  | 422 Invalid
                    merge-patch           | {"metadata":{"labels":{"a b":"c"}}}           | 422 Invalid
                    merge-patch           | {"metadata":{"resourceVersion":"1"}}          | 409 Conflict
                    merge-patch           | {"metadata":{"name":"other"}}                 | 400 BadRequest
                    strategic-merge-patch | 7                                             | 400 BadRequest
                    strategic-merge-patch | {"data":{"$patch":"explode"}}                 | '500 '
                    strategic-merge-patch | {"data":"text"}                               | 422 Invalid
                    apply-patch           | {}                                            | 415 UnsupportedMediaType
                    """)
    void refusesPatches(String type, String patch, String expected) {
        var suffix = type.equals("apply-patch") ? "+yaml" : "+json";
        var answer = admin.send("PATCH", MAPS + "/m", "application/" + type + suffix, patch);
        assertThat(told(answer)).startsWith(expected + ": ");
        assertThat(Web.json(admin.get(MAPS + "/m")).object("data").string("k")).isEqualTo("v");
    }

    @Test
    void refusesLabelsThatAreTooLongOrTooMany() {
        assertThat(told(admin.post(MAPS, labelled("\"l\":\"" + "v".repeat(64) + "\""))))
                .startsWith("422 Invalid: ")
                .contains("must be no more than 63");
        assertThat(told(admin.post(MAPS, labelled("\"" + "k".repeat(64) + "\":\"v\""))))
                .startsWith("422 Invalid: ");
        var annotations = "\"annotations\":{\"a\":\"" + "x".repeat(300_000) + "\"}";
        assertThat(told(admin.post(MAPS, "{\"metadata\":{\"name\":\"a\"," + annotations + "}}")))
                .startsWith("422 Invalid: ")
                .contains("262144");
        var value = "\"big\":\"" + "x".repeat(1_500_000) + "\"";
        assertThat(
                        told(
                                admin.post(
                                        MAPS,
                                        "{\"metadata\":{\"name\":\"a\"},\"data\":{"
                                                + value
                                                + "}}")))
                .matches("(?s)(413|422) .*");
    }

    private static String labelled(String label) {
        return "{\"metadata\":{\"name\":\"l\",\"labels\":{" + label + "}}}";
    }

    @Test
    void refusesDepthInJsonAndYaml() {
        var deep = "{\"data\":".repeat(2000) + "1" + "}".repeat(2000);
        assertThat(told(admin.post(MAPS, deep))).startsWith("400 BadRequest: ");
        var yaml = admin.send("POST", MAPS, "application/yaml", "[".repeat(5000));
        assertThat(told(yaml)).startsWith("400 BadRequest: ");
        var bomb = new StringBuilder("a0: &a0 [x]\n");
        for (int i = 1; i < 40; i++) {
            bomb.append("a%d: &a%d [*a%d,*a%d,*a%d]\n".formatted(i, i, i - 1, i - 1, i - 1));
        }
        assertThat(told(admin.send("POST", MAPS, "application/yaml", bomb.toString())))
                .startsWith("400 BadRequest: ");
        var patch = "{\"data\":".repeat(2000) + "1" + "}".repeat(2000);
        assertThat(told(admin.send("PATCH", MAPS + "/m", "application/merge-patch+json", patch)))
                .startsWith("400 BadRequest: ");
    }

    @Test
    void refusesProtobufThatIsNone() {
        for (var body : List.of("", "k8s", "k8s\0", "k8s\0\u007f\u007f\u007f", "{}")) {
            var answer = admin.send("POST", MAPS, "application/vnd.kubernetes.protobuf", body);
            assertThat(told(answer)).startsWith("400 BadRequest: ");
        }
    }

    @Test
    void refusesSchemasThatAreNotStructural() {
        assertThat(told(admin.post(KINDS, kind("{}")))).startsWith("422 Invalid: ");
        assertThat(told(admin.post(KINDS, kind("{\"type\":\"object\",\"properties\":{\"a\":{}}}"))))
                .startsWith("422 Invalid: ")
                .contains("type: Required value");
        assertThat(
                        told(
                                admin.post(
                                        KINDS,
                                        kind(
                                                "{\"type\":\"object\",\"anyOf\":[{\"properties\":"
                                                        + "{\"b\":{\"type\":\"string\"}}}]}"))))
                .startsWith("422 Invalid: ");
        assertThat(
                        told(
                                admin.post(
                                        KINDS,
                                        kind(
                                                "{\"type\":\"object\",\"properties\":{\"a\":"
                                                        + "{\"type\":\"string\",\"pattern\":\"(\"}}}"))))
                .startsWith("422 Invalid: ");
        assertThat(admin.get("/apis/bad.example/v1/bads").statusCode()).isEqualTo(404);
    }

    private static String kind(String schema) {
        return """
        {"apiVersion":"apiextensions.k8s.io/v1","kind":"CustomResourceDefinition",
         "metadata":{"name":"bads.bad.example"},
         "spec":{"group":"bad.example","scope":"Namespaced","names":{"kind":"Bad","plural":"bads"},
          "versions":[{"name":"v1","served":true,"storage":true,"schema":{"openAPIV3Schema":%s}}]}}
        """
                .formatted(schema);
    }

    @Test
    void refusesQueriesThatMakeNoSense() {
        for (var query :
                List.of(
                        "?limit=x",
                        "?labelSelector=a%20b%20c",
                        "?fieldSelector=nonsense",
                        "?continue=!",
                        "?resourceVersion=x",
                        "?watch=true&timeoutSeconds=x")) {
            assertThat(told(admin.get(MAPS + query))).as(query).startsWith("400 BadRequest: ");
        }
    }
}
