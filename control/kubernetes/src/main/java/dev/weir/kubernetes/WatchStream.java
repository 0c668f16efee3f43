package dev.weir.kubernetes;

import dev.weir.resource.Dynamic;
import dev.weir.resource.Json;
import dev.weir.resource.JsonException;
import dev.weir.resource.Metadata;
import dev.weir.resource.Query;
import dev.weir.resource.Resource;
import dev.weir.resource.ResourceType;
import dev.weir.resource.Status;
import dev.weir.resource.StatusException;
import dev.weir.resource.Watch;
import dev.weir.resource.WatchEvent;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// A watch over HTTP: one virtual thread reads and decodes the lines, and waits where the reader of
/// the watch is behind, so that a slow reader costs a bounded amount of memory.
final class WatchStream<R extends Resource> implements Watch<R> {
    private static final int BEHIND = 1_024;
    private static final int MIN_SECONDS = 300;
    private static final int GRACE_SECONDS = 30;

    private final InputStream body;
    private final Function<Json.Obj, R> decode;
    private final boolean bookmarks;
    private final BlockingQueue<Message<R>> messages = new LinkedBlockingQueue<>(BEHIND);
    private final long deadline;
    private final Thread reader;
    private volatile boolean closed;
    private volatile Runnable onClose = () -> {};

    /// Owned by the thread that reads the watch.
    private @Nullable StatusException ended;

    /// An event, or the reason why no more come.
    private record Message<R extends Resource>(
            @Nullable WatchEvent<R> event, @Nullable StatusException end) {}

    private WatchStream(
            InputStream body,
            List<WatchEvent<R>> first,
            Function<Json.Obj, R> decode,
            boolean bookmarks,
            int seconds) {
        this.body = body;
        this.decode = decode;
        this.bookmarks = bookmarks;
        deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds + GRACE_SECONDS);
        reader = Thread.ofVirtual().name("weir-watch").start(() -> read(first));
    }

    /// A watch of the changes after the version of the query.
    static <R extends Resource> WatchStream<R> after(
            Transport transport, ResourceType<R> type, Query query) {
        var address = watching(type, query).with("resourceVersion", query.resourceVersion());
        return open(transport, type, query, address, List.of());
    }

    /// A watch that starts with what there is: in one request where the server can do that
    /// (`sendInitialEvents`), else as a list and the watch after it.
    static <R extends Resource> WatchStream<R> initial(
            KubernetesClient client, Transport transport, ResourceType<R> type, Query query) {
        var address =
                watching(type, query)
                        .with("sendInitialEvents", "true")
                        .with("resourceVersionMatch", "NotOlderThan");
        try {
            return open(transport, type, query, address, List.of());
        } catch (StatusException e) {
            if (e.reason() != Status.Reason.Invalid && e.reason() != Status.Reason.BadRequest) {
                throw e;
            }
        }
        var first = new ArrayList<WatchEvent<R>>();
        var page = client.list(type, query.page(500, ""));
        page.items().forEach(item -> first.add(new WatchEvent.Added<>(item)));
        while (!page.continueToken().isEmpty()) {
            page = client.list(type, query.page(500, page.continueToken()));
            page.items().forEach(item -> first.add(new WatchEvent.Added<>(item)));
        }
        var version = page.resourceVersion();
        first.add(new WatchEvent.Bookmark<>(version, true));
        return open(
                transport,
                type,
                query,
                watching(type, query).with("resourceVersion", version),
                first);
    }

    /// A watch whose objects are tables.
    static WatchStream<Dynamic> table(
            Transport transport, ResourceType<?> type, Query query, String accept) {
        int seconds = seconds();
        var address =
                watching(type, query)
                        .with("resourceVersion", query.resourceVersion())
                        .with("timeoutSeconds", Integer.toString(seconds));
        var call = new Transport.Call("GET", address.toString(), Map.of("Accept", accept), null);
        return new WatchStream<>(
                transport.open(call), List.of(), WatchStream::row, query.bookmarks(), seconds);
    }

    private static Dynamic row(Json.Obj table) {
        var rows = table.array("rows").items();
        var first = rows.isEmpty() ? Json.Obj.EMPTY : rows.getFirst().asObject();
        var names = ResourceType.Names.of("", "v1", "PartialObjectMetadata", "partials", true);
        var object = ResourceType.dynamic(names).decode(first.object("object"));
        return new Dynamic(rows.isEmpty() ? Metadata.of("", "") : object.metadata(), table);
    }

    private static Address watching(ResourceType<?> type, Query query) {
        return Address.of(type, query.namespace())
                .selecting(query)
                .with("watch", "true")
                .with("allowWatchBookmarks", "true");
    }

    private static <R extends Resource> WatchStream<R> open(
            Transport transport,
            ResourceType<R> type,
            Query query,
            Address address,
            List<WatchEvent<R>> first) {
        int seconds = seconds();
        address.with("timeoutSeconds", Integer.toString(seconds));
        var call = new Transport.Call("GET", address.toString(), Map.of(), null);
        return new WatchStream<>(
                transport.open(call),
                first,
                json -> KubernetesClient.decode(type, json),
                query.bookmarks(),
                seconds);
    }

    /// Servers end watches of their own accord; spreading the ends keeps clients from coming back
    /// all at once.
    private static int seconds() {
        return MIN_SECONDS + ThreadLocalRandom.current().nextInt(MIN_SECONDS);
    }

    void onClose(Runnable action) {
        onClose = action;
        if (closed) {
            action.run();
        }
    }

    private void read(List<WatchEvent<R>> first) {
        try (var lines = new Lines(body)) {
            for (var event : first) {
                put(event);
            }
            for (var line = lines.next(); line != null; line = lines.next()) {
                put(event(Json.parse(line).asObject()));
            }
            end(unavailable("the server ended the watch"));
        } catch (IOException e) {
            end(unavailable("the watch broke off: " + e.getMessage()));
        } catch (JsonException e) {
            end(
                    StatusException.of(
                            Status.Reason.InternalError, "no watch event: " + e.getMessage()));
        } catch (StatusException e) {
            end(e);
        } catch (InterruptedException _) {
            end(unavailable("the watch is closed"));
        }
    }

    private @Nullable WatchEvent<R> event(Json.Obj json) {
        var object = json.object("object");
        return switch (json.string("type")) {
            case "ADDED" -> new WatchEvent.Added<>(decode.apply(object));
            case "MODIFIED" -> new WatchEvent.Modified<>(decode.apply(object));
            case "DELETED" -> new WatchEvent.Deleted<>(decode.apply(object));
            case "BOOKMARK" -> bookmark(object);
            case "ERROR" -> throw failure(Status.of(object));
            default -> null;
        };
    }

    private @Nullable WatchEvent<R> bookmark(Json.Obj object) {
        var metadata = object.object("metadata");
        boolean end =
                metadata.object("annotations").string("k8s.io/initial-events-end").equals("true");
        return bookmarks || end
                ? new WatchEvent.Bookmark<>(metadata.string("resourceVersion"), end)
                : null;
    }

    /// Servers say `Gone` or `Expired` for the same thing.
    private static StatusException failure(Status status) {
        return status.code() == 410
                ? StatusException.of(Status.Reason.Expired, status.message())
                : new StatusException(status);
    }

    private static StatusException unavailable(String message) {
        return StatusException.of(Status.Reason.ServiceUnavailable, message);
    }

    private void put(@Nullable WatchEvent<R> event) throws InterruptedException {
        if (event != null) {
            messages.put(new Message<>(event, null));
        }
    }

    private void end(StatusException why) {
        boolean interrupted = Thread.interrupted();
        try {
            while (!messages.offer(new Message<>(null, why), 1, TimeUnit.SECONDS)) {
                if (closed || interrupted) {
                    return;
                }
            }
        } catch (InterruptedException _) {
            // Closed: nobody reads the reason any more.
        }
    }

    @Override
    public Optional<WatchEvent<R>> next(Duration wait) throws InterruptedException {
        if (ended != null) {
            throw ended;
        }
        if (closed) {
            throw unavailable("the watch is closed");
        }
        var message = messages.poll(wait.toNanos(), TimeUnit.NANOSECONDS);
        if (message == null) {
            if (System.nanoTime() - deadline > 0) {
                close();
                throw unavailable("the server did not end the watch in time");
            }
            return Optional.empty();
        }
        if (message.end != null) {
            ended = message.end;
            close();
            throw message.end;
        }
        return Optional.ofNullable(message.event);
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        messages.clear();
        messages.offer(new Message<>(null, unavailable("the watch is closed")));
        try {
            body.close();
        } catch (IOException _) {
            // The stream is given up either way.
        }
        reader.interrupt();
        onClose.run();
    }
}
