package dev.weir.apiserver;

import dev.weir.resource.Json;
import dev.weir.store.Entry;
import dev.weir.store.StoreEvent;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A stored state that is parsed and written at most about once, however many watchers look at it.
final class Snapshot {
    /// How many shapes are kept; more than clients ask for at the same time.
    private static final int SHAPES = 4;

    private final Entry entry;
    private final long revision;
    private volatile Json.@Nullable Obj stored;
    private volatile byte @Nullable [] text;
    private volatile Map<Look, byte[]> shaped = Map.of();

    private Snapshot(Entry entry, long revision) {
        this.entry = entry;
        this.revision = revision;
    }

    /// The two states of an event; the one before carries the revision of the event, as a watcher
    /// that loses sight of the object is told.
    record Pair(Snapshot now, @Nullable Snapshot before) {}

    /// What the text of a shape depends on, beside the state: ages are told in seconds.
    ///
    /// @param definition the revision of what defines the columns
    private record Look(
            View.Form form,
            Tables.Include include,
            String apiVersion,
            long definition,
            long second) {
        static Look of(Served kind, View view, Instant now) {
            long second = view.form() == View.Form.TABLE ? now.getEpochSecond() : 0;
            return new Look(view.form(), view.include(), kind.apiVersion(), kind.since(), second);
        }
    }

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

    /// The text in a shape, a table without its columns, made once for all watchers that ask for it
    /// within a second.
    byte[] shaped(Served kind, View view, Instant now) {
        var look = Look.of(kind, view, now);
        var before = shaped;
        var made = before.get(look);
        if (made == null) {
            made = view.shaped(kind, object(kind), false, now).bytes();
            var next = new HashMap<>(before.size() < SHAPES ? before : Map.<Look, byte[]>of());
            next.put(look, made);
            shaped = Map.copyOf(next);
        }
        return made;
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
