package dev.weir.reconcile;

import dev.weir.resource.Resource;

/// Makes one object true: compares what it asks for with what is, and closes the gap.
///
/// It is called with the newest cached state of the object, never by two threads at once for the
/// same object, and any number of times for the same state: it must be idempotent. Once an object
/// is gone it is not called any more; work that a deletion needs is done while
/// `metadata.deleting()`, behind a [Finalizer].
///
/// @param <R> the record of the kind
@FunctionalInterface
public interface Reconciler<R extends Resource> {
    /// Brings the world closer to the object.
    ///
    /// @return what to do next with the object
    /// @throws Exception to be called again after a delay that grows with each failure in a row; a
    ///   `Conflict` is the usual one, and is not logged
    Result reconcile(R object, Context context) throws Exception;
}
