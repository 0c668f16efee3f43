package dev.weir.saga;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// A definition in the making: steps in their order, each followed by what is said about it. Not
/// thread-safe.
///
/// @param <C> the context
public final class SagaBuilder<C> {
    private static final int NAME_LENGTH = 100;

    private final String name;
    private final Codec<C> codec;
    private final String branch;
    private final List<Node<C>> nodes = new ArrayList<>();
    private RetryPolicy retry = RetryPolicy.DEFAULT;
    private @Nullable Duration timeout;
    private @Nullable Duration deadline;
    private boolean beyond;

    SagaBuilder(String name, Codec<C> codec) {
        this(named(name), codec, "");
    }

    private SagaBuilder(String name, Codec<C> codec, String branch) {
        this.name = name;
        this.codec = codec;
        this.branch = branch;
    }

    /// A local step: `action` runs in a transaction, in which the engine commits its outcome too.
    ///
    /// @param step 1 to 100 characters without `/`, once in a saga
    public SagaBuilder<C> step(String step, Action<C> action) {
        return add(step, new Work.Local<>(action), false);
    }

    /// A remote step: a call of another service.
    public SagaBuilder<C> step(String step, Remote<C> remote) {
        return add(step, new Work.Called<>(remote), false);
    }

    /// A nested saga: it starts with `input`, and the step is done when that saga is. When the saga
    /// is compensated by itself, the step has failed. `output` tells this saga what came of it.
    ///
    /// Its compensation compensates the nested saga, unless that is beyond its own pivot.
    public <D> SagaBuilder<C> nested(
            String step, Saga<D> saga, Function<C, D> input, BiConsumer<Step<C>, D> output) {
        var work = new Work.Nested<C, D>(saga, input, output);
        add(step, work, false);
        boolean undoable = saga.steps().values().stream().noneMatch(Node.One::pivot);
        if (undoable) {
            var one = last();
            replace(with(one, one.work(), work, one.retry(), one.timeout()));
        }
        return this;
    }

    /// The step behind which there is no way back: before it the saga can be compensated, after it
    /// every step is tried until it succeeds. At most one, outside of branches.
    public SagaBuilder<C> pivot(String step, Action<C> action) {
        return addPivot(step, new Work.Local<>(action));
    }

    /// The same as a remote step.
    public SagaBuilder<C> pivot(String step, Remote<C> remote) {
        return addPivot(step, new Work.Called<>(remote));
    }

    /// Lets the last step and its compensation share transactions with those of other sagas: they
    /// have no connection, and write by [Step#write].
    public SagaBuilder<C> grouped() {
        var one = last();
        replace(
                with(
                        one,
                        group(one.work()),
                        one.undo() == null ? null : group(one.undo()),
                        one.retry(),
                        one.timeout()));
        return this;
    }

    /// The compensation of the last step: takes back what it did, in the same kind of transaction.
    /// Runs only when the step is done, or may be.
    public SagaBuilder<C> compensate(Action<C> action) {
        var one = last();
        var undo =
                one.work() instanceof Work.Grouped<C>
                        ? new Work.Grouped<>(action)
                        : new Work.Local<>(action);
        replace(with(one, one.work(), undo, one.retry(), one.timeout()));
        return this;
    }

    /// The compensation of the last step as a remote call.
    public SagaBuilder<C> compensate(Remote<C> remote) {
        var one = last();
        replace(with(one, one.work(), new Work.Called<>(remote), one.retry(), one.timeout()));
        return this;
    }

    /// How the last step and its compensation are tried again; before the first step, how all are.
    public SagaBuilder<C> retry(RetryPolicy policy) {
        if (nodes.isEmpty()) {
            retry = policy;
        } else {
            var one = last();
            replace(with(one, one.work(), one.undo(), policy, one.timeout()));
        }
        return this;
    }

    /// How long an attempt of the last step or of its compensation may take; before the first step,
    /// of all. A local attempt that takes longer is interrupted and rolled back, and has failed; of
    /// a remote one the outcome is unknown. Without: no limit for local steps, 30 s for remote
    /// ones.
    public SagaBuilder<C> timeout(Duration limit) {
        if (limit.toMillis() < 1) {
            throw new IllegalArgumentException(
                    "expected a timeout of at least 1 ms, found " + limit);
        }
        if (nodes.isEmpty()) {
            timeout = limit;
        } else {
            var one = last();
            replace(with(one, one.work(), one.undo(), one.retry(), limit));
        }
        return this;
    }

    /// How long after its start the saga must be beyond its pivot, or done; else it is compensated.
    public SagaBuilder<C> deadline(Duration limit) {
        deadline = limit;
        return this;
    }

    /// Branches that run at the same time; the saga goes on when all are done.
    public SagaBuilder<C> parallel(Consumer<Branches<C>> branches) {
        var fork = new Branches<>(this);
        branches.accept(fork);
        nodes.add(new Node.Fork<>(List.copyOf(fork.list)));
        return this;
    }

    /// The definition.
    ///
    /// @throws IllegalArgumentException when it has no step, or one twice
    public Saga<C> build() {
        if (nodes.isEmpty()) {
            throw new IllegalArgumentException(name + ": expected a step, found none");
        }
        return new Saga<>(name, codec, nodes, deadline);
    }

    /// Branches in the making.
    ///
    /// @param <C> the context
    public static final class Branches<C> {
        private final SagaBuilder<C> owner;
        private final List<List<Node<C>>> list = new ArrayList<>();

        Branches(SagaBuilder<C> owner) {
            this.owner = owner;
        }

        /// A branch, with at least one step.
        public Branches<C> branch(String name, Consumer<SagaBuilder<C>> steps) {
            var path = owner.branch.isEmpty() ? named(name) : owner.branch + "." + named(name);
            var inner = new SagaBuilder<>(owner.name, owner.codec, path);
            inner.retry = owner.retry;
            inner.timeout = owner.timeout;
            inner.beyond = owner.beyond;
            steps.accept(inner);
            if (inner.nodes.isEmpty()) {
                throw new IllegalArgumentException(
                        "branch " + path + ": expected a step, found none");
            }
            list.add(List.copyOf(inner.nodes));
            return this;
        }
    }

    private SagaBuilder<C> add(String step, Work<C> work, boolean pivot) {
        nodes.add(new Node.One<>(named(step), branch, work, null, pivot, beyond, retry, timeout));
        return this;
    }

    private SagaBuilder<C> addPivot(String step, Work<C> work) {
        if (beyond || !branch.isEmpty()) {
            throw new IllegalArgumentException(
                    name + ": expected one pivot, outside of branches, found " + step);
        }
        add(step, work, true);
        beyond = true;
        return this;
    }

    private Node.One<C> last() {
        if (nodes.isEmpty() || !(nodes.getLast() instanceof Node.One<C> one)) {
            throw new IllegalArgumentException(name + ": expected this behind a step");
        }
        return one;
    }

    private void replace(Node.One<C> one) {
        nodes.set(nodes.size() - 1, one);
    }

    private static <C> Node.One<C> with(
            Node.One<C> one,
            Work<C> work,
            @Nullable Work<C> undo,
            RetryPolicy retry,
            @Nullable Duration timeout) {
        return new Node.One<>(
                one.name(), one.branch(), work, undo, one.pivot(), one.beyond(), retry, timeout);
    }

    private static <C> Work<C> group(Work<C> work) {
        if (work instanceof Work.Local<C> local) {
            return new Work.Grouped<>(local.action());
        }
        throw new IllegalArgumentException("expected a local step to group");
    }

    private static String named(String name) {
        if (name.isEmpty() || name.length() > NAME_LENGTH || name.indexOf('/') >= 0) {
            throw new IllegalArgumentException(
                    "expected a name of 1 to "
                            + NAME_LENGTH
                            + " characters without /, found "
                            + name);
        }
        return name;
    }
}
