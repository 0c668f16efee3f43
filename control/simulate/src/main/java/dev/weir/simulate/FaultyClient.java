package dev.weir.simulate;

import dev.weir.resource.Client;
import dev.weir.resource.DeleteOptions;
import dev.weir.resource.Listing;
import dev.weir.resource.Patch;
import dev.weir.resource.Query;
import dev.weir.resource.Resource;
import dev.weir.resource.ResourceType;
import dev.weir.resource.Status;
import dev.weir.resource.StatusException;
import dev.weir.resource.Watch;
import dev.weir.resource.WatchEvent;
import dev.weir.resource.WriteOptions;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The connection of one life of the controllers' process: before each call others may act, and the
/// call may fail. Once the process has crashed, no call reaches the server any more.
final class FaultyClient implements Client {
    private final Client server;
    private final Dice dice;
    private final Runnable others;
    private final Telling telling;
    private boolean crashed;

    /// Writes down what was called, on what, and what became of it.
    @FunctionalInterface
    interface Telling {
        void tell(ResourceType<?> type, String what, String on);
    }

    /// @param others acts before a call, or not, as chance will have it
    FaultyClient(Client server, Dice dice, Runnable others, Telling telling) {
        this.server = server;
        this.dice = dice;
        this.others = others;
        this.telling = telling;
    }

    /// Whether the process is gone.
    boolean crashed() {
        return crashed;
    }

    void crash() {
        crashed = true;
    }

    private <T> T call(
            boolean write, ResourceType<?> type, String what, String on, Supplier<T> effect) {
        requireAlive();
        others.run();
        requireAlive();
        var fault = dice.ofCall(write);
        if (fault == null) {
            return plain(write, type, what, on, effect);
        }
        telling.tell(type, fault + " at " + what, on);
        switch (fault) {
            case CrashBeforeCall -> crashed = true;
            case CrashAfterCall -> {
                var _ = effect.get();
                crashed = true;
            }
            case LostAnswer -> {
                var _ = effect.get();
            }
            default -> {}
        }
        requireAlive();
        throw refusal(fault);
    }

    private <T> T plain(
            boolean write, ResourceType<?> type, String what, String on, Supplier<T> effect) {
        if (!write) {
            return effect.get();
        }
        try {
            var answer = effect.get();
            telling.tell(type, what, on);
            return answer;
        } catch (StatusException e) {
            telling.tell(type, what, on + ": " + e.getMessage());
            throw e;
        }
    }

    private void requireAlive() {
        if (crashed) {
            throw StatusException.of(
                    Status.Reason.ServiceUnavailable, "the process of the controller has crashed");
        }
    }

    private static StatusException refusal(Fault fault) {
        var reason =
                switch (fault) {
                    case Conflict -> Status.Reason.Conflict;
                    case LostAnswer -> Status.Reason.Timeout;
                    case TooManyRequests -> Status.Reason.TooManyRequests;
                    case WatchGap -> Status.Reason.Expired;
                    case WatchEnd -> Status.Reason.ServiceUnavailable;
                    default -> Status.Reason.InternalError;
                };
        return StatusException.of(reason, "simulated: " + fault);
    }

    private static String on(ResourceType<?> type, String namespace, String name) {
        return type + " " + (namespace.isEmpty() ? name : namespace + "/" + name);
    }

    private static String on(ResourceType<?> type, Resource resource) {
        var metadata = resource.metadata();
        var name = metadata.name().isEmpty() ? metadata.generateName() + "*" : metadata.name();
        return on(type, metadata.namespace(), name);
    }

    @Override
    public <R extends Resource> R get(ResourceType<R> type, String namespace, String name) {
        return call(
                false,
                type,
                "get",
                on(type, namespace, name),
                () -> server.get(type, namespace, name));
    }

    @Override
    public <R extends Resource> Listing<R> list(ResourceType<R> type, Query query) {
        return call(false, type, "list", type.toString(), () -> server.list(type, query));
    }

    @Override
    public <R extends Resource> Watch<R> watch(ResourceType<R> type, Query query) {
        return call(
                false,
                type,
                "watch",
                type.toString(),
                () -> new FaultyWatch<>(type, server.watch(type, query)));
    }

    @Override
    public <R extends Resource> R create(ResourceType<R> type, R resource, WriteOptions options) {
        return call(
                true,
                type,
                "create",
                on(type, resource),
                () -> server.create(type, resource, options));
    }

    @Override
    public <R extends Resource> R update(ResourceType<R> type, R resource, WriteOptions options) {
        return call(
                true,
                type,
                "update",
                on(type, resource),
                () -> server.update(type, resource, options));
    }

    @Override
    public <R extends Resource> R updateStatus(
            ResourceType<R> type, R resource, WriteOptions options) {
        return call(
                true,
                type,
                "update status",
                on(type, resource),
                () -> server.updateStatus(type, resource, options));
    }

    @Override
    public <R extends Resource> R patch(
            ResourceType<R> type,
            String namespace,
            String name,
            Patch patch,
            WriteOptions options) {
        return call(
                true,
                type,
                "patch",
                on(type, namespace, name),
                () -> server.patch(type, namespace, name, patch, options));
    }

    @Override
    public <R extends Resource> void delete(
            ResourceType<R> type, String namespace, String name, DeleteOptions options) {
        call(
                true,
                type,
                "delete",
                on(type, namespace, name),
                () -> {
                    server.delete(type, namespace, name, options);
                    return name;
                });
    }

    @Override
    public void close() {}

    /// A watch that may end at any moment.
    private final class FaultyWatch<R extends Resource> implements Watch<R> {
        private final ResourceType<R> type;
        private final Watch<R> watch;
        private @Nullable Fault ended;

        FaultyWatch(ResourceType<R> type, Watch<R> watch) {
            this.type = type;
            this.watch = watch;
        }

        @Override
        public Optional<WatchEvent<R>> next(Duration wait) throws InterruptedException {
            requireAlive();
            var fault = ended == null ? dice.ofWatch() : ended;
            if (fault == null) {
                return watch.next(wait);
            }
            ended = fault;
            telling.tell(type, fault + " of", type.toString());
            throw refusal(fault);
        }

        @Override
        public void close() {
            watch.close();
        }
    }
}
