package dev.weir.reconcile;

import dev.weir.resource.Resource;

/// One change of an object, as an informer saw it.
///
/// @param <R> the record of the kind
public sealed interface Change<R extends Resource> {
    /// The object: its new state, or its last one where it is gone.
    R object();

    /// Whether it changes what is asked for: the object came, went, is being deleted, or its
    /// generation, labels or annotations changed. Changes of `status` alone are none.
    default boolean isWish() {
        return switch (this) {
            case Added<R> _, Deleted<R> _ -> true;
            case Updated<R>(var old, var now) -> {
                var before = old.metadata();
                var after = now.metadata();
                yield before.generation() != after.generation()
                        || before.deleting() != after.deleting()
                        || !before.uid().equals(after.uid())
                        || !before.labels().equals(after.labels())
                        || !before.annotations().equals(after.annotations());
            }
        };
    }

    /// The object came into being, or into view.
    ///
    /// @param initial whether it was there already when the informer started
    record Added<R extends Resource>(R object, boolean initial) implements Change<R> {}

    /// The object changed.
    ///
    /// @param old the state seen before; changes in between may have been missed
    record Updated<R extends Resource>(R old, R object) implements Change<R> {}

    /// The object is gone.
    record Deleted<R extends Resource>(R object) implements Change<R> {}
}
