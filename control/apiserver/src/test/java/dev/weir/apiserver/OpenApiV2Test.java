package dev.weir.apiserver;

import static dev.weir.apiserver.BuiltInsTest.json;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.resource.ResourceType;
import dev.weir.resource.Schema;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class OpenApiV2Test {
    private static byte[] document() {
        var names = ResourceType.Names.of("ex.io", "v1", "T", "ts", true);
        var schema =
                Schema.of(
                        json(
                                "{'type':'object','properties':{'spec':{'type':'object',"
                                        + "'properties':{'l':{'type':'array','items':{'type':'string'}}}}}}"));
        return OpenApiV2.of(
                List.of(OpenApi.document("ex.io", "v1", List.of(new OpenApi.Type(names, schema)))));
    }

    private static List<byte[]> fields(byte[] message, int wanted) throws ProtoException {
        var in = new ProtoReader(message, 0, message.length);
        var found = new ArrayList<byte[]>();
        while (in.next()) {
            if (in.field() == wanted) {
                found.add(in.bytes());
            } else {
                in.skip();
            }
        }
        return found;
    }

    private static String text(byte[] message, int field) throws ProtoException {
        return new String(fields(message, field).getFirst(), StandardCharsets.UTF_8);
    }

    @Test
    void namesVersionPathsAndDefinitions() throws ProtoException {
        var document = document();
        assertThat(text(document, 1)).isEqualTo("2.0");
        var paths = new ArrayList<String>();
        for (var path : fields(fields(document, 8).getFirst(), 2)) {
            paths.add(text(path, 1));
        }
        assertThat(paths).containsExactly("/apis/ex.io/v1/namespaces/{namespace}/ts/{name}");
        var definitions = new ArrayList<String>();
        for (var definition : fields(fields(document, 9).getFirst(), 1)) {
            definitions.add(text(definition, 1));
        }
        assertThat(definitions)
                .contains("io.ex.v1.T", "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta")
                .isSorted();
    }

    @Test
    void refersToDefinitions() {
        assertThat(new String(document(), StandardCharsets.ISO_8859_1))
                .contains("#/definitions/io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta")
                .contains("x-kubernetes-group-version-kind")
                .doesNotContain("#/components/");
    }
}
