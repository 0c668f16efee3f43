package dev.weir.telemetry.metrics;

import dev.weir.telemetry.otlp.ProtoWriter;
import io.opentelemetry.api.common.Attributes;

/// A series of a metric that is written to directly: its attributes, and where it adds up.
final class Series {
    private static final byte[] NONE = new byte[0];

    final Attributes attributes;
    final long start;
    final Cell cell;

    /// For how many collections in a row nothing was recorded; the collector's.
    int idle;

    private byte[] encoded = NONE;

    /// @param start when it began, in nanoseconds since the epoch
    Series(Attributes attributes, long start, Cell cell) {
        this.attributes = attributes;
        this.start = start;
        this.cell = cell;
    }

    /// Writes the attributes, which are encoded once; the collector's only.
    void writeAttributes(ProtoWriter out, int field) {
        if (encoded.length == 0 && !attributes.isEmpty()) {
            var once = new ProtoWriter(32 * attributes.size());
            once.attributes(field, attributes);
            encoded = once.toByteArray();
        }
        out.raw(encoded, 0, encoded.length);
    }
}
