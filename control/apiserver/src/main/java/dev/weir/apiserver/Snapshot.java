package dev.weir.apiserver;

import dev.weir.resource.Json;
import dev.weir.store.Entry;
import dev.weir.store.StoreEvent;
import org.jspecify.annotations.Nullable;

/// A stored state that is parsed at most about once, however many watchers look at it.
final class Snapshot {
    private final Entry entry;
    private final long revision;
    private volatile Json.@Nullable Obj stored;
    private volatile byte @Nullable [] text;

    private Snapshot(Entry entry, long revision) {
        this.entry = entry;
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

    /// The text, made once for all watchers where it is the text that is stored; else each time.
    byte[] bytes(Served kind) {
        if (!kind.apiVersion().equals(kind.storedApiVersion()) || !kind.current(entry.revision())) {
            return text(kind);
        }
        var made = text;
        if (made == null) {
            made = text(kind);
            text = made;
        }
        return made;
    }

    private byte[] text(Served kind) {
        return Stored.bytes(kind, entry.value(), entry.revision(), revision);
    }

    Json.Obj object(Served kind) {
        var tree = stored;
        if (tree == null) {
            tree = Json.parse(entry.value()).asObject();
            stored = tree;
        }
        return Stored.read(kind, tree, entry.revision(), revision);
    }
}
