package dev.weir.apiserver;

import dev.weir.store.Store;
import dev.weir.store.StoreEvent;
import dev.weir.store.StoreException;
import dev.weir.store.StoreWatch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The changes of a kind that a selection shows: an object that comes into the selection is added,
/// one that leaves it is deleted. One thread reads, any may close.
final class Changes implements AutoCloseable {
    private final Served kind;
    private final Selection selection;
    private final StoreWatch watch;

    private Changes(Served kind, Selection selection, StoreWatch watch) {
        this.kind = kind;
        this.selection = selection;
        this.watch = watch;
    }

    static Changes open(
            Store store, Served kind, String namespace, Selection selection, long after) {
        try {
            return new Changes(kind, selection, store.watch(kind.prefix(namespace), after));
        } catch (StoreException e) {
            throw Commits.refusal(kind, "", e);
        }
    }

    /// The next changes; empty when none came within `wait`.
    List<Change> next(int max, Duration wait) throws InterruptedException {
        try {
            var result = new ArrayList<Change>();
            for (var event : watch.next(max, wait)) {
                var change = change(event);
                if (change != null) {
                    result.add(change);
                }
            }
            return result;
        } catch (StoreException e) {
            throw Commits.refusal(kind, "", e);
        }
    }

    private @Nullable Change change(StoreEvent event) {
        var pair = Snapshot.of(event);
        var before = pair.before();
        if (selection.everything()) {
            var type =
                    event.deletion()
                            ? Change.Type.DELETED
                            : before == null ? Change.Type.ADDED : Change.Type.MODIFIED;
            return new Change(type, pair.now());
        }
        boolean was = before != null && selection.matches(before.object(kind));
        boolean is = !event.deletion() && selection.matches(pair.now().object(kind));
        if (is) {
            return new Change(was ? Change.Type.MODIFIED : Change.Type.ADDED, pair.now());
        }
        return was && before != null
                ? new Change(Change.Type.DELETED, event.deletion() ? pair.now() : before)
                : null;
    }

    /// The revision up to which everything was told.
    long revision() {
        return watch.revision();
    }

    @Override
    public void close() {
        watch.close();
    }
}
