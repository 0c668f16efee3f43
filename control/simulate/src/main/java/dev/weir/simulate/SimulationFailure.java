package dev.weir.simulate;

import org.jspecify.annotations.Nullable;

/// A run in which something was wrong. The message names the seed, says how to run it again, and
/// ends with the last lines of the trace.
public final class SimulationFailure extends AssertionError {
    private static final long serialVersionUID = 1;

    private final long seed;
    private final String problem;
    private final transient Trace trace;

    SimulationFailure(
            long seed, String problem, Trace trace, @Nullable Throwable cause, int shown) {
        super(
                "seed %d: %s%nThis run alone: -D%s=%d%n%s"
                        .formatted(seed, problem, Simulation.SEED, seed, trace.tail(shown)),
                cause);
        this.seed = seed;
        this.problem = problem;
        this.trace = trace;
    }

    /// What to give [Simulation#trace] to see the same run again.
    public long seed() {
        return seed;
    }

    /// What was wrong, without the trace.
    public String problem() {
        return problem;
    }

    /// All that happened, a line each.
    public String trace() {
        return trace == null ? "" : trace.toString();
    }
}
