package dev.weir.apiserver;

import dev.weir.resource.Json;
import dev.weir.resource.Status;
import dev.weir.resource.StatusException;
import dev.weir.store.Entry;
import dev.weir.store.Store;
import dev.weir.store.StoreEvent;
import dev.weir.store.StoreException;
import dev.weir.store.StoreWatch;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Deletes what has lost its owners, its namespace or its definition, and finishes what waits for
/// that.
///
/// One thread follows the store and owns all fields. [Ownership] says only where to look: what is
/// deleted is decided on live objects.
final class Collector implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Collector.class.getName());
    private static final int BATCH = 256;
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final Store store;
    private final Kinds kinds;
    private final Objects objects;
    private final Ownership ownership = new Ownership();
    private final Set<String> terminating = new LinkedHashSet<>();
    private final ArrayDeque<String> due = new ArrayDeque<>();
    private long seen;
    private volatile boolean closed;
    private @Nullable Thread thread;
    private @Nullable StoreWatch stepped;

    Collector(Store store, Kinds kinds, Objects objects) {
        this.store = store;
        this.kinds = kinds;
        this.objects = objects;
    }

    void start() {
        thread = Thread.ofVirtual().name("weir-collector").start(this::run);
    }

    private void run() {
        while (!closed) {
            try {
                follow();
            } catch (InterruptedException _) {
                return;
            } catch (StoreException e) {
                if (e.code() == StoreException.Code.CLOSED) {
                    return;
                }
            } catch (RuntimeException e) {
                LOG.log(System.Logger.Level.WARNING, "the collector starts over", e);
            }
        }
    }

    /// Does what there is to do, without waiting and without a thread of its own.
    ///
    /// @return whether anything had changed
    boolean step() throws InterruptedException {
        var watch = stepped;
        if (watch == null) {
            watch = begin();
            stepped = watch;
        }
        boolean news = next(watch, Duration.ZERO);
        settle();
        return news;
    }

    private void follow() throws InterruptedException {
        try (var watch = begin()) {
            while (!closed) {
                settle();
                next(watch, PATIENCE);
            }
        }
    }

    private StoreWatch begin() {
        ownership.clear();
        terminating.clear();
        due.clear();
        var page = store.list("/", "", 0, 0);
        page.entries().forEach(e -> note(e.key(), Json.parse(e.value()).asObject()));
        due.addAll(ownership.keys());
        seen = page.revision();
        return store.watch("/", page.revision());
    }

    private boolean next(StoreWatch watch, Duration wait) throws InterruptedException {
        var events = watch.next(BATCH, wait);
        events.forEach(this::see);
        seen = watch.revision();
        due.addAll(terminating);
        return !events.isEmpty();
    }

    private void see(StoreEvent event) {
        var key = event.entry().key();
        if (key.startsWith(kinds.definitions().prefix())) {
            due.addAll(refused());
        }
        if (event.deletion()) {
            forget(key);
            return;
        }
        var bytes = event.entry().value();
        if (interesting(key, bytes)) {
            note(key, Json.parse(bytes).asObject());
            due.add(key);
        } else {
            ownership.put(key, event.entry().uid().toString(), Set.of());
        }
    }

    /// The definitions whose names were taken, and may be free now.
    private List<String> refused() {
        return store.list(kinds.definitions().prefix(), "", 0, 0).entries().stream()
                .filter(entry -> !Established.holds(Json.parse(entry.value()).asObject()))
                .map(Entry::key)
                .toList();
    }

    // A plain object without owners, which most are, is not worth parsing.
    private static boolean interesting(String key, byte[] value) {
        return Bytes.contains(value, Bytes.OWNERS) || Bytes.contains(value, Bytes.DELETION);
    }

    private void note(String key, Json.Obj object) {
        var metadata = object.object("metadata");
        var owners = new LinkedHashSet<String>();
        for (var item : metadata.array("ownerReferences").items()) {
            owners.add(item.asObject().string("uid"));
        }
        ownership.put(key, metadata.string("uid"), owners);
        if (metadata.has("deletionTimestamp")) {
            terminating.add(key);
        }
    }

    private void forget(String key) {
        terminating.remove(key);
        due.addAll(ownership.remove(key));
    }

    private void settle() {
        var batch = new LinkedHashSet<>(due);
        due.clear();
        for (var key : batch) {
            try {
                live(key).ifPresent(this::settle);
            } catch (StatusException e) {
                if (e.reason() != Status.Reason.NotFound && e.reason() != Status.Reason.Conflict) {
                    LOG.log(System.Logger.Level.WARNING, "cannot settle " + key, e);
                }
            }
        }
    }

    // Of a deletion that the graph has not seen yet, it may not know all dependents either; the
    // deletion's own event brings it back here.
    private void settle(Live live) {
        if (!live.metadata().has("deletionTimestamp")) {
            if (live.kind().defines() && !Established.holds(live.object())) {
                tell(live, live.object());
            }
            collect(live);
        } else if (live.revision() <= seen) {
            finish(live);
        }
    }

    /// An object as it is now.
    private record Live(Served kind, String key, Json.Obj object) {
        Json.Obj metadata() {
            return object.object("metadata");
        }

        long revision() {
            return Long.parseLong(metadata().string("resourceVersion"));
        }

        String name() {
            return metadata().string("name");
        }

        String namespace() {
            return metadata().string("namespace");
        }

        boolean waitsFor(String finalizer) {
            return metadata().array("finalizers").strings().contains(finalizer);
        }
    }

    private Optional<Live> live(String key) {
        var kind = kinds.storage().stream().filter(k -> key.startsWith(k.prefix())).findFirst();
        return kind.flatMap(
                k -> store.get(key).map(entry -> new Live(k, key, Stored.read(k, entry))));
    }

    private void collect(Live live) {
        var owners = live.metadata().array("ownerReferences").items();
        if (owners.isEmpty() || owners.stream().anyMatch(o -> holds(live, o.asObject()))) {
            return;
        }
        objects.delete(
                live.kind(),
                live.namespace(),
                live.name(),
                new Deletion(
                        dev.weir.resource.DeleteOptions.Propagation.Background,
                        live.metadata().string("uid"),
                        live.metadata().string("resourceVersion")),
                Edit.own());
    }

    /// Whether an owner is there, and not about to take its dependents along.
    private boolean holds(Live live, Json.Obj owner) {
        var kind = kinds.byKind(owner.string("apiVersion"), owner.string("kind"));
        if (kind.isEmpty()) {
            return true;
        }
        var namespace = kind.get().names().namespaced() ? live.namespace() : "";
        return live(kind.get().key(namespace, owner.string("name")))
                .filter(o -> o.metadata().string("uid").equals(owner.string("uid")))
                .filter(o ->
                        !o.metadata().has("deletionTimestamp") || !o.waitsFor(Deletion.FOREGROUND))
                .isPresent();
    }

    private void finish(Live live) {
        if (live.kind().is("", "namespaces")) {
            finishNamespace(live);
        }
        if (live.waitsFor(Deletion.INSTANCES)) {
            finishDefinition(live);
        }
        if (live.waitsFor(Deletion.ORPHAN)) {
            dependentsOf(live).forEach(key -> live(key).ifPresent(d -> release(d, live)));
            drop(live, Deletion.ORPHAN);
        }
        if (live.waitsFor(Deletion.FOREGROUND)) {
            finishForeground(live);
        }
    }

    private Set<String> dependentsOf(Live live) {
        return ownership.dependents(live.metadata().string("uid"));
    }

    private void finishForeground(Live live) {
        boolean blocked = false;
        for (var key : dependentsOf(live)) {
            var dependent = live(key);
            if (dependent.isPresent()) {
                collectQuietly(dependent.get());
                blocked |= blocks(dependent.get(), live) && live(key).isPresent();
            }
        }
        if (!blocked) {
            drop(live, Deletion.FOREGROUND);
        }
    }

    private void collectQuietly(Live dependent) {
        try {
            collect(dependent);
        } catch (StatusException e) {
            if (e.reason() != Status.Reason.NotFound && e.reason() != Status.Reason.Conflict) {
                throw e;
            }
        }
    }

    private static boolean blocks(Live dependent, Live owner) {
        return dependent.metadata().array("ownerReferences").items().stream()
                .map(Json::asObject)
                .anyMatch(o ->
                        o.string("uid").equals(owner.metadata().string("uid"))
                                && o.get("blockOwnerDeletion") instanceof Json.Bool on
                                && on.value());
    }

    private void release(Live dependent, Live owner) {
        var rest =
                dependent.metadata().array("ownerReferences").items().stream()
                        .filter(o ->
                                !o.asObject().string("uid").equals(owner.metadata().string("uid")))
                        .toList();
        replace(
                dependent,
                rest.isEmpty()
                        ? dependent.metadata().without("ownerReferences")
                        : dependent.metadata().with("ownerReferences", new Json.Arr(rest)));
    }

    private void drop(Live live, String finalizer) {
        var rest =
                live.metadata().array("finalizers").strings().stream()
                        .filter(f -> !f.equals(finalizer))
                        .toList();
        replace(
                live,
                rest.isEmpty()
                        ? live.metadata().without("finalizers")
                        : live.metadata().with("finalizers", Json.strings(rest)));
    }

    private void replace(Live live, Json.Obj metadata) {
        objects.update(
                live.kind(),
                live.namespace(),
                live.name(),
                "",
                live.object().with("metadata", metadata),
                Edit.own());
    }

    private void finishNamespace(Live live) {
        var remains = new Remains();
        for (var kind : kinds.storage()) {
            if (kind.names().namespaced() && !empty(kind, live.name())) {
                store.list(kind.prefix(live.name()), "", 0, 0).entries().stream()
                        .map(entry -> Stored.read(kind, entry))
                        .forEach(object -> remains.add(kind, object));
            }
        }
        if (!remains.none()) {
            tell(live, remains.tell(live.object(), objects.now()));
        } else if (live.object().object("spec").has("finalizers")) {
            objects.finalizeNamespace(live.kind(), live.name());
        }
    }

    private void tell(Live live, Json.Obj told) {
        objects.update(live.kind(), live.namespace(), live.name(), "status", told, Edit.own());
    }

    private void finishDefinition(Live live) {
        var group = live.object().object("spec").string("group");
        var plural = live.object().object("spec").object("names").string("plural");
        boolean empty = true;
        for (var kind : kinds.storage()) {
            if (kind.custom() && kind.is(group, plural)) {
                empty &= empty(kind, "");
            }
        }
        if (empty) {
            drop(live, Deletion.INSTANCES);
        }
    }

    /// Deletes all objects of a kind; whether none is left.
    private boolean empty(Served kind, String namespace) {
        for (var entry : store.list(kind.prefix(namespace), "", 0, 0).entries()) {
            var metadata = Stored.read(kind, entry).object("metadata");
            if (!metadata.has("deletionTimestamp")) {
                try {
                    objects.delete(
                            kind,
                            metadata.string("namespace"),
                            metadata.string("name"),
                            Deletion.BACKGROUND,
                            Edit.own());
                } catch (StatusException e) {
                    if (e.reason() != Status.Reason.NotFound) {
                        throw e;
                    }
                }
            }
        }
        return store.count(kind.prefix(namespace)) == 0;
    }

    @Override
    public void close() {
        closed = true;
        if (stepped != null) {
            stepped.close();
        }
        var running = thread;
        if (running != null) {
            running.interrupt();
            try {
                running.join();
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
