package dev.weir.saga;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What follows from what is known about a saga: pure functions of its definition and its rows.
final class Planner {
    /// Something to do now, or later.
    ///
    /// @param due by the database's clock; 0 for now
    record Task<C>(Node.One<C> step, boolean undo, long due) {}

    private Planner() {}

    /// The status that the rows lead to. The saga goes back when a step failed, or when `back` says
    /// so, unless it passed the pivot or nobody knows whether it did.
    static <C> SagaStatus status(
            Saga<C> saga, SagaStatus now, Map<String, StepRow> rows, boolean back) {
        return switch (now) {
            case DONE, COMPENSATED, ABANDONED -> now;
            case RUNNING -> {
                if (complete(saga.nodes(), rows)) {
                    yield SagaStatus.DONE;
                }
                boolean turns = (back || failed(rows)) && mayTurnBack(saga, rows);
                yield turns ? behind(saga, rows) : SagaStatus.RUNNING;
            }
            case COMPENSATING -> behind(saga, rows);
        };
    }

    /// Whether the saga can still be compensated.
    static <C> boolean mayTurnBack(Saga<C> saga, Map<String, StepRow> rows) {
        for (var step : saga.steps().values()) {
            if (step.pivot() && rows.get(step.name()) instanceof StepRow row) {
                return switch (row.state()) {
                    case DONE, SENT, SKIPPED -> false;
                    case TRYING, FAILED, UNDOING, UNDONE -> true;
                };
            }
        }
        return true;
    }

    /// What there is to do in a status.
    static <C> List<Task<C>> tasks(Saga<C> saga, SagaStatus status, Map<String, StepRow> rows) {
        var tasks = new ArrayList<Task<C>>(1);
        switch (status) {
            case RUNNING -> forward(saga.nodes(), rows, tasks);
            case COMPENSATING -> backward(saga.nodes(), rows, tasks);
            case DONE, COMPENSATED, ABANDONED -> {}
        }
        return tasks;
    }

    private static <C> SagaStatus behind(Saga<C> saga, Map<String, StepRow> rows) {
        for (var step : saga.steps().values()) {
            if (needsUndo(step, rows.get(step.name()))) {
                return SagaStatus.COMPENSATING;
            }
        }
        return SagaStatus.COMPENSATED;
    }

    private static boolean failed(Map<String, StepRow> rows) {
        for (var row : rows.values()) {
            if (row.state() == StepState.FAILED) {
                return true;
            }
        }
        return false;
    }

    private static <C> boolean complete(List<Node<C>> sequence, Map<String, StepRow> rows) {
        for (var node : sequence) {
            if (!complete(node, rows)) {
                return false;
            }
        }
        return true;
    }

    private static <C> boolean complete(Node<C> node, Map<String, StepRow> rows) {
        return switch (node) {
            case Node.One<C> one -> isDone(rows.get(one.name()));
            case Node.Fork<C> fork -> {
                for (var branch : fork.branches()) {
                    if (!complete(branch, rows)) {
                        yield false;
                    }
                }
                yield true;
            }
        };
    }

    private static boolean isDone(@Nullable StepRow row) {
        return row != null && (row.state() == StepState.DONE || row.state() == StepState.SKIPPED);
    }

    private static <C> void forward(
            List<Node<C>> sequence, Map<String, StepRow> rows, List<Task<C>> tasks) {
        for (var node : sequence) {
            if (!complete(node, rows)) {
                switch (node) {
                    case Node.One<C> one -> {
                        var row = rows.get(one.name());
                        tasks.add(new Task<>(one, false, row == null ? 0 : row.due()));
                    }
                    case Node.Fork<C> fork ->
                            fork.branches().forEach(branch -> forward(branch, rows, tasks));
                }
                return;
            }
        }
    }

    /// Whether the sequence has something to undo; the newest of it is a task then.
    private static <C> boolean backward(
            List<Node<C>> sequence, Map<String, StepRow> rows, List<Task<C>> tasks) {
        for (var node : sequence.reversed()) {
            boolean found =
                    switch (node) {
                        case Node.One<C> one -> {
                            var row = rows.get(one.name());
                            boolean needs = needsUndo(one, row);
                            if (needs && row != null) {
                                long due = row.state() == StepState.UNDOING ? row.due() : 0;
                                tasks.add(new Task<>(one, true, due));
                            }
                            yield needs;
                        }
                        case Node.Fork<C> fork -> {
                            boolean any = false;
                            for (var branch : fork.branches()) {
                                any |= backward(branch, rows, tasks);
                            }
                            yield any;
                        }
                    };
            if (found) {
                return true;
            }
        }
        return false;
    }

    private static <C> boolean needsUndo(Node.One<C> step, @Nullable StepRow row) {
        if (row == null || step.undo() == null) {
            return false;
        }
        return switch (row.state()) {
            case DONE, SENT, UNDOING -> true;
            case TRYING, FAILED, SKIPPED, UNDONE -> false;
        };
    }
}
