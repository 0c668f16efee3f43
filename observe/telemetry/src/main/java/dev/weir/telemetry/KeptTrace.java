package dev.weir.telemetry;

import io.opentelemetry.api.trace.StatusCode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A trace that grows. Not thread-safe.
final class KeptTrace {
    private static final int SPAN = 400;
    private static final int PART = 120;
    private static final int ATTRIBUTE = 80;
    private static final Comparator<ReceivedSpan> ORDER =
            Comparator.comparingLong(ReceivedSpan::startEpochNanos)
                    .thenComparing(Comparator.comparing(ReceivedSpan::isRoot).reversed())
                    .thenComparing(
                            Comparator.comparingLong(ReceivedSpan::endEpochNanos).reversed());

    private final String traceId;
    private final List<ReceivedSpan> spans = new ArrayList<>(4);
    private final Set<String> services = new HashSet<>();
    private @Nullable ReceivedSpan root;
    private long start = Long.MAX_VALUE;
    private long end;
    private int errors;
    private int dropped;
    private long bytes;

    KeptTrace(String traceId) {
        this.traceId = traceId;
    }

    /// @return about how many bytes of heap that takes
    long add(ReceivedSpan span) {
        long more = bytes(span);
        if (spans.isEmpty() || spans.getLast().source() != span.source()) {
            more += attributes(span.source().resource().asMap());
        }
        bytes += more;
        spans.add(span);
        services.add(span.source().service());
        if (span.status() == StatusCode.ERROR) {
            errors++;
        }
        if (root == null || (!root.isRoot() && (span.isRoot() || before(span, root)))) {
            root = span;
        }
        start = Math.min(start, span.startEpochNanos());
        end = Math.max(end, span.endEpochNanos());
        return more;
    }

    private static boolean before(ReceivedSpan one, ReceivedSpan other) {
        return one.startEpochNanos() < other.startEpochNanos();
    }

    void drop() {
        dropped++;
    }

    long bytes() {
        return bytes;
    }

    int size() {
        return spans.size();
    }

    TraceSummary summary() {
        return new TraceSummary(
                traceId,
                root == null ? "" : root.name(),
                root == null ? "" : root.source().service(),
                start,
                Math.max(0, end - start),
                spans.size(),
                errors,
                services);
    }

    Trace snapshot() {
        return new Trace(summary(), spans.stream().sorted(ORDER).toList(), dropped);
    }

    private static long bytes(ReceivedSpan span) {
        long bytes = SPAN + span.name().length() + span.statusMessage().length();
        bytes += span.traceState().length();
        bytes += attributes(span.attributes().asMap());
        for (var event : span.events()) {
            bytes += PART + event.name().length() + attributes(event.attributes().asMap());
        }
        for (var link : span.links()) {
            bytes += PART + attributes(link.attributes().asMap());
        }
        return bytes;
    }

    private static long attributes(java.util.Map<?, ?> attributes) {
        long bytes = 0;
        for (var entry : attributes.entrySet()) {
            bytes += ATTRIBUTE + entry.getKey().toString().length();
            bytes += value(entry.getValue());
        }
        return bytes;
    }

    private static long value(Object value) {
        return switch (value) {
            case String text -> text.length();
            case List<?> list -> {
                long bytes = 0;
                for (var element : list) {
                    bytes += 32 + value(element);
                }
                yield bytes;
            }
            case io.opentelemetry.api.common.Value<?> any -> any.asString().length() * 2L;
            default -> 16;
        };
    }
}
