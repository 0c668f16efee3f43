package dev.weir.saga;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What operators ask the owner of a saga for, as text in the saga's row: a verb, a space, an
/// argument.
final class Command {
    static final String CANCEL = "cancel";
    static final String RETRY = "retry";
    static final String SKIP = "skip";
    static final String COMPENSATE = "compensate";
    static final String ABANDON = "abandon";

    private Command() {}

    /// A row in another status.
    interface Closer {
        SagaRow close(SagaRow row, SagaStatus status, @Nullable String why);
    }

    /// What carries out a command; one that cannot be carried out only goes away.
    static <C> Change change(Run<C> run, String command, Closer closer) {
        int space = command.indexOf(' ');
        var verb = space < 0 ? command : command.substring(0, space);
        var argument = space < 0 ? "" : command.substring(space + 1);
        var row = run.row;
        var change =
                switch (verb) {
                    case CANCEL -> cancel(run, argument, closer);
                    case COMPENSATE -> compensate(run, argument, closer);
                    case SKIP -> skip(run, argument, closer);
                    case ABANDON -> plain(run, closer.close(row, SagaStatus.ABANDONED, argument));
                    default -> plain(run, closer.close(row, row.status(), row.why()));
                };
        return change.obeying(command);
    }

    private static Change plain(Run<?> run, SagaRow after) {
        return Change.of(run.before(), after, null, false);
    }

    private static <C> Change cancel(Run<C> run, String reason, Closer closer) {
        var row = run.row;
        var status = Planner.status(run.saga, row.status(), run.steps, true);
        boolean refused = row.status() == SagaStatus.RUNNING && status == SagaStatus.RUNNING;
        return plain(
                run,
                closer.close(
                        row,
                        status,
                        refused
                                ? "not cancelled, as it is beyond its pivot"
                                : "cancelled: " + reason));
    }

    private static <C> Change compensate(Run<C> run, String reason, Closer closer) {
        var status = Planner.status(run.saga, SagaStatus.COMPENSATING, run.steps, true);
        return plain(run, closer.close(run.row, status, "compensation forced: " + reason));
    }

    private static <C> Change skip(Run<C> run, String name, Closer closer) {
        var old = run.steps.get(name);
        if (!run.saga.steps().containsKey(name)) {
            return plain(
                    run, closer.close(run.row, run.row.status(), "no step " + name + " to skip"));
        }
        boolean back = run.row.status() == SagaStatus.COMPENSATING;
        var state = back ? StepState.UNDONE : StepState.SKIPPED;
        var row =
                new StepRow(
                        name,
                        state,
                        old == null ? 0 : old.attempts(),
                        run.row.seq() + 1,
                        0,
                        "skipped by an operator",
                        run.row.created(),
                        String.valueOf(run.row.owner()));
        Map<String, StepRow> all = new LinkedHashMap<>(run.steps);
        all.put(name, row);
        var status = Planner.status(run.saga, run.row.status(), all, false);
        return Change.of(
                run.before(), closer.close(run.row, status, run.row.why()), row, old == null);
    }
}
