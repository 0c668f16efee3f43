package dev.weir.telemetry.otlp;

import java.nio.ByteBuffer;
import java.util.List;

/// OTLP requests between protobuf and JSON (OTLP specification, JSON Protobuf Encoding): ids in
/// hex, 64-bit integers as strings, enums as integers, names in lowerCamelCase, unknown members
/// ignored.
///
/// All of it throws `TelemetryException` with `MALFORMED` where the bytes are broken.
final class OtlpJson {
    private OtlpJson() {}

    /// A request in JSON.
    static byte[] write(Signal signal, List<ByteBuffer> protobuf) {
        int size = 0;
        for (var part : protobuf) {
            size += part.remaining();
        }
        var bytes = new byte[size];
        int at = 0;
        for (var part : protobuf) {
            int length = part.remaining();
            part.duplicate().get(bytes, at, length);
            at += length;
        }
        return new JsonEncoder(2 * size).write(OtlpSchema.request(signal), bytes);
    }

    /// A request in protobuf.
    static byte[] read(Signal signal, byte[] json) {
        return new JsonDecoder(json).read(OtlpSchema.request(signal));
    }
}
