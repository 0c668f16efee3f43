package dev.weir.reconcile;

import dev.weir.resource.Listing;
import dev.weir.resource.Query;
import dev.weir.resource.Resource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The objects of one kind as an informer saw them, and over them what this process wrote itself
/// and the informer has not seen yet.
///
/// Resource versions are numbers that grow with each write (KEP-5504), so that "has the informer
/// seen this write" is one comparison: with the version of the last event. Reads therefore never go
/// back behind a write of this process. Thread-safe; one thread feeds it.
final class Cache<R extends Resource> {
    private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
    private final NavigableMap<String, NavigableMap<String, R>> seen = new TreeMap<>();
    private final LinkedHashMap<Request, Own<R>> own = new LinkedHashMap<>();
    private final Map<String, Index<R>> indexes = new HashMap<>();
    private long revision;
    private boolean synced;

    /// What this process knows of an object beyond the informer: its state, or null for gone.
    private record Own<R>(@Nullable R object, long revision) {}

    /// A map from keys to the objects that have them.
    private record Index<R>(
            Function<R, ? extends Collection<String>> keys, Map<String, Set<Request>> requests) {}

    static long revision(String resourceVersion) {
        return resourceVersion.isEmpty() ? 0 : Long.parseLong(resourceVersion);
    }

    private static long revision(Resource object) {
        return revision(object.metadata().resourceVersion());
    }

    /// Whether the first list has been taken in.
    boolean synced() {
        return read(() -> synced);
    }

    long revision() {
        return read(() -> revision);
    }

    int size() {
        return read(() -> seen.values().stream().mapToInt(Map::size).sum());
    }

    Optional<R> get(String namespace, String name) {
        lock.readLock().lock();
        try {
            if (!own.isEmpty()) {
                var mine = own.get(new Request(namespace, name));
                if (mine != null && mine.revision > revision) {
                    return Optional.ofNullable(mine.object);
                }
            }
            return Optional.ofNullable(seenObject(namespace, name));
        } finally {
            lock.readLock().unlock();
        }
    }

    /// The matching objects, ordered by namespace and name.
    Listing<R> list(Query query) {
        return read(() -> {
            var items = new ArrayList<R>();
            for (var object : view(query.namespace())) {
                if (query.labels().matches(object.metadata().labels())) {
                    items.add(object);
                }
            }
            return new Listing<>(items, Long.toString(revision), "");
        });
    }

    /// The objects that have a key in an index.
    List<R> indexed(String index, String key) {
        return read(() -> {
            var known = indexes.get(index);
            if (known == null) {
                throw new IllegalArgumentException("no index named " + index);
            }
            var result = new ArrayList<R>();
            for (var request : known.requests.getOrDefault(key, Set.of())) {
                var object = seenObject(request.namespace(), request.name());
                if (object != null && !overlaid(request)) {
                    result.add(object);
                }
            }
            for (var mine : own.values()) {
                if (mine.revision > revision
                        && mine.object != null
                        && known.keys.apply(mine.object).contains(key)) {
                    result.add(mine.object);
                }
            }
            return List.copyOf(result);
        });
    }

    /// Adds an index; `keys` must give the same keys for the same object each time.
    void index(String name, Function<R, ? extends Collection<String>> keys) {
        write(() -> {
            var index = new Index<>(keys, new HashMap<>());
            indexes.put(name, index);
            seen.values().forEach(objects -> objects.values().forEach(o -> enter(index, o)));
            return null;
        });
    }

    /// Takes in a state of the object that the server gave to this process.
    void wrote(R object) {
        overlay(Request.of(object), new Own<>(object, revision(object)));
    }

    /// Takes in that the object did not exist at a revision.
    void gone(Request request, long at) {
        overlay(request, new Own<>(null, at));
    }

    private void overlay(Request request, Own<R> news) {
        write(() -> {
            var old = own.get(request);
            if (news.revision > revision && (old == null || news.revision > old.revision)) {
                own.putLast(request, news);
            }
            return null;
        });
    }

    /// Takes in an object that came or changed.
    ///
    /// @return what changed, or null where it was known
    @Nullable Change<R> put(R object) {
        return write(() -> {
            var old = store(object);
            advance(revision(object));
            if (old == null) {
                return new Change.Added<>(object, false);
            }
            return revision(old) >= revision(object) ? null : new Change.Updated<>(old, object);
        });
    }

    /// Takes in that an object went.
    @Nullable Change<R> remove(R last) {
        return write(() -> {
            var old = drop(Request.of(last));
            advance(revision(last));
            return old == null ? null : new Change.Deleted<>(last);
        });
    }

    /// Takes in that nothing happened up to a version.
    void bookmark(String resourceVersion) {
        write(() -> {
            advance(revision(resourceVersion));
            return null;
        });
    }

    /// Takes in the whole state as of a version, and says what changed.
    List<Change<R>> replace(List<R> objects, String resourceVersion) {
        return write(() -> {
            var changes = new ArrayList<Change<R>>();
            var present = new LinkedHashSet<Request>();
            for (var object : objects) {
                present.add(Request.of(object));
                var old = store(object);
                if (old == null) {
                    changes.add(new Change.Added<>(object, !synced));
                } else if (revision(old) != revision(object)) {
                    changes.add(new Change.Updated<>(old, object));
                }
            }
            for (var object : everything()) {
                if (!present.contains(Request.of(object))) {
                    drop(Request.of(object));
                    changes.add(new Change.Deleted<>(object));
                }
            }
            synced = true;
            advance(revision(resourceVersion));
            return changes;
        });
    }

    private List<R> everything() {
        var all = new ArrayList<R>();
        seen.values().forEach(objects -> all.addAll(objects.values()));
        return all;
    }

    private @Nullable R seenObject(String namespace, String name) {
        var objects = seen.get(namespace);
        return objects == null ? null : objects.get(name);
    }

    private boolean overlaid(Request request) {
        var mine = own.get(request);
        return mine != null && mine.revision > revision;
    }

    private Collection<R> view(String namespace) {
        Collection<R> plain =
                namespace.isEmpty()
                        ? everything()
                        : seen.getOrDefault(namespace, new TreeMap<>()).values();
        if (own.isEmpty()) {
            return plain;
        }
        var merged = new TreeMap<String, R>();
        plain.forEach(object -> merged.put(key(Request.of(object)), object));
        own.forEach((request, mine) -> {
            if (mine.revision <= revision
                    || !namespace.isEmpty() && !request.namespace().equals(namespace)) {
                return;
            }
            if (mine.object == null) {
                merged.remove(key(request));
            } else {
                merged.put(key(request), mine.object);
            }
        });
        return merged.values();
    }

    /// Orders by namespace, then name: neither may hold a NUL.
    private static String key(Request request) {
        return request.namespace() + '\0' + request.name();
    }

    private @Nullable R store(R object) {
        var meta = object.metadata();
        var objects = seen.computeIfAbsent(meta.namespace(), _ -> new TreeMap<>());
        var old = objects.get(meta.name());
        if (old != null && revision(old) >= revision(object)) {
            return old;
        }
        objects.put(meta.name(), object);
        for (var index : indexes.values()) {
            if (old != null) {
                leave(index, old);
            }
            enter(index, object);
        }
        return old;
    }

    private @Nullable R drop(Request request) {
        var objects = seen.get(request.namespace());
        if (objects == null) {
            return null;
        }
        var old = objects.remove(request.name());
        if (old != null) {
            indexes.values().forEach(index -> leave(index, old));
            if (objects.isEmpty()) {
                seen.remove(request.namespace());
            }
        }
        return old;
    }

    private void enter(Index<R> index, R object) {
        for (var key : index.keys.apply(object)) {
            index.requests.computeIfAbsent(key, _ -> new LinkedHashSet<>()).add(Request.of(object));
        }
    }

    private void leave(Index<R> index, R object) {
        for (var key : index.keys.apply(object)) {
            index.requests.computeIfPresent(
                    key,
                    (_, requests) -> {
                        requests.remove(Request.of(object));
                        return requests.isEmpty() ? null : requests;
                    });
        }
    }

    /// Moves on to a version and drops the own writes up to it, from the oldest on.
    private void advance(long to) {
        revision = Math.max(revision, to);
        for (var each = own.values().iterator(); each.hasNext(); ) {
            if (each.next().revision > revision) {
                return;
            }
            each.remove();
        }
    }

    private <T> T read(Supplier<T> action) {
        lock.readLock().lock();
        try {
            return action.get();
        } finally {
            lock.readLock().unlock();
        }
    }

    private <T extends @Nullable Object> T write(Supplier<T> action) {
        lock.writeLock().lock();
        try {
            return action.get();
        } finally {
            lock.writeLock().unlock();
        }
    }
}
