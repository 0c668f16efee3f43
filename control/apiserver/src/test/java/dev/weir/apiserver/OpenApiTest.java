package dev.weir.apiserver;

import static dev.weir.apiserver.BuiltInsTest.json;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.resource.Json;
import dev.weir.resource.ResourceType;
import dev.weir.resource.Schema;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

final class OpenApiTest {
    private static final ResourceType.Names CUSTOM =
            ResourceType.Names.of("ex.io", "v1", "T", "ts", true);

    private static Json.Obj core() {
        var types =
                BuiltIns.all().stream()
                        .filter(builtIn -> builtIn.names().group().isEmpty())
                        .map(builtIn -> new OpenApi.Type(builtIn.names(), builtIn.schema()))
                        .toList();
        return OpenApi.document("", "v1", types);
    }

    private static Json.Obj custom(String spec) {
        var schema = Schema.of(json("{'type':'object','properties':{'spec':" + spec + "}}"));
        return OpenApi.document("ex.io", "v1", List.of(new OpenApi.Type(CUSTOM, schema)));
    }

    @Test
    void letsKubectlFindFieldValidation() {
        var patch =
                core().object("paths")
                        .object("/api/v1/namespaces/{namespace}/configmaps/{name}")
                        .object("patch");
        assertThat(patch.object("x-kubernetes-group-version-kind"))
                .isEqualTo(json("{'group':'','kind':'ConfigMap','version':'v1'}"));
        assertThat(patch.array("parameters").items())
                .anySatisfy(parameter -> {
                    assertThat(parameter.asObject().string("name")).isEqualTo("fieldValidation");
                    assertThat(parameter.asObject().string("in")).isEqualTo("query");
                });
        assertThat(patch.object("requestBody").object("content").members())
                .containsKey("application/strategic-merge-patch+json");
    }

    @Test
    void describesTypesAndMergeKeys() {
        var schemas = core().object("components").object("schemas");
        var owners =
                schemas.object("io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta")
                        .object("properties")
                        .object("ownerReferences");
        assertThat(owners.string("x-kubernetes-patch-merge-key")).isEqualTo("uid");
        assertThat(owners.string("description")).isNotEmpty();
        assertThat(
                        schemas.object("io.k8s.api.core.v1.Secret")
                                .array("x-kubernetes-group-version-kind")
                                .items())
                .containsExactly(json("{'group':'','kind':'Secret','version':'v1'}"));
        assertThat(schemas.members()).containsKey("io.k8s.api.core.v1.SecretList");
    }

    @Test
    void refersOnlyToWhatIsThere() {
        for (var document : List.of(core(), custom("{'type':'object'}"))) {
            var known = document.object("components").object("schemas").members().keySet();
            var text = new String(document.bytes(), java.nio.charset.StandardCharsets.UTF_8);
            var names =
                    Pattern.compile("\"#/components/schemas/([^\"]+)\"")
                            .matcher(text)
                            .results()
                            .map(match -> match.group(1))
                            .toList();
            assertThat(known).containsAll(names);
            assertThat(names).isNotEmpty();
        }
    }

    @Test
    void describesCustomKinds() {
        var document =
                custom("{'type':'object','description':'d','properties':{'n':{'type':'integer'}}}");
        var schema = document.object("components").object("schemas").object("io.ex.v1.T");
        assertThat(schema.object("properties").object("spec").string("description")).isEqualTo("d");
        assertThat(schema.object("properties").object("metadata").has("allOf")).isTrue();
        assertThat(document.object("paths").members())
                .containsKeys(
                        "/apis/ex.io/v1/ts",
                        "/apis/ex.io/v1/namespaces/{namespace}/ts",
                        "/apis/ex.io/v1/namespaces/{namespace}/ts/{name}");
    }

    @Test
    void changesAddressesWithContent() {
        var before = custom("{'type':'object'}");
        var after = custom("{'type':'object','description':'x'}");
        assertThat(OpenApi.hash(before)).isNotEqualTo(OpenApi.hash(after));
        var documents = new LinkedHashMap<String, Json.Obj>();
        documents.put("apis/ex.io/v1", before);
        assertThat(OpenApi.index(documents).at("paths", "apis/ex.io/v1", "serverRelativeURL"))
                .isEqualTo(Json.of("/openapi/v3/apis/ex.io/v1?hash=" + OpenApi.hash(before)));
    }
}
