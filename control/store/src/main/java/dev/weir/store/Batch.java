package dev.weir.store;

import static dev.weir.store.StoreException.Code.CONFLICT;
import static dev.weir.store.StoreException.Code.EXISTS;
import static dev.weir.store.StoreException.Code.FENCED;
import static dev.weir.store.StoreException.Code.NOT_FOUND;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// What the writer does in one go: each write is checked against the newest state and the writes of
/// the batch before it.
///
/// Nobody is answered before the batch is safe and shown. That holds for refusals too: one may rest
/// on a change of the same batch, and would tell of it while a read still does not, or although it
/// never comes to be.
final class Batch {
    /// Who waits, and for what: a change, a refusal, or (neither) that the batch is safe.
    private record Waiter(
            CompletableFuture<Entry> done,
            @Nullable Version version,
            @Nullable StoreException refusal,
            Consumer<Entry> first) {}

    private final Index index;
    private final Map<String, Version> staged = new HashMap<>();
    private final List<Version> versions = new ArrayList<>();
    private final List<Waiter> waiters = new ArrayList<>();

    Batch(Index index) {
        this.index = index;
    }

    /// Takes a write in, if its conditions hold.
    ///
    /// @param first is told of the change before anyone sees it
    void add(Write write, CompletableFuture<Entry> done, Consumer<Entry> first) {
        var head = head(write.key());
        var refusal = refusal(write, Version.live(head));
        if (refusal != null) {
            waiters.add(new Waiter(done, null, refusal, first));
            return;
        }
        var version = Version.next(write, head, index.revision() + versions.size() + 1);
        staged.put(write.key(), version);
        versions.add(version);
        waiters.add(new Waiter(done, version, null, first));
    }

    /// Completes a future with null when the batch is safe.
    void await(CompletableFuture<Entry> done) {
        waiters.add(new Waiter(done, null, null, _ -> {}));
    }

    /// The changes to make, in the order of their revisions.
    List<Version> versions() {
        return versions;
    }

    /// Tells those who are told first, once the batch is safe and before it is shown.
    void announce() {
        for (var waiter : waiters) {
            if (waiter.version != null) {
                waiter.first.accept(waiter.version.entry());
            }
        }
    }

    /// Tells everyone what came of it, once the batch is safe and shown.
    void answer() {
        for (var waiter : waiters) {
            if (waiter.refusal != null) {
                waiter.done.completeExceptionally(waiter.refusal);
            } else if (waiter.version != null) {
                waiter.done.complete(waiter.version.entry());
            } else {
                waiter.done.complete(null);
            }
        }
    }

    /// Tells everyone that nothing came of it.
    void fail(StoreException why) {
        waiters.forEach(waiter -> waiter.done.completeExceptionally(why));
    }

    private @Nullable Version head(String key) {
        var version = staged.get(key);
        return version == null ? index.head(key) : version;
    }

    private @Nullable StoreException refusal(Write write, @Nullable Entry live) {
        var fence = write.fence();
        if (fence != null && !holds(fence)) {
            return new StoreException(
                    FENCED,
                    write.key()
                            + ": the leadership of "
                            + fence.key()
                            + " at epoch "
                            + fence.epoch()
                            + " has passed on");
        }
        return switch (write) {
            case Write.Create create ->
                    live != null
                            ? new StoreException(EXISTS, create.key() + " exists")
                            : within(create);
            case Write.Update update -> expect(update.key(), live, update.uid(), update.revision());
            case Write.Delete delete -> expect(delete.key(), live, delete.uid(), delete.revision());
        };
    }

    private @Nullable StoreException within(Write.Create create) {
        for (var home : create.within()) {
            if (!holds(home)) {
                return new StoreException(
                        CONFLICT,
                        create.key() + ": " + home.key() + " is not there, or not as expected");
            }
        }
        return null;
    }

    private boolean holds(Write.Fence fence) {
        var live = Version.live(head(fence.key()));
        return live != null && live.epoch() == fence.epoch();
    }

    private static @Nullable StoreException expect(
            String key, @Nullable Entry live, @Nullable UUID uid, long revision) {
        if (live == null) {
            return new StoreException(NOT_FOUND, key + " is not there");
        }
        if (uid != null && !uid.equals(live.uid())) {
            return new StoreException(
                    CONFLICT, key + " has uid " + live.uid() + ", expected " + uid);
        }
        if (revision != 0 && revision != live.revision()) {
            return new StoreException(
                    CONFLICT,
                    key + " is at revision " + live.revision() + ", expected " + revision);
        }
        return null;
    }
}
