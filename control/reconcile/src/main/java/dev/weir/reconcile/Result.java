package dev.weir.reconcile;

import java.time.Duration;

/// What a [Reconciler] wants to happen next with the object.
public sealed interface Result {
    /// Nothing until the object, or something watched for it, changes.
    static Result done() {
        return Done.DONE;
    }

    /// Another call after a time, or earlier where the object changes.
    static Result again(Duration after) {
        return new Again(after);
    }

    /// Nothing until the object changes: trying again would fail in the same way.
    ///
    /// @param reason a sentence for the log
    static Result failed(String reason) {
        return new Failed(reason);
    }

    /// See [Result#done()].
    record Done() implements Result {
        static final Done DONE = new Done();
    }

    /// See [Result#again(Duration)].
    ///
    /// @param after above zero
    record Again(Duration after) implements Result {
        /// Refuses delays that are not above zero: they would be a busy loop.
        public Again {
            if (!after.isPositive()) {
                throw new IllegalArgumentException("a delay above zero, found " + after);
            }
        }
    }

    /// See [Result#failed(String)].
    record Failed(String reason) implements Result {}
}
