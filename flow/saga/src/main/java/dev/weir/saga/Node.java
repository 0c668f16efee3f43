package dev.weir.saga;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A part of a definition.
sealed interface Node<C> {
    /// A step.
    ///
    /// @param branch the name of the branch it is in; empty outside of branches
    /// @param undo its compensation
    /// @param beyond whether it comes after the pivot
    record One<C>(
            String name,
            String branch,
            Work<C> work,
            @Nullable Work<C> undo,
            boolean pivot,
            boolean beyond,
            RetryPolicy retry,
            @Nullable Duration timeout)
            implements Node<C> {}

    /// Sequences that run at the same time.
    record Fork<C>(List<List<Node<C>>> branches) implements Node<C> {}
}
