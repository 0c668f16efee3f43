package dev.weir.apiserver;

import dev.weir.resource.Json;
import dev.weir.store.Entry;
import dev.weir.store.StoreEvent;
import org.jspecify.annotations.Nullable;

/// A stored state that is parsed at most about once, however many watchers look at it.
final class Snapshot {
    private final byte[] value;
    private final long revision;
    private volatile Json.@Nullable Obj stored;
    private volatile byte @Nullable [] text;

    private Snapshot(Entry entry, long revision) {
        this.value = entry.value();
        this.revision = revision;
    }

    /// The two states of an event; the one before carries the revision of the event, as a watcher
    /// that loses sight of the object is told.
    record Pair(Snapshot now, @Nullable Snapshot before) {}

    static Pair of(StoreEvent event) {
        return event.encoded(Snapshot::pair);
    }

    static Snapshot of(Entry entry) {
        return new Snapshot(entry, entry.revision());
    }

    private static Pair pair(StoreEvent event) {
        var previous = event.previous();
        return new Pair(
                new Snapshot(event.entry(), event.revision()),
                previous == null ? null : new Snapshot(previous, event.revision()));
    }

    long revision() {
        return revision;
    }

    /// The text in the stored version, made once for all watchers; of any other version, each time.
    byte[] bytes(Served kind) {
        if (!kind.apiVersion().equals(kind.storedApiVersion())) {
            return Stored.bytes(kind, value, revision);
        }
        var made = text;
        if (made == null) {
            made = Stored.bytes(kind, value, revision);
            text = made;
        }
        return made;
    }

    Json.Obj object(Served kind) {
        var tree = stored;
        if (tree == null) {
            tree = Json.parse(value).asObject();
            stored = tree;
        }
        return Stored.read(kind, tree, revision);
    }
}
