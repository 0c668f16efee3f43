package dev.weir.telemetry.otlp;

import java.nio.ByteBuffer;
import java.util.List;

/// A request as it goes onto the wire, and as often as needed.
///
/// @param signal which service it is for
/// @param parts the body, each from its position to its limit; read through duplicates
/// @param gzip whether the body is compressed
record Request(Signal signal, List<ByteBuffer> parts, boolean gzip) {
    long length() {
        long length = 0;
        for (var part : parts) {
            length += part.remaining();
        }
        return length;
    }
}
