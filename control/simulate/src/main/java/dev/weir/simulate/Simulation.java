package dev.weir.simulate;

import dev.weir.reconcile.Manager;
import dev.weir.resource.Extension;
import dev.weir.resource.ResourceType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/// Runs controllers many times, each time in another order of events and with other failures, and
/// checks that they bring about what was wished.
///
/// ```java
/// Simulation.of(manager -> manager.controller(SHOP).owns(TILL).reconcile(new ShopReconciler()))
///         .kinds(SHOP, TILL)
///         .step("open a shop", client -> client.create(SHOP, Shop.of("corner", 2)))
///         .step("a third till", client -> resize(client, "corner", 3))
///         .settled("three tills", client -> assertThat(tills(client)).hasSize(3))
///         .run(1_000);
/// ```
///
/// In a run, one thread does everything: the steps of the users, in their order; the informers and
/// workers of the manager; the garbage collector of the server. A seed decides who is next, and
/// what may happen while a reconcile waits for an answer, so that caches are old and workers meet.
/// The server is the real one, in memory, with the rules of the extensions. [Fault]s, a few in each
/// run, strike at calls of the controllers; after a crash the manager starts anew, with empty
/// caches. Time is virtual: it passes, up to the next thing that is due, only when nothing else can
/// happen.
///
/// A run ends when all steps are done and nothing has changed for [#rest(Duration)]. Then the
/// checks must pass; the controllers are started anew, and must leave everything as it is. The same
/// seed gives the same run, and the same trace to the byte.
///
/// The property `weir.simulate.seed` runs one seed only, `weir.simulate.runs` changes how many are
/// run. What `setup` makes belongs to one life of the process: state that must not survive a crash
/// is to be made there. Not thread-safe.
public final class Simulation {
    static final String SEED = "weir.simulate.seed";
    static final String RUNS = "weir.simulate.runs";

    private final Consumer<Manager> setup;
    private final List<Extension> extensions = new ArrayList<>();
    private final List<ResourceType<?>> kinds = new ArrayList<>();
    private final Set<ResourceType<?>> heartbeats = new HashSet<>();
    private final List<Named> steps = new ArrayList<>();
    private final List<Named> always = new ArrayList<>();
    private final List<Named> settled = new ArrayList<>();
    private Set<Fault> faults = EnumSet.allOf(Fault.class);
    private Duration rest = Duration.ofHours(1);
    private int mostSteps = 20_000;

    private Simulation(Consumer<Manager> setup) {
        this.setup = setup;
    }

    /// An action with what it is called in traces and failures.
    record Named(String name, Action action) {}

    /// A simulation of the controllers that `setup` adds to a manager; it is called once for each
    /// life of their process, and does not start the manager.
    public static Simulation of(Consumer<Manager> setup) {
        return new Simulation(setup);
    }

    /// The kinds that the server has, besides the built-in ones.
    public Simulation kinds(ResourceType<?>... types) {
        kinds.addAll(List.of(types));
        return this;
    }

    /// What the server serves and checks, besides the built-in kinds; what the extension runs is
    /// not started.
    public Simulation extension(Extension extension) {
        extensions.add(extension);
        return this;
    }

    /// What users do next. Steps are done in the order in which they are given, each at some moment
    /// after the one before. What a step needs to find it must wait for itself, or make itself.
    public Simulation step(String name, Action action) {
        steps.add(new Named(name, action));
        return this;
    }

    /// What must be so after every change that is stored.
    public Simulation always(String name, Action check) {
        always.add(new Named(name, check));
        return this;
    }

    /// What must be so once everything is done.
    public Simulation settled(String name, Action check) {
        settled.add(new Named(name, check));
        return this;
    }

    /// What may go wrong; everything by default.
    public Simulation faults(Fault... allowed) {
        faults = EnumSet.noneOf(Fault.class);
        faults.addAll(List.of(allowed));
        return this;
    }

    /// For how long, in virtual time, nothing may have changed before a run ends; an hour by
    /// default. Controllers that look again after a time are called that often within it.
    public Simulation rest(Duration duration) {
        rest = duration;
        return this;
    }

    /// Kinds that controllers write for ever, such as heartbeats: what they write of them does not
    /// keep a run from its end.
    public Simulation heartbeats(ResourceType<?>... types) {
        heartbeats.addAll(List.of(types));
        return this;
    }

    /// After how many steps a run is given up, as one that never comes to rest; 20,000 by default.
    public Simulation mostSteps(int count) {
        mostSteps = count;
        return this;
    }

    /// Runs the seeds from 1 on, or those that the properties name.
    ///
    /// @return what happened in all of them together
    /// @throws SimulationFailure for the first seed in which something was wrong
    public Summary run(int runs) {
        var one = Long.getLong(SEED);
        if (one != null) {
            return run(one, one);
        }
        return run(1, Integer.getInteger(RUNS, runs));
    }

    private Summary run(long first, long last) {
        var thrown = new EnumMap<Fault, Integer>(Fault.class);
        long all = 0;
        for (long seed = first; seed <= last; seed++) {
            var run = run(seed);
            all += run.steps();
            run.faults().forEach((fault, count) -> thrown.merge(fault, count, Integer::sum));
        }
        return new Summary(Math.toIntExact(last - first + 1), all, thrown);
    }

    private Run run(long seed) {
        try (var run = new Run(this, seed)) {
            run.run();
            return run;
        }
    }

    /// All that happens with a seed, a line each, whether or not it fails.
    public String trace(long seed) {
        try {
            return run(seed).trace();
        } catch (SimulationFailure e) {
            return e.trace() + "FAILED " + e.problem() + "\n";
        }
    }

    Consumer<Manager> setup() {
        return setup;
    }

    /// The extensions, and one for the single kinds.
    List<Extension> extensions() {
        var all = new ArrayList<>(extensions);
        all.add(new Kinds(List.copyOf(kinds)));
        return all;
    }

    private record Kinds(List<ResourceType<?>> kinds) implements Extension {
        @Override
        public String name() {
            return "simulated";
        }
    }

    List<Named> steps() {
        return steps;
    }

    List<Named> always() {
        return always;
    }

    List<Named> settled() {
        return settled;
    }

    Set<Fault> allowed() {
        return faults;
    }

    Duration rest() {
        return rest;
    }

    Set<ResourceType<?>> heartbeats() {
        return heartbeats;
    }

    int mostSteps() {
        return mostSteps;
    }

    /// What happened in several runs.
    ///
    /// @param runs how many there were
    /// @param steps of users, controllers and collector, in all runs
    /// @param faults how often each struck
    public record Summary(int runs, long steps, Map<Fault, Integer> faults) {
        /// Copies the map.
        public Summary {
            faults = Map.copyOf(faults);
        }
    }
}
