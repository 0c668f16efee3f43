package dev.weir.telemetry.otlp;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;

/// One complete `Export...ServiceRequest` in protobuf, as parts that follow each other.
///
/// Whoever holds a payload last calls `release` once, after which the parts may be written anew.
/// Not thread-safe: one holder at a time.
///
/// @param signal which service it is for
/// @param parts the bytes, each from its position to its limit; holders read duplicates
/// @param items the spans, data points or log records in it
/// @param onRelease gives the memory of the parts back
public record Payload(Signal signal, List<ByteBuffer> parts, int items, Runnable onRelease) {
    /// Refuses what is out of range and copies the collections.
    public Payload {
        Objects.requireNonNull(signal, "signal");
        Objects.requireNonNull(onRelease, "onRelease");
        parts = List.copyOf(parts);
        if (items < 0) {
            throw new IllegalArgumentException("items: expected 0 or more, found " + items);
        }
    }

    /// A payload on memory that nobody writes again.
    public static Payload of(Signal signal, byte[] request, int items) {
        return new Payload(signal, List.of(ByteBuffer.wrap(request)), items, () -> {});
    }

    /// The length of the request in bytes.
    public long size() {
        long size = 0;
        for (var part : parts) {
            size += part.remaining();
        }
        return size;
    }

    /// Gives the memory back; the payload is not read after that.
    public void release() {
        onRelease.run();
    }
}
