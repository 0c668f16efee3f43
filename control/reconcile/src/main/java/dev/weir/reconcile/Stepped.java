package dev.weir.reconcile;

import dev.weir.resource.Client;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A manager without threads and without a clock of its own: whoever holds it says which of its
/// parts runs next. For tests in virtual time, such as those of `dev.weir.simulate`.
///
/// The informers, caches, queues and retries are those of a [Manager]; absent are its threads, the
/// interrupt at a reconcile's deadline, and leader election: it leads. A step may be run while
/// another one waits for its client, which stands for two threads of a manager; all are run by one
/// thread.
public final class Stepped implements AutoCloseable {
    private final Manager manager;
    private final Time time;
    private final Map<Controller<?>, Integer> serving = new HashMap<>();
    private final Set<Object> running = new HashSet<>();

    private Stepped(Manager manager, Time time) {
        this.manager = manager;
        this.time = time;
    }

    /// A manager with the controllers that `setup` adds to it.
    ///
    /// @param client does not wait in [dev.weir.resource.Watch#next]
    public static Stepped of(Client client, Time time, Consumer<Manager> setup) {
        var manager = Manager.stepped(client, time);
        setup.accept(manager);
        return new Stepped(manager, time);
    }

    /// What could run now, in an order that is always the same. Whether a watch has news shows only
    /// when it runs. A step stays valid until another one was run.
    public List<Step> steps() {
        var steps = new ArrayList<Step>();
        for (var informer : manager.informers().all()) {
            if (informer.retryAt() <= time.nanos() && !running.contains(informer)) {
                steps.add(new Step("watch " + informer.type(), () -> watch(informer)));
            }
        }
        if (manager.events().ready() && !running.contains(manager.events())) {
            steps.add(new Step("tell events", this::tell));
        }
        if (manager.informers().synced()) {
            for (var controller : manager.controllers()) {
                if (controller.ready(serving.getOrDefault(controller, 0))) {
                    steps.add(new Step("reconcile " + controller.name(), () -> serve(controller)));
                }
            }
        }
        return steps;
    }

    /// When the next delayed request or retry is due, on [Time#nanos()]; `Long.MAX_VALUE` for
    /// never.
    public long nextDue() {
        long next = manager.events().nextDue();
        for (var informer : manager.informers().all()) {
            if (informer.retryAt() > time.nanos()) {
                next = Math.min(next, informer.retryAt());
            }
        }
        for (var controller : manager.controllers()) {
            next = Math.min(next, controller.nextDue());
        }
        return next;
    }

    private String tell() {
        running.add(manager.events());
        try {
            manager.events().step();
            return "";
        } finally {
            running.remove(manager.events());
        }
    }

    private @Nullable String watch(Informer<?> informer) {
        running.add(informer);
        try {
            return informer.step(Duration.ZERO) ? "" : null;
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return null;
        } finally {
            running.remove(informer);
        }
    }

    private @Nullable String serve(Controller<?> controller) {
        serving.merge(controller, 1, Integer::sum);
        try {
            return controller.step(manager.client());
        } finally {
            serving.merge(controller, -1, Integer::sum);
        }
    }

    /// Ends it; what a step had begun ends with its next call of the client.
    @Override
    public void close() {
        manager.informers().all().forEach(Informer::close);
        manager.close();
    }

    /// Something that a thread of a manager would do.
    public static final class Step {
        private final String name;
        private final Supplier<@Nullable String> action;

        private Step(String name, Supplier<@Nullable String> action) {
            this.name = name;
            this.action = action;
        }

        /// Which part would run, such as `watch shops.example.com`.
        public String name() {
            return name;
        }

        /// Runs it.
        ///
        /// @return on what, and the failure if there was one; empty where there was nothing to do
        public Optional<String> run() {
            return Optional.ofNullable(action.get());
        }
    }
}
