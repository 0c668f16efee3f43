package dev.weir.reconcile;

import dev.weir.resource.Client;
import dev.weir.resource.Query;
import dev.weir.resource.Resource;
import dev.weir.resource.ResourceType;
import dev.weir.resource.StatusException;
import dev.weir.resource.Watch;
import dev.weir.resource.WatchEvent;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Keeps a [Cache] true to the server, and tells listeners of each change.
///
/// A state machine without a thread: each [#step] lists, opens a watch, or takes one event. It
/// resumes a broken watch from the last version seen, lists again when the server no longer keeps
/// that version, and waits longer after each failure in a row. One thread steps it.
final class Informer<R extends Resource> {
    private static final System.Logger LOG = System.getLogger("dev.weir.reconcile");
    private static final int PAGE = 500;

    private final ResourceType<R> type;
    private final Query scope;
    private final Client client;
    private final Time time;
    private final Cache<R> cache = new Cache<>();
    private final Backoff backoff = new Backoff(Duration.ofMillis(50), Duration.ofSeconds(20));
    private final List<Consumer<Change<R>>> listeners = new CopyOnWriteArrayList<>();
    private String version = "";
    private @Nullable Watch<R> watch;
    private int failures;
    private volatile String lastFailure = "";
    private volatile long retryAt = Long.MIN_VALUE;

    Informer(ResourceType<R> type, Query scope, Client client, Time time) {
        this.type = type;
        this.scope = scope;
        this.client = client;
        this.time = time;
    }

    ResourceType<R> type() {
        return type;
    }

    Cache<R> cache() {
        return cache;
    }

    /// Why the kind has not been listed yet; empty once it has.
    String problem() {
        if (cache.synced()) {
            return "";
        }
        var failure = lastFailure;
        return "not listed yet" + (failure.isEmpty() ? "" : ": " + failure);
    }

    /// Adds a listener; it is called in the stepping thread and must not block.
    void listen(Consumer<Change<R>> listener) {
        listeners.add(listener);
    }

    /// When to step again, on [Time#nanos()]; in the past unless the last step failed.
    long retryAt() {
        return retryAt;
    }

    /// Does the next thing: waits at most that long for an event.
    ///
    /// @return whether anything was learnt
    boolean step(Duration wait) throws InterruptedException {
        try {
            boolean news = advance(wait);
            if (news) {
                failures = 0;
                lastFailure = "";
            }
            return news;
        } catch (StatusException e) {
            failed(e);
            return true;
        }
    }

    /// Ends the watch; the cache stays as it is.
    void close() {
        var open = watch;
        watch = null;
        if (open != null) {
            open.close();
        }
    }

    private boolean advance(Duration wait) throws InterruptedException {
        if (version.isEmpty()) {
            list();
            return true;
        }
        var open = watch;
        if (open == null) {
            watch = client.watch(type, scope.from(version));
            return true;
        }
        var event = open.next(wait);
        event.ifPresent(this::take);
        return event.isPresent();
    }

    private void list() {
        var objects = new ArrayList<R>();
        var page = client.list(type, scope.page(PAGE, ""));
        objects.addAll(page.items());
        while (!page.continueToken().isEmpty()) {
            page = client.list(type, scope.page(PAGE, page.continueToken()));
            objects.addAll(page.items());
        }
        version = page.resourceVersion();
        cache.replace(objects, version).forEach(this::tell);
    }

    private void take(WatchEvent<R> event) {
        var change =
                switch (event) {
                    case WatchEvent.Added<R>(var object) -> cache.put(object);
                    case WatchEvent.Modified<R>(var object) -> cache.put(object);
                    case WatchEvent.Deleted<R>(var object) -> cache.remove(object);
                    case WatchEvent.Bookmark<R>(var at, var _) -> {
                        cache.bookmark(at);
                        yield null;
                    }
                };
        version = event.resourceVersion();
        if (change != null) {
            tell(change);
        }
    }

    private void tell(Change<R> change) {
        for (var listener : listeners) {
            try {
                listener.accept(change);
            } catch (RuntimeException e) {
                LOG.log(Level.ERROR, "a listener for " + type + " failed on " + change, e);
            }
        }
    }

    private void failed(StatusException e) {
        close();
        switch (e.reason()) {
            case Expired, Gone -> version = "";
            default -> {}
        }
        failures++;
        lastFailure = String.valueOf(e.getMessage());
        retryAt = time.nanos() + (failures == 1 ? 0 : backoff.nanos(failures - 1));
        LOG.log(
                failures > 3 ? Level.WARNING : Level.DEBUG,
                "watching {0} stopped ({1} in a row): {2}",
                type,
                failures,
                e.getMessage());
    }
}
