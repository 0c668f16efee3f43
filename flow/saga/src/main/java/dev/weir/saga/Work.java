package dev.weir.saga;

import java.util.function.BiConsumer;
import java.util.function.Function;

/// What a step does, or its compensation.
sealed interface Work<C> {
    /// A transaction of its own.
    record Local<C>(Action<C> action) implements Work<C> {}

    /// Statements that share a transaction with those of other sagas.
    record Grouped<C>(Action<C> action) implements Work<C> {}

    /// A call of another service.
    record Called<C>(Remote<C> remote) implements Work<C> {}

    /// A saga of its own.
    record Nested<C, D>(Saga<D> saga, Function<C, D> input, BiConsumer<Step<C>, D> output)
            implements Work<C> {}
}
