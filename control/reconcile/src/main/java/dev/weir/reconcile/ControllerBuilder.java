package dev.weir.reconcile;

import dev.weir.resource.Resource;
import dev.weir.resource.ResourceType;
import java.time.Duration;
import java.util.Collection;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;

/// Describes a controller; [#reconcile] ends the description.
///
/// @param <R> the kind that is reconciled
public final class ControllerBuilder<R extends Resource> {
    private final ResourceType<R> type;
    private final Consumer<Controller<?>> register;
    private final Informers informers;
    private final EventWriter events;
    private final Time time;
    private String name;
    private Predicate<Change<R>> filter = _ -> true;
    private int maxConcurrent = 1;
    private Duration deadline = Duration.ofMinutes(2);
    private Backoff backoff = new Backoff(Duration.ofMillis(5), Duration.ofSeconds(1000));
    private double retriesPerSecond = WorkQueue.RETRIES_PER_SECOND;
    private int retryBurst = WorkQueue.RETRY_BURST;
    private Consumer<WorkQueue> sources = _ -> {};

    ControllerBuilder(
            ResourceType<R> type,
            Consumer<Controller<?>> register,
            Informers informers,
            EventWriter events,
            Time time) {
        this.type = type;
        this.name = type.kind().toLowerCase(Locale.ROOT);
        this.register = register;
        this.informers = informers;
        this.events = events;
        this.time = time;
    }

    /// The name of the controller in logs, events and metrics, which no other of the manager has;
    /// by default the kind in lower case.
    public ControllerBuilder<R> named(String text) {
        name = text;
        return this;
    }

    /// Reconciles an object also when one of that kind that it controls changes.
    public <C extends Resource> ControllerBuilder<R> owns(ResourceType<C> child) {
        return owns(child, _ -> true);
    }

    /// The same, but for changes of the children that do not pass.
    public <C extends Resource> ControllerBuilder<R> owns(
            ResourceType<C> child, Predicate<Change<C>> passing) {
        return watches(child, passing, object -> Owners.requests(type, object));
    }

    /// Reconciles the objects that `map` names when one of that kind changes. `map` must not block.
    public <W extends Resource> ControllerBuilder<R> watches(
            ResourceType<W> watched, Function<W, ? extends Collection<Request>> map) {
        return watches(watched, _ -> true, map);
    }

    /// The same, but for changes that do not pass.
    public <W extends Resource> ControllerBuilder<R> watches(
            ResourceType<W> watched,
            Predicate<Change<W>> passing,
            Function<W, ? extends Collection<Request>> map) {
        sources =
                sources.andThen(queue ->
                        informers
                                .of(watched)
                                .listen(change -> {
                                    if (passing.test(change)) {
                                        enqueue(queue, change, map);
                                    }
                                }));
        informers.of(watched);
        return this;
    }

    private static <W extends Resource> void enqueue(
            WorkQueue queue, Change<W> change, Function<W, ? extends Collection<Request>> map) {
        map.apply(change.object()).forEach(request -> queue.add(request, priority(change)));
        if (change instanceof Change.Updated<W>(var old, var _)) {
            map.apply(old).forEach(request -> queue.add(request, priority(change)));
        }
    }

    private static Priority priority(Change<?> change) {
        return change instanceof Change.Added<?>(var _, var initial) && initial
                ? Priority.Low
                : Priority.Normal;
    }

    /// Ignores changes of the reconciled kind that do not pass, such as those that are no wish:
    /// `filter(Change::isWish)`.
    public ControllerBuilder<R> filter(Predicate<Change<R>> predicate) {
        filter = filter.and(predicate);
        return this;
    }

    /// How many objects are reconciled at the same time; 1 by default.
    public ControllerBuilder<R> maxConcurrent(int count) {
        if (count < 1) {
            throw new IllegalArgumentException("at least one, found " + count);
        }
        maxConcurrent = count;
        return this;
    }

    /// The delay after a failure, doubled with each in a row; 5 ms up to 1000 s by default.
    public ControllerBuilder<R> retry(Duration base, Duration max) {
        backoff = new Backoff(base, max);
        return this;
    }

    /// How many retries of all objects together are begun a second, after so many at once; 10 after
    /// 100 by default.
    public ControllerBuilder<R> retryRate(double perSecond, int burst) {
        if (!(perSecond > 0) || burst < 1) {
            throw new IllegalArgumentException(
                    "a rate and a burst above zero, found " + perSecond + " and " + burst);
        }
        retriesPerSecond = perSecond;
        retryBurst = burst;
        return this;
    }

    /// When a call is interrupted; 2 minutes by default.
    public ControllerBuilder<R> deadline(Duration limit) {
        deadline = limit;
        return this;
    }

    /// Adds the controller to the manager.
    ///
    /// @throws IllegalStateException when the manager runs already, or has one of that name
    public void reconcile(Reconciler<R> reconciler) {
        var queue =
                new WorkQueue(
                        time, backoff, new TokenBucket(retriesPerSecond, retryBurst, time.nanos()));
        informers
                .of(type)
                .listen(change -> {
                    if (filter.test(change)) {
                        queue.add(Request.of(change.object()), priority(change));
                    }
                });
        sources.accept(queue);
        var recorder = new EventRecorder(name, events, time);
        register.accept(
                new Controller<>(
                        name, type, reconciler, queue, maxConcurrent, deadline, recorder, time));
    }
}
