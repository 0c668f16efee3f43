package dev.weir.saga;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A saga as it was when it was looked at.
///
/// @param id 32 hexadecimal digits
/// @param definition the name of the definition
/// @param version the version of the definition that it was started with
/// @param key its business key
/// @param status where it is
/// @param owner the node that works on it; null when none does
/// @param created when it was started, by the database's clock
/// @param due when somebody has to look at it; null at its end
/// @param context the context as text
/// @param why why it goes back, is stuck, waits or was abandoned
/// @param stuck whether it needs an operator, as far as its owner knew
/// @param steps what happened, in the order of the commits; empty in lists
public record SagaView(
        String id,
        String definition,
        String version,
        @Nullable String key,
        SagaStatus status,
        @Nullable String owner,
        Instant created,
        @Nullable Instant due,
        String context,
        @Nullable String why,
        boolean stuck,
        List<StepView> steps) {
    /// Copies the steps.
    public SagaView {
        steps = List.copyOf(steps);
    }

    /// A step of a saga.
    ///
    /// @param name its name
    /// @param state where it is
    /// @param attempts attempts that failed, or whose outcome is unknown
    /// @param error what the last of them said
    /// @param at when that was committed
    /// @param node the node that did it
    public record StepView(
            String name,
            StepState state,
            int attempts,
            @Nullable String error,
            Instant at,
            String node) {}

    static SagaView of(SagaRow row, Iterable<StepRow> steps) {
        var views = new java.util.ArrayList<StepView>();
        for (var step : steps) {
            views.add(
                    new StepView(
                            step.step(),
                            step.state(),
                            step.attempts(),
                            step.error(),
                            Instant.ofEpochMilli(step.at()),
                            step.node()));
        }
        return new SagaView(
                row.id(),
                row.definition(),
                row.version(),
                row.key(),
                row.status(),
                row.owner(),
                Instant.ofEpochMilli(row.created()),
                row.due() == null ? null : Instant.ofEpochMilli(row.due()),
                row.context(),
                row.why(),
                row.stuck(),
                views);
    }
}
