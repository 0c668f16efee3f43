package dev.weir.telemetry;

import java.util.List;
import java.util.Objects;

/// A trace with its spans, as far as they have come.
///
/// @param spans by their start, parents before children that start together with them
/// @param droppedSpans those that were too many for one trace, and were not kept
public record Trace(TraceSummary summary, List<ReceivedSpan> spans, int droppedSpans) {
    /// Copies the collections.
    public Trace {
        Objects.requireNonNull(summary, "summary");
        spans = List.copyOf(spans);
    }
}
