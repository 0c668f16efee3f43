package dev.weir.apiserver;

import dev.weir.resource.Status;
import dev.weir.resource.StatusException;
import dev.weir.resource.WriteOptions;
import dev.weir.store.Entry;
import dev.weir.store.Store;
import dev.weir.store.StoreException;
import dev.weir.store.Write;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Writes to the store, with the store's refusals in the words of the API.
final class Commits {
    private final Store store;
    private final Kinds kinds;
    private final Served leases;

    Commits(Store store, Kinds kinds) {
        this.store = store;
        this.kinds = kinds;
        this.leases = kinds.require("coordination.k8s.io", "v1", "leases");
    }

    /// The entry as written; empty where a condition did not hold and a retry may help.
    Optional<Entry> attempt(Served kind, String name, Write write) {
        try {
            return Optional.of(
                    kind.defines()
                            ? store.commit(write, entry -> kinds.committed(write, entry))
                            : store.commit(write));
        } catch (StoreException e) {
            if (e.code() == StoreException.Code.CONFLICT) {
                return Optional.empty();
            }
            throw refusal(kind, name, e);
        }
    }

    Write.@Nullable Fence fence(Edit edit) {
        var fence = edit.fence();
        return fence == null
                ? null
                : new Write.Fence(
                        leases.key(fence.leaseNamespace(), fence.leaseName()), epoch(fence));
    }

    private static long epoch(WriteOptions.Fence fence) {
        try {
            return Long.parseUnsignedLong(fence.epoch());
        } catch (NumberFormatException _) {
            throw Refusals.badRequest(
                    WriteOptions.Fence.HEADER
                            + ": expected the resource version of a lease, found \""
                            + fence.epoch()
                            + "\"");
        }
    }

    static StatusException refusal(Served kind, String name, StoreException e) {
        return switch (e.code()) {
            case EXISTS -> Refusals.alreadyExists(kind, name);
            case NOT_FOUND -> Refusals.notFound(kind, name);
            case CONFLICT -> Refusals.modified(kind, name);
            case FENCED ->
                    Refusals.conflict(
                            kind, name, "the leadership that the write depends on has passed on");
            case TOO_LARGE ->
                    StatusException.of(
                            Status.Reason.RequestEntityTooLarge,
                            "Request entity too large: " + e.getMessage());
            case COMPACTED -> expired();
            case FUTURE -> StatusException.of(Status.Reason.Timeout, "Too large resource version");
            case FULL, IO, CLOSED ->
                    StatusException.of(
                            Status.Reason.ServiceUnavailable,
                            "the store cannot be used: " + e.getMessage());
            case CORRUPT, LOCKED ->
                    StatusException.of(
                            Status.Reason.InternalError,
                            "Internal error occurred: " + e.getMessage());
        };
    }

    static StatusException expired() {
        return StatusException.of(
                Status.Reason.Expired, "The resourceVersion for the provided watch is too old.");
    }
}
