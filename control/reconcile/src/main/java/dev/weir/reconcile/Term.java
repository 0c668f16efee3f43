package dev.weir.reconcile;

import dev.weir.resource.Lease;
import dev.weir.resource.Status;
import dev.weir.resource.StatusException;
import dev.weir.resource.WriteOptions;

/// One time of leading: from the write that took the lease to the end of the last renewal.
final class Term {
    private final Lease lease;
    private final WriteOptions.Fence fence;
    private final Time time;
    private volatile long until;
    private volatile boolean ended;

    /// @param taken the lease as this process took it
    /// @param until when the term ends unless it is renewed, on [Time#nanos()]
    Term(Lease taken, Time time, long until) {
        this.lease = taken;
        var metadata = taken.metadata();
        this.fence =
                new WriteOptions.Fence(
                        metadata.namespace(), metadata.name(), metadata.resourceVersion());
        this.time = time;
        this.until = until;
    }

    /// The lease as it was taken.
    Lease lease() {
        return lease;
    }

    long until() {
        return until;
    }

    void extend(long to) {
        until = to;
    }

    void end() {
        ended = true;
    }

    boolean current() {
        return !ended && time.nanos() - until < 0;
    }

    /// What every write of this term carries.
    ///
    /// @throws StatusException `Conflict` once the term is over
    WriteOptions.Fence fence() {
        if (!current()) {
            throw over();
        }
        return fence;
    }

    static StatusException over() {
        return StatusException.of(
                Status.Reason.Conflict, "this manager does not lead: nothing was written");
    }
}
