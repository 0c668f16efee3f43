package dev.weir.apiserver;

import dev.weir.resource.Json;
import dev.weir.resource.Status;
import dev.weir.resource.StatusException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;

/// Watches over HTTP: a stream of events, one JSON text a line.
final class Watches implements AutoCloseable {
    private static final int MAX_OPEN = 10_000;
    private static final int BATCH = 256;
    private static final Duration BOOKMARKS = Duration.ofMinutes(1);
    private static final Duration MIN_TIMEOUT = Duration.ofMinutes(30);

    private final Api api;
    private final Metrics metrics;
    private final Set<Changes> open = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    Watches(Api api, Metrics metrics) {
        this.api = api;
        this.metrics = metrics;
    }

    void serve(
            Exchange exchange, Served kind, String namespace, Selection selection, ListQuery query)
            throws IOException {
        var view = View.of(exchange);
        if (view.media().yaml()) {
            throw StatusException.of(
                    Status.Reason.NotAcceptable, "a watch is served as application/json only");
        }
        if (open.size() >= MAX_OPEN) {
            throw Refusals.tooMany("the server has " + MAX_OPEN + " watches open");
        }
        var lines = new Lines(exchange, kind, view);
        if (exchange.header("Upgrade").equalsIgnoreCase("websocket")) {
            // An empty answer refuses the upgrade. Clients then watch over plain HTTP, at once:
            // those
            // of fabric8 ask ten times more, for twenty seconds, where they get a 503.
            lines.begin();
            lines.end();
            return;
        }
        try (var changes = start(lines, kind, namespace, selection, query)) {
            follow(lines, changes, query);
        } catch (StatusException e) {
            if (e.reason() != Status.Reason.Expired) {
                throw e;
            }
            lines.begin();
            lines.error(e.status());
        }
        lines.end();
    }

    /// Opens the changes, and sends what comes before them. A version that is no longer kept is an
    /// event of an answer that began well, as clients expect it.
    private Changes start(
            Lines lines, Served kind, String namespace, Selection selection, ListQuery query)
            throws IOException {
        long from = Revisions.parse(query.version());
        Revisions.requireReached(api.store(), from);
        boolean initial = query.initialEvents() || from == 0 && query.match().isEmpty();
        List<Snapshot> first = List.of();
        if (initial) {
            var found = new Lists(api.store()).list(kind, namespace, selection, 0, "", 0);
            first = found.entries().stream().map(Snapshot::of).toList();
            from = found.revision();
        } else if (from == 0) {
            from = api.store().revision();
        }
        var changes = Changes.open(api.store(), kind, namespace, selection, from);
        lines.begin();
        for (var snapshot : first) {
            lines.add(new Change(Change.Type.ADDED, snapshot));
        }
        if (query.initialEvents()) {
            lines.bookmark(from, true);
        }
        lines.flush();
        return changes;
    }

    private void follow(Lines lines, Changes changes, ListQuery query) throws IOException {
        open.add(changes);
        metrics.watch(1);
        lines.exchange.onFailure(changes::close);
        try {
            send(lines, changes, query);
        } catch (StatusException e) {
            if (!closed && !lines.exchange.failed()) {
                lines.error(e.status());
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } finally {
            open.remove(changes);
            metrics.watch(-1);
        }
    }

    private void send(Lines lines, Changes changes, ListQuery query)
            throws IOException, InterruptedException {
        long end = System.nanoTime() + timeout(query).toNanos();
        long bookmark = System.nanoTime() + BOOKMARKS.toNanos();
        long told = changes.revision();
        long silence = lines.exchange.silence().toNanos();
        while (!closed) {
            long now = System.nanoTime();
            if (end - now <= 0) {
                break;
            }
            long wait = Math.min(silence, Math.min(end, query.bookmarks() ? bookmark : end) - now);
            var found = changes.next(BATCH, Duration.ofNanos(Math.max(1, wait)));
            for (var change : found) {
                lines.add(change);
            }
            if (!found.isEmpty()) {
                told = changes.revision();
            } else if (query.bookmarks()
                    && System.nanoTime() >= bookmark
                    && changes.revision() > told) {
                told = changes.revision();
                lines.bookmark(told, false);
            }
            if (System.nanoTime() >= bookmark) {
                bookmark = System.nanoTime() + BOOKMARKS.toNanos();
            }
            lines.flush();
            if (found.isEmpty() && lines.exchange.gone()) {
                throw new IOException("the client of a watch left");
            }
        }
        if (query.bookmarks() && changes.revision() > told) {
            lines.bookmark(changes.revision(), false);
            lines.flush();
        }
    }

    // Without a wish, watches end at different times so that clients do not all come back at once.
    private static Duration timeout(ListQuery query) {
        return query.timeoutSeconds() > 0
                ? Duration.ofSeconds(query.timeoutSeconds())
                : MIN_TIMEOUT.plusSeconds(
                        ThreadLocalRandom.current().nextLong(MIN_TIMEOUT.toSeconds()));
    }

    @Override
    public void close() {
        closed = true;
        open.forEach(Changes::close);
    }

    /// The lines of one answer; gathered, then sent together.
    private final class Lines {
        private final Exchange exchange;
        private final Served kind;
        private final View view;
        private final ByteArrayOutputStream out = new ByteArrayOutputStream(512);
        private boolean columns = true;

        Lines(Exchange exchange, Served kind, View view) {
            this.exchange = exchange;
            this.kind = kind;
            this.view = view;
        }

        void begin() throws IOException {
            exchange.stream(Media.JSON);
        }

        void add(Change change) {
            line(change.type().name(), text(change.object()));
        }

        private byte[] text(Snapshot snapshot) {
            if (view.plain()) {
                return snapshot.bytes(kind);
            }
            return columns && view.form() == View.Form.TABLE
                    ? shaped(snapshot.object(kind))
                    : snapshot.shaped(kind, view, api.clock().instant());
        }

        private byte[] shaped(Json.Obj object) {
            var shaped = view.shaped(kind, object, columns, api.clock().instant());
            columns = false;
            return shaped.bytes();
        }

        /// @param initialEnd whether it closes the initial events
        void bookmark(long revision, boolean initialEnd) {
            var metadata = Json.Obj.of("resourceVersion", Json.of(Long.toString(revision)));
            if (initialEnd) {
                metadata =
                        metadata.with(
                                "annotations",
                                Json.Obj.of("k8s.io/initial-events-end", Json.of("true")));
            }
            var object =
                    Json.Obj.of("kind", Json.of(kind.names().kind()))
                            .with("apiVersion", Json.of(kind.apiVersion()))
                            .with("metadata", metadata);
            line("BOOKMARK", view.plain() ? object.bytes() : shaped(object));
        }

        void error(Status status) throws IOException {
            line("ERROR", status.json().bytes());
            flush();
        }

        private void line(String type, byte[] object) {
            out.writeBytes(
                    ("{\"type\":\"" + type + "\",\"object\":").getBytes(StandardCharsets.US_ASCII));
            out.writeBytes(object);
            out.writeBytes("}\n".getBytes(StandardCharsets.US_ASCII));
        }

        void flush() throws IOException {
            if (out.size() > 0) {
                exchange.write(false, out.toByteArray());
                out.reset();
            }
        }

        void end() throws IOException {
            exchange.write(true, new byte[0]);
        }
    }
}
