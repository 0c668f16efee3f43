package dev.weir.telemetry.otlp;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Collection;

/// Encodes header blocks without tables: each field as a literal that is never indexed (RFC 7541
/// §6.2.3), as fields may be secrets. So an encoder has no state, and a block can be sent again.
final class HpackEncoder {
    private static final int NEVER_INDEXED = 0x10;

    private HpackEncoder() {}

    /// The block of some fields.
    static byte[] encode(Collection<Header> headers) {
        var out = new ByteArrayOutputStream(256);
        for (var header : headers) {
            out.write(NEVER_INDEXED);
            text(out, header.name());
            text(out, header.value());
        }
        return out.toByteArray();
    }

    private static void text(ByteArrayOutputStream out, String text) {
        var bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        integer(out, bytes.length);
        out.writeBytes(bytes);
    }

    private static void integer(ByteArrayOutputStream out, int value) {
        int mask = 0x7f;
        if (value < mask) {
            out.write(value);
            return;
        }
        out.write(mask);
        int rest = value - mask;
        while (rest >= 0x80) {
            out.write(rest | 0x80);
            rest >>>= 7;
        }
        out.write(rest);
    }
}
