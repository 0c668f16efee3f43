package dev.weir.payments;

import dev.weir.resource.Client;
import dev.weir.resource.DeleteOptions;
import dev.weir.resource.Program;
import dev.weir.resource.Query;
import dev.weir.resource.Resource;
import dev.weir.resource.ResourceType;
import dev.weir.resource.StatusException;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.function.Function;

/// Keeps the newest objects of a kind in all namespaces, and deletes the others.
///
/// @param <R> the kind
final class Newest<R extends Resource> implements Program.Running {
    private static final System.Logger LOG = System.getLogger(Newest.class.getName());
    private static final Duration EVERY = Duration.ofSeconds(1);
    private static final Duration END = Duration.ofSeconds(5);

    private final Client client;
    private final ResourceType<R> type;
    private final Function<R, Instant> time;
    private final int most;
    private final Thread thread;

    private Newest(Client client, ResourceType<R> type, Function<R, Instant> time, int most) {
        this.client = client;
        this.type = type;
        this.time = time;
        this.most = most;
        thread = Thread.ofVirtual().name("newest-" + type.plural()).unstarted(this::run);
    }

    /// @param time of an object
    /// @param most how many are kept
    static <R extends Resource> Newest<R> start(
            Client client, ResourceType<R> type, Function<R, Instant> time, int most) {
        var program = new Newest<>(client, type, time, most);
        program.thread.start();
        return program;
    }

    private void run() {
        try {
            while (true) {
                Thread.sleep(EVERY);
                deleteOldest();
            }
        } catch (InterruptedException _) {
            // It is closed.
        }
    }

    private void deleteOldest() {
        try {
            var objects = client.list(type, Query.ALL).items();
            objects.stream()
                    .sorted(Comparator.comparing(time))
                    .limit(Math.max(0, objects.size() - most))
                    .forEach(this::delete);
        } catch (StatusException e) {
            LOG.log(System.Logger.Level.WARNING, "old {0} are left: {1}", type, e.getMessage());
        }
    }

    private void delete(R object) {
        var its = object.metadata();
        try {
            client.delete(type, its.namespace(), its.name(), DeleteOptions.DEFAULT);
        } catch (StatusException e) {
            if (e.status().code() != 404) {
                throw e;
            }
        }
    }

    @Override
    public void close() {
        thread.interrupt();
        try {
            thread.join(END);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
