package dev.weir.telemetry;

import java.nio.ByteBuffer;

/// Ended spans of one scope, one behind the other, as repeated fields of an OTLP `ScopeSpans`.
///
/// Written under the lock of its stripe; then handed over whole, and read by one holder at a time.
final class Page {
    final byte[] bytes;
    ScopeTracer tracer;
    int size;
    int spans;

    Page(int capacity, ScopeTracer tracer) {
        bytes = new byte[capacity];
        this.tracer = tracer;
    }

    boolean fits(int length) {
        return bytes.length - size >= length;
    }

    void append(byte[] source, int from, int length) {
        System.arraycopy(source, from, bytes, size, length);
        size += length;
        spans++;
    }

    ByteBuffer content() {
        return ByteBuffer.wrap(bytes, 0, size);
    }
}
