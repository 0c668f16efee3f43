package dev.weir.weave;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// What was woven.
///
/// @param seen classes that were looked at
/// @param woven classes that have hooks now
/// @param sites places that were woven, by instrumentation; `stack-maps` counts classes of a jar
///   that had none
/// @param refused classes that stay as they are though rules apply, each with the reason
/// @param time that it took
public record WeaveReport(
        int seen, int woven, Map<String, Integer> sites, List<String> refused, Duration time) {
    /// The report of nothing.
    public static final WeaveReport EMPTY =
            new WeaveReport(0, 0, Map.of(), List.of(), Duration.ZERO);

    /// Copies what it is given.
    public WeaveReport {
        sites = Map.copyOf(sites);
        refused = List.copyOf(refused);
    }

    /// Both reports in one.
    public WeaveReport plus(WeaveReport other) {
        var sum = new TreeMap<>(sites);
        other.sites.forEach((name, count) -> sum.merge(name, count, Integer::sum));
        var all = new ArrayList<>(refused);
        all.addAll(other.refused);
        return new WeaveReport(
                seen + other.seen, woven + other.woven, sum, all, time.plus(other.time));
    }

    /// One line for people.
    public String summary() {
        return "%d of %d classes woven in %d ms: %s"
                .formatted(woven, seen, time.toMillis(), new TreeMap<>(sites));
    }

    /// Counts what a weaver did, class by class. Not thread-safe.
    static final class Count {
        private final long start = System.nanoTime();
        private final Map<String, Integer> sites = new TreeMap<>();
        private final List<String> refused = new ArrayList<>();
        private int seen;
        private int woven;

        /// Weaves a class.
        ///
        /// @param name of the file, for the report
        /// @return the bytes to keep
        byte[] weave(Weaver weaver, String name, byte[] bytes, boolean own) {
            seen++;
            return switch (weaver.weave(bytes, own)) {
                case Outcome.Untouched _ -> bytes;
                case Outcome.Refused refusal -> {
                    refused.add(name + ": " + refusal.reason());
                    yield bytes;
                }
                case Outcome.Woven result -> {
                    woven++;
                    result.sites().forEach((rule, n) -> sites.merge(rule, n, Integer::sum));
                    yield result.bytes();
                }
            };
        }

        /// Gives a class stack maps, where it is older than they are.
        byte[] withStackMaps(Weaver weaver, byte[] bytes) {
            var mapped = weaver.withStackMaps(bytes);
            if (mapped != bytes) {
                sites.merge("stack-maps", 1, Integer::sum);
            }
            return mapped;
        }

        WeaveReport report() {
            return new WeaveReport(
                    seen, woven, sites, refused, Duration.ofNanos(System.nanoTime() - start));
        }
    }
}
