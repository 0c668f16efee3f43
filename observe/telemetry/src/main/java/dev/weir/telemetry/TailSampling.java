package dev.weir.telemetry;

import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Which traces are sent, decided when their root has ended or a time is over.
///
/// A trace is sent when any of these says so. Spans that come after the decision follow it, as long
/// as it is remembered.
///
/// @param errors whether traces with an error are sent
/// @param slow from which duration of any span on a trace is sent; null: durations do not matter
/// @param ratio the share of all other traces that is sent, 0 to 1
/// @param routes the shares of traces whose root has an attribute `http.route`, or else a name,
///   like this; these come instead of `ratio`
/// @param decisionWait how long after its first span has ended a trace waits for its root
/// @param traces how many traces may wait; beyond that the oldest are decided at once
/// @param bytes how many bytes of spans may wait; beyond that the oldest traces are decided at once
public record TailSampling(
        boolean errors,
        @Nullable Duration slow,
        double ratio,
        Map<String, Double> routes,
        Duration decisionWait,
        int traces,
        long bytes) {
    /// Errors, traces of a second and longer, and a tenth of all others; traces wait for 10
    /// seconds, at most 10,000 traces with 16 MiB.
    public static final TailSampling DEFAULT =
            new TailSampling(
                    true,
                    Duration.ofSeconds(1),
                    0.1,
                    Map.of(),
                    Duration.ofSeconds(10),
                    10_000,
                    16L << 20);

    /// Refuses what cannot work.
    public TailSampling {
        Objects.requireNonNull(decisionWait, "decisionWait");
        routes = Map.copyOf(routes);
        share("ratio", ratio);
        routes.forEach(TailSampling::share);
        if (slow != null && slow.isNegative()) {
            throw new IllegalArgumentException("slow: expected 0 or more, found " + slow);
        }
        if (!decisionWait.isPositive()) {
            throw new IllegalArgumentException(
                    "decisionWait: expected above 0, found " + decisionWait);
        }
        if (traces < 1 || bytes < 1) {
            throw new IllegalArgumentException(
                    "traces, bytes: expected 1 or more, found " + traces + ", " + bytes);
        }
    }

    /// The same, with another share of ordinary traces.
    public TailSampling withRatio(double ratio) {
        return new TailSampling(errors, slow, ratio, routes, decisionWait, traces, bytes);
    }

    private static void share(String name, double value) {
        if (!(value >= 0 && value <= 1)) {
            throw new IllegalArgumentException(name + ": expected 0 to 1, found " + value);
        }
    }
}
