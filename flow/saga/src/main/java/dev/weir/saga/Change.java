package dev.weir.saga;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// What one commit changes about one saga.
///
/// @param before the saga's row before; null when this starts it
/// @param stepIsNew whether the step has no row yet
/// @param child a nested saga that this starts
/// @param reopens a nested saga that was done, and goes back now
/// @param awaits a nested saga that this goes on waiting for, in no node's memory
/// @param obeyed the operator's command that this carries out
record Change(
        @Nullable SagaRow before,
        SagaRow after,
        @Nullable StepRow step,
        boolean stepIsNew,
        List<Step.Write> writes,
        List<Step.Send> sends,
        @Nullable SagaRow child,
        @Nullable String reopens,
        @Nullable String awaits,
        @Nullable String obeyed) {
    static Change of(
            @Nullable SagaRow before, SagaRow after, @Nullable StepRow step, boolean isNew) {
        return new Change(before, after, step, isNew, List.of(), List.of(), null, null, null, null);
    }

    /// Whether no node works on the saga any more, though it is not at its end, and no node knew of
    /// a command.
    boolean leavesMemory() {
        return before != null
                && before.command() == null
                && after.owner() == null
                && !after.status().isEnd();
    }

    Change with(Step<?> done) {
        return new Change(
                before,
                after,
                step,
                stepIsNew,
                done.writes(),
                done.sends(),
                child,
                reopens,
                awaits,
                obeyed);
    }

    Change starting(SagaRow nested) {
        return new Change(
                before, after, step, stepIsNew, writes, sends, nested, reopens, awaits, obeyed);
    }

    Change reopening(String nested) {
        return new Change(
                before, after, step, stepIsNew, writes, sends, child, nested, awaits, obeyed);
    }

    Change awaiting(String nested) {
        return new Change(
                before, after, step, stepIsNew, writes, sends, child, reopens, nested, obeyed);
    }

    Change obeying(String command) {
        return new Change(
                before, after, step, stepIsNew, writes, sends, child, reopens, awaits, command);
    }
}
