package dev.weir.apiserver;

import dev.weir.resource.DeleteOptions;
import dev.weir.resource.Json;
import dev.weir.resource.StatusException;
import dev.weir.store.Store;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Deletes events an hour after the last time that they speak of, as Kubernetes does: who tells
/// what happened never tidies up.
final class EventExpiry implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(EventExpiry.class.getName());
    private static final Duration LIFE = Duration.ofHours(1);
    private static final Duration PACE = Duration.ofMinutes(2);

    private final Store store;
    private final Kinds kinds;
    private final Objects objects;
    private final Clock clock;
    private @Nullable Thread thread;

    EventExpiry(Store store, Kinds kinds, Objects objects, Clock clock) {
        this.store = store;
        this.kinds = kinds;
        this.objects = objects;
        this.clock = clock;
    }

    void start() {
        thread = Thread.ofVirtual().name("weir-event-expiry").start(this::run);
    }

    private void run() {
        try {
            while (true) {
                Thread.sleep(PACE);
                sweep();
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /// Deletes what is old now.
    void sweep() {
        var kept = clock.instant().minus(LIFE);
        for (var kind : kinds.storage()) {
            if (kind.is("", "events")) {
                try {
                    sweep(kind, kept);
                } catch (RuntimeException e) {
                    LOG.log(System.Logger.Level.WARNING, "old events stay for now", e);
                }
            }
        }
    }

    private void sweep(Served kind, Instant kept) {
        for (var entry : store.list(kind.prefix(), "", 0, 0).entries()) {
            var event = Stored.read(kind, entry);
            if (last(event).isBefore(kept)) {
                delete(kind, event.object("metadata"));
            }
        }
    }

    /// The newest time in the event; one that is still to come does not count.
    private Instant last(Json.Obj event) {
        var now = clock.instant();
        return Stream.of(
                        event.object("metadata").string("creationTimestamp"),
                        event.string("eventTime"),
                        event.string("lastTimestamp"),
                        event.object("series").string("lastObservedTime"))
                .map(Times::parse)
                .filter(java.util.Objects::nonNull)
                .filter(time -> !time.isAfter(now))
                .max(Instant::compareTo)
                .orElse(now);
    }

    private void delete(Served kind, Json.Obj metadata) {
        try {
            objects.delete(
                    kind,
                    metadata.string("namespace"),
                    metadata.string("name"),
                    new Deletion(
                            DeleteOptions.Propagation.Background,
                            metadata.string("uid"),
                            metadata.string("resourceVersion")),
                    Edit.own());
        } catch (StatusException e) {
            // It was written or deleted in between: the next sweep looks again.
            LOG.log(System.Logger.Level.DEBUG, "an old event stays for now", e);
        }
    }

    @Override
    public void close() {
        var running = thread;
        if (running == null) {
            return;
        }
        running.interrupt();
        try {
            running.join();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
