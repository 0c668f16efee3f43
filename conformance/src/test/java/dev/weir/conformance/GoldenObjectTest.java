package dev.weir.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.conformance.GoldenObject.Change;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A golden object is changed alike in its three forms, and nowhere but where it has to be.
class GoldenObjectTest {
    private static final byte[] MAGIC = {'k', '8', 's', 0};

    @TempDir Path folder;

    @BeforeEach
    void files() throws IOException {
        Files.writeString(
                folder.resolve("v1.Thing.json"),
                """
                {"kind":"Thing","metadata":{"name":"nameValue","uid":"u","labels":{"a":"b"}},
                 "data":{"uid":"stays"},"status":{"x":1},"type":"typeValue"}\
                """);
        Files.writeString(
                folder.resolve("v1.Thing.yaml"),
                """
                data:
                  uid: stays
                kind: Thing
                metadata:
                  finalizers:
                  - a
                  labels:
                    a: b
                  name: nameValue
                  ownerReferences:
                  - name: nameValue
                    uid: u
                  uid: u
                status:
                  x: 1
                type: typeValue
                """);
        var metadata = message(text(1, "nameValue"), text(5, "u"), text(11, "label"));
        var object =
                message(
                        WireField.of(1, metadata),
                        text(2, "data"),
                        text(3, "status"),
                        text(4, "typeValue"));
        var out = new ByteArrayOutputStream();
        out.writeBytes(MAGIC);
        out.writeBytes(message(text(1, "Thing"), WireField.of(2, object), text(4, "")));
        Files.write(folder.resolve("v1.Thing.pb"), out.toByteArray());
    }

    @Test
    void keepsWhatAClientMaySet() throws IOException {
        var changes = List.of(new Change("status", 3, null), new Change("type", 4, "Normal"));
        var golden = GoldenObject.read(folder, "v1.Thing", changes);

        assertThat(new String(golden.json().bytes(), UTF_8))
                .isEqualTo(
                        "{\"kind\":\"Thing\",\"metadata\":{\"name\":\"namevalue\",\"labels\":{\"a\":\"b\"}},"
                                + "\"data\":{\"uid\":\"stays\"},\"type\":\"Normal\"}");
        assertThat(golden.yaml())
                .isEqualTo(
                        """
                        data:
                          uid: stays
                        kind: Thing
                        metadata:
                          labels:
                            a: b
                          name: namevalue
                        type: Normal
                        """);
        var object =
                message(
                        WireField.of(1, message(text(1, "namevalue"), text(11, "label"))),
                        text(2, "data"),
                        text(4, "Normal"));
        assertThat(golden.protobuf())
                .startsWith(MAGIC)
                .endsWith(message(text(1, "Thing"), WireField.of(2, object), text(4, "")));
    }

    @Test
    void writesFieldsAsTheyWereRead() {
        var fields =
                List.of(
                        new WireField(1, 0, new byte[] {(byte) 0xac, 2}),
                        new WireField(2, 1, new byte[8]),
                        text(16, "x".repeat(300)),
                        new WireField(4, 5, new byte[4]));
        var bytes = WireField.message(fields);
        assertThat(WireField.message(WireField.all(bytes))).isEqualTo(bytes);
        assertThat(WireField.all(bytes)).extracting(WireField::number).containsExactly(1, 2, 16, 4);
        assertThatThrownBy(() -> WireField.all(new byte[] {0x0b})).hasMessage("wire type 3");
    }

    private static WireField text(int number, String content) {
        return WireField.of(number, content.getBytes(UTF_8));
    }

    private static byte[] message(WireField... fields) {
        return WireField.message(List.of(fields));
    }
}
