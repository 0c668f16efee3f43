package dev.weir.saga;

/// What a local step does. It may run again after a crash, a rollback or an exception: what it
/// wrote through [Step#connection()] is gone then, anything else it did is not.
///
/// What it throws counts as a failed attempt, with two exceptions: a [RefusedException] fails the
/// step at once, and an `SQLException` that says that the database is away or that the transaction
/// should be tried again counts for nothing and is tried again.
///
/// @param <C> the context
@FunctionalInterface
public interface Action<C> {
    /// Does the work of the step; on a virtual thread.
    void run(Step<C> step) throws Exception;
}
