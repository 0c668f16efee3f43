package dev.weir.reconcile;

import dev.weir.resource.Client;
import dev.weir.resource.Lease;
import dev.weir.resource.MetricsText;
import dev.weir.resource.Program;
import dev.weir.resource.Query;
import dev.weir.resource.Resource;
import dev.weir.resource.ResourceType;
import dev.weir.resource.WriteOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Runs controllers over shared informers.
///
/// ```java
/// var manager = Manager.of(client);
/// manager.controller(ResourceType.of(Shop.class))
///         .owns(ResourceType.of(Till.class))
///         .reconcile((shop, context) -> Result.done());
/// manager.start();
/// ```
///
/// Add all controllers, then start, then close; the client stays open. One virtual thread for each
/// watched kind and for each concurrent reconcile, one platform thread for deadlines.
public final class Manager implements Program.Running {
    private static final Duration POLL = Duration.ofMillis(500);
    private static final Duration FLUSH = Duration.ofSeconds(2);

    private final Client live;
    private final Time time;
    private final Informers informers;
    private final CachedClient client;
    private final EventWriter events;
    private final List<Controller<?>> controllers = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();
    private final ScheduledExecutorService deadlines = deadlines();
    private @Nullable Leadership leadership;
    private volatile @Nullable Term lastTerm;
    private boolean handDriven;
    private boolean started;
    private volatile boolean closed;

    private Manager(Client live, Query scope, Time time) {
        informers = new Informers(live, scope, time);
        client = new CachedClient(live, informers, this::fence);
        events = new EventWriter(live, time);
        this.live = live;
        this.time = time;
    }

    /// Forgets an alarm when it is cancelled: most are, minutes before they are due.
    private static ScheduledExecutorService deadlines() {
        var threads = Thread.ofPlatform().name("weir-reconcile-deadlines").daemon().factory();
        var executor = new ScheduledThreadPoolExecutor(1, threads);
        executor.setRemoveOnCancelPolicy(true);
        return executor;
    }

    /// A manager for all namespaces.
    public static Manager of(Client client) {
        return new Manager(client, Query.ALL, Time.SYSTEM);
    }

    /// A manager for one namespace, and for cluster-scoped kinds.
    public static Manager of(Client client, String namespace) {
        return new Manager(client, Query.in(namespace), Time.SYSTEM);
    }

    /// A manager that has no thread: [Stepped] runs its parts.
    static Manager stepped(Client client, Time time) {
        var manager = new Manager(client, Query.ALL, time);
        manager.handDriven = true;
        return manager;
    }

    Informers informers() {
        return informers;
    }

    List<Controller<?>> controllers() {
        return controllers;
    }

    EventWriter events() {
        return events;
    }

    /// Works only while it holds a Lease, one manager of all that name the same. The others follow
    /// the kinds too and are warm when they take over; a manager that lost the Lease goes on as a
    /// candidate. Closing gives the Lease back. Events of the Lease tell who led when.
    ///
    /// @throws IllegalStateException when the manager runs already, or has an election
    public Manager leaderElection(LeaderElection rules) {
        if (started || leadership != null) {
            throw new IllegalStateException("one election, chosen before the start");
        }
        leadership = new Leadership(live, rules, deadlines, this::led);
        return this;
    }

    private void led(@Nullable Term term) {
        tellOf(term);
        if (closed) {
            return;
        }
        for (var controller : controllers) {
            if (term == null) {
                controller.stop();
            } else {
                controller.start(client.within(term), informers, deadlines);
            }
        }
    }

    private void tellOf(@Nullable Term term) {
        var before = lastTerm;
        lastTerm = term;
        var lease = term != null ? term.lease() : before != null ? before.lease() : null;
        if (lease != null) {
            var text =
                    lease.spec().holderIdentity() + (term != null ? " became" : " stopped being");
            events("leader-election").normal(Lease.TYPE, lease, "LeaderElection", text + " leader");
        }
    }

    private WriteOptions.@Nullable Fence fence() {
        var election = leadership;
        if (election == null) {
            return null;
        }
        var term = election.term();
        if (term == null) {
            throw Term.over();
        }
        return term.fence();
    }

    /// Begins the description of a controller for a kind.
    public <R extends Resource> ControllerBuilder<R> controller(ResourceType<R> type) {
        return new ControllerBuilder<>(type, this::add, informers, events, time);
    }

    private void add(Controller<?> controller) {
        if (started) {
            throw new IllegalStateException("the manager runs already: add controllers before");
        }
        if (controllers.stream().anyMatch(other -> other.name().equals(controller.name()))) {
            throw new IllegalStateException(
                    "there is a controller named " + controller.name() + ": name this one");
        }
        controllers.add(controller);
    }

    /// Lets objects of a kind be found by keys of one's own, with [CachedClient#indexed].
    ///
    /// @param name of the index, one for each kind
    /// @param keys of an object; quick, and the same for the same object
    /// @throws IllegalStateException when the manager runs already
    public <R extends Resource> Manager index(
            ResourceType<R> type, String name, Function<R, ? extends Collection<String>> keys) {
        if (started) {
            throw new IllegalStateException("the manager runs already: add indexes before");
        }
        informers.of(type).cache().index(name, keys);
        return this;
    }

    /// The client that controllers use: cached reads of watched kinds, live writes.
    public CachedClient client() {
        return client;
    }

    /// Tells people what happens to objects, in the name of a component. What a controller tells
    /// goes through [Context#events()].
    public EventRecorder events(String component) {
        return new EventRecorder(component, events, time);
    }

    /// Starts everything and returns at once.
    ///
    /// @throws IllegalStateException when called twice
    public synchronized void start() {
        if (started || closed || handDriven) {
            throw new IllegalStateException("a manager starts once, and not by its steps");
        }
        started = true;
        events.start();
        for (var informer : informers.all()) {
            threads.add(
                    Thread.ofVirtual()
                            .name("informer-" + informer.type())
                            .start(() -> follow(informer, POLL, () -> closed)));
        }
        if (leadership != null) {
            leadership.start();
            return;
        }
        for (var controller : controllers) {
            controller.start(client, informers, deadlines);
        }
    }

    /// Steps an informer until that is enough, and closes it.
    static void follow(Informer<?> informer, Duration poll, BooleanSupplier enough) {
        try {
            while (!enough.getAsBoolean()) {
                long wait = informer.retryAt() - Time.SYSTEM.nanos();
                if (informer.retryAt() != Long.MIN_VALUE && wait > 0) {
                    Thread.sleep(Duration.ofNanos(wait));
                }
                informer.step(poll);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } finally {
            informer.close();
        }
    }

    /// Whether it was started and nothing is wrong with its parts.
    @Override
    public boolean ready() {
        return started && Program.Running.super.ready();
    }

    /// `informer-sync/KIND`: whether each watched kind has been listed once. `reconcile/NAME`:
    /// whether no reconcile of a controller goes on a second after the interrupt at its deadline,
    /// which is vital, as such a thread ends with the process only. `leader-election`, where there
    /// is one: whether this manager leads or knows who does.
    @Override
    public List<Program.Check> checks() {
        var checks = new ArrayList<Program.Check>();
        for (var informer : informers.all()) {
            checks.add(
                    new Program.Check(
                            "informer-sync/" + informer.type(), informer.problem(), false));
        }
        for (var controller : controllers) {
            checks.add(
                    new Program.Check(
                            "reconcile/" + controller.name(), controller.problem(), true));
        }
        var election = leadership;
        if (election != null) {
            checks.add(new Program.Check("leader-election", election.problem(), false));
        }
        return checks;
    }

    /// The figures of all controllers in the Prometheus text format, under the names and labels of
    /// controller-runtime (`controller_runtime_*`, `workqueue_*`, `leader_election_*`), and those
    /// of the client (`rest_client_*` where it is one over HTTPS).
    @Override
    public String metrics() {
        var text = new MetricsText();
        controllers.forEach(controller -> controller.metrics(text));
        var election = leadership;
        if (election != null) {
            text.gauge(
                    "leader_election_master_status",
                    "Whether this manager holds the lease of that name.",
                    leading() ? 1 : 0,
                    "name",
                    election.name());
        }
        events.metrics(text);
        return text.add(live.metrics()).toString();
    }

    /// Whether it works: it holds the Lease, or needs none.
    public boolean leading() {
        var election = leadership;
        if (election == null) {
            return started && !closed;
        }
        var term = election.term();
        return term != null && term.current();
    }

    /// Stops taking work, interrupts what runs, and waits for its end; for events that are still to
    /// be written 2 s at most. Idempotent.
    @Override
    public synchronized void close() {
        closed = true;
        controllers.forEach(Controller::close);
        if (started && leadership != null) {
            leadership.close();
        }
        events.close(FLUSH);
        threads.forEach(Thread::interrupt);
        deadlines.shutdownNow();
        for (var thread : threads) {
            Crew.join(thread);
        }
    }
}
