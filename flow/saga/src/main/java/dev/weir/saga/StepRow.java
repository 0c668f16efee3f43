package dev.weir.saga;

import org.jspecify.annotations.Nullable;

/// A row of the table of steps.
///
/// @param attempts failed or unknown attempts of what the state is about
/// @param seq the saga's commit that wrote this row
/// @param due when to try again; 0 for now
record StepRow(
        String step,
        StepState state,
        int attempts,
        int seq,
        long due,
        @Nullable String error,
        long at,
        String node) {
    /// The row after an operator's command: what waits to be tried again waits no longer.
    StepRow dueNow() {
        return new StepRow(step, state, attempts, seq, 0, error, at, node);
    }
}
