package dev.weir.saga;

import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/// A step that is a saga of its own: started with the intent of the step, looked at until it ends.
/// The end of the nested saga makes the one around it due.
///
/// @param driver who commits
record Nesting<C>(Driver driver, Run<C> run, Planner.Task<C> task, int generation) {
    <D> boolean look(Work.Nested<C, D> nested) {
        @Nullable SagaRow child;
        try {
            child = driver.database().transact(c -> driver.database().tables().saga(c, childId()));
        } catch (SQLException e) {
            return driver.failed(run, task, generation, e);
        }
        if (task.undo()) {
            return undo(child);
        }
        var row = run.steps.get(task.step().name());
        return child == null || row == null ? start(nested) : listen(nested, child);
    }

    /// The nested saga's id is that of the saga around it, turned by the step's name: the same for
    /// each attempt.
    private String childId() {
        var name =
                java.util.UUID.nameUUIDFromBytes(
                        (run.id + "/" + task.step().name())
                                .getBytes(java.nio.charset.StandardCharsets.UTF_8));
        return name.toString().replace("-", "");
    }

    private <D> boolean start(Work.Nested<C, D> nested) {
        SagaRow child;
        try {
            var input = nested.input().apply(run.context);
            child = child(nested.saga(), nested.saga().codec().encode(input));
        } catch (RuntimeException e) {
            return driver.failed(run, task, generation, e);
        }
        if (!driver.begins(run, task, generation)) {
            return true;
        }
        driver.waits(run, task, childId(), child, null);
        return false;
    }

    private SagaRow child(Saga<?> saga, String context) {
        long now = driver.database().now();
        var limit = saga.deadline();
        return new SagaRow(
                childId(),
                saga.name(),
                saga.version(),
                null,
                SagaStatus.RUNNING,
                null,
                1,
                0,
                now,
                limit == null ? null : Long.valueOf(now + limit.toMillis()),
                now,
                context,
                null,
                false,
                null,
                run.id,
                run.row.trace());
    }

    private <D> boolean listen(Work.Nested<C, D> nested, SagaRow child) {
        return switch (child.status()) {
            case DONE -> {
                var step =
                        new Step<>(run.id, run.row.key(), task.step(), false, 1, run.context, null);
                try {
                    nested.output().accept(step, nested.saga().codec().decode(child.context()));
                } catch (RuntimeException e) {
                    yield driver.unknown(run, task, generation, e);
                }
                yield driver.succeed(run, task, generation, step);
            }
            case COMPENSATED, ABANDONED ->
                    driver.failed(
                            run,
                            task,
                            generation,
                            new RefusedException(
                                    "saga "
                                            + child.id()
                                            + " is "
                                            + child.status()
                                            + ": "
                                            + child.why()));
            case RUNNING, COMPENSATING -> goOnWaiting(null);
        };
    }

    private boolean undo(@Nullable SagaRow child) {
        if (child == null
                || child.status() == SagaStatus.COMPENSATED
                || child.status() == SagaStatus.ABANDONED) {
            var step = new Step<>(run.id, run.row.key(), task.step(), true, 1, run.context, null);
            return driver.succeed(run, task, generation, step);
        }
        return goOnWaiting(child.status() == SagaStatus.COMPENSATING ? null : child.id());
    }

    private boolean goOnWaiting(@Nullable String reopens) {
        if (!driver.begins(run, task, generation)) {
            return true;
        }
        driver.waits(run, task, childId(), null, reopens);
        return false;
    }
}
