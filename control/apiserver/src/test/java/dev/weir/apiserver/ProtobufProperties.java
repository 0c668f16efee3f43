package dev.weir.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.resource.Json;
import dev.weir.resource.Status;
import dev.weir.resource.StatusException;
import java.util.ArrayList;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

final class ProtobufProperties {
    private static final byte[] EVENT =
            Protobuf.encode(
                    Json.parse(
                                    """
                                    {"kind":"Event","apiVersion":"v1","metadata":{"name":"e","labels":{"a":"b"},
                                    "managedFields":[{"manager":"m","fieldsV1":{"f:a":{}}}],
                                    "creationTimestamp":"2020-01-01T00:00:00Z"},"involvedObject":{"kind":"K"},
                                    "eventTime":"2020-01-01T00:00:00.000001Z","series":{"count":3}}\
                                    """)
                            .asObject());

    @Property(tries = 3000)
    void answersBrokenBytesWithBadRequest(
            @ForAll @IntRange(min = 4, max = 400) int at,
            @ForAll byte value,
            @ForAll @IntRange(max = 400) int cut) {
        var bytes = EVENT.clone();
        bytes[at % bytes.length] = value;
        bytes = java.util.Arrays.copyOf(bytes, bytes.length - cut % bytes.length);
        try {
            var object = Protobuf.decode(bytes);
            assertThat(Protobuf.decode(Protobuf.encode(object))).isEqualTo(object);
        } catch (StatusException e) {
            assertThat(e.reason()).isEqualTo(Status.Reason.BadRequest);
        }
    }

    @Property
    void roundTripsConfigMaps(
            @ForAll @Size(max = 5) Map<String, String> data,
            @ForAll @Size(max = 3) Map<String, String> labels) {
        var object =
                BuiltIns.canonical(
                        BuiltInsTest.names("ConfigMap"),
                        Json.Obj.of("kind", Json.of("ConfigMap"))
                                .with("apiVersion", Json.of("v1"))
                                .with("metadata", Json.Obj.of("labels", strings(labels)))
                                .with("data", strings(data)),
                        new ArrayList<>());
        assertThat(Protobuf.decode(Protobuf.encode(object))).isEqualTo(object);
    }

    private static Json strings(Map<String, String> map) {
        var out = Json.Obj.EMPTY;
        for (var entry : map.entrySet()) {
            out = out.with(wellFormed(entry.getKey()), Json.of(wellFormed(entry.getValue())));
        }
        return out;
    }

    /// Lone surrogates have no UTF-8 form.
    private static String wellFormed(String text) {
        var utf8 = java.nio.charset.StandardCharsets.UTF_8;
        return new String(text.getBytes(utf8), utf8);
    }
}
