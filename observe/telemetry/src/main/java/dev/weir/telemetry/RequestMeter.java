package dev.weir.telemetry;

/// Counts the requests of one service, for ever and for the last minute. Not thread-safe.
final class RequestMeter {
    private static final long STEP = 5_000_000_000L;
    private static final int STEPS = 12;

    private final DurationHistogram total = new DurationHistogram();
    private final DurationHistogram[] steps = new DurationHistogram[STEPS];
    private long current = Long.MIN_VALUE;

    /// @param now in nanoseconds of any origin
    void add(long now, long duration, boolean error) {
        total.add(duration, error);
        step(now).add(duration, error);
    }

    ServiceFigures figures(String service, long now) {
        step(now);
        var minute = new DurationHistogram();
        for (var step : steps) {
            if (step != null) {
                minute.addAll(step);
            }
        }
        return new ServiceFigures(service, minute.figures(), total.figures());
    }

    /// The histogram of now; those of steps that passed without a request are emptied.
    private DurationHistogram step(long now) {
        long number = Math.floorDiv(now, STEP);
        long first = Math.max(current + 1, number - STEPS + 1);
        for (long passed = first; passed <= number; passed++) {
            var old = steps[Math.floorMod(passed, STEPS)];
            if (old != null) {
                old.clear();
            }
        }
        current = Math.max(current, number);
        int slot = Math.floorMod(current, STEPS);
        if (steps[slot] == null) {
            steps[slot] = new DurationHistogram();
        }
        return steps[slot];
    }
}
