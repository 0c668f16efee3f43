package dev.weir.simulate;

import dev.weir.apiserver.SteppedServer;
import dev.weir.reconcile.Stepped;
import dev.weir.resource.ResourceType;
import dev.weir.store.Store;
import dev.weir.store.StoreOptions;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// One run of a [Simulation].
final class Run implements AutoCloseable {
    private static final int SHOWN = 60;
    private static final int DEEPEST = 3;
    private static final int ONE_CALL_IN = 3;
    private static final int ONE_STEP_IN = 12;

    private final Simulation simulation;
    private final long seed;
    private final Dice dice;
    private final VirtualTime time = new VirtualTime();
    private final Trace trace = new Trace(time);
    private final Store store = Store.inMemory(StoreOptions.DEFAULT);
    private final SteppedServer server;
    private final Set<String> idle = new HashSet<>();
    private @Nullable Life life;
    private int next;
    private int depth;
    private int steps;
    private long revision;
    private long beats;
    private long heard;
    private long heartbeats;
    private long lastChange;

    Run(Simulation simulation, long seed) {
        this.simulation = simulation;
        this.seed = seed;
        dice = new Dice(seed, simulation.allowed());
        server = SteppedServer.of(store, simulation.extensions(), time, dice.random().split());
    }

    /// One life of the controllers' process.
    private record Life(FaultyClient client, Stepped manager) {}

    /// Something that could happen now.
    private record Move(String name, Supplier<Optional<String>> action) {}

    void run() {
        settle();
        check(simulation.settled(), "settled");
        dice.calm();
        long before = store.revision() - heartbeats;
        int told = trace.size();
        end("restart");
        lastChange = time.nanos();
        settle();
        if (store.revision() - heartbeats != before) {
            throw failure("at rest, a restart changed what was there", trace.size() - told);
        }
        check(simulation.settled(), "settled");
    }

    /// Lets everything happen until nothing has for long enough.
    private void settle() {
        while (true) {
            var moves = moves();
            moves.removeIf(move -> idle.contains(move.name()));
            if (!moves.isEmpty()) {
                act(moves);
            } else if (!pass()) {
                return;
            }
        }
    }

    private List<Move> moves() {
        var moves = new ArrayList<Move>();
        var now = life;
        if (now == null) {
            moves.add(new Move("start", this::start));
        } else {
            for (var step : now.manager().steps()) {
                moves.add(new Move(step.name(), step::run));
            }
        }
        moves.add(
                new Move(
                        "collect garbage",
                        () -> server.collect() ? Optional.of("") : Optional.empty()));
        return moves;
    }

    private void act(List<Move> moves) {
        if (next < simulation.steps().size() && dice.oneIn(ONE_STEP_IN)) {
            step();
        } else {
            make(dice.pick(moves));
        }
        var now = life;
        if (now != null && now.client().crashed()) {
            end("crashed");
        }
        changed();
    }

    private void make(Move move) {
        steps++;
        if (steps > simulation.mostSteps()) {
            throw failure(
                    "it does not come to rest within " + simulation.mostSteps() + " steps", SHOWN);
        }
        int line = trace.size();
        depth++;
        var done = move.action().get();
        depth--;
        if (done.isEmpty()) {
            idle.add(move.name());
            return;
        }
        idle.clear();
        if (trace.size() > line || !done.get().isEmpty()) {
            trace.add(depth, move.name(), done.get());
        }
    }

    /// What other threads and processes do while a reconcile waits for the server.
    private void others() {
        while (depth > 0 && depth <= DEEPEST && dice.oneIn(ONE_CALL_IN)) {
            var now = life;
            if (now == null || now.client().crashed()) {
                return;
            }
            if (next < simulation.steps().size() && dice.oneIn(ONE_STEP_IN)) {
                step();
            } else {
                make(dice.pick(moves()));
            }
        }
    }

    private void step() {
        var step = simulation.steps().get(next++);
        trace.add(depth, "step", step.name());
        attempt(step, "step");
        idle.clear();
    }

    /// Lets time pass up to the next thing that is due; whether there was one to wait for.
    private boolean pass() {
        boolean done = next == simulation.steps().size();
        var now = life;
        long due = now == null ? Long.MAX_VALUE : now.manager().nextDue();
        if (!done && (due == Long.MAX_VALUE || dice.oneIn(2))) {
            step();
            changed();
            return true;
        }
        if (due == Long.MAX_VALUE || done && due - lastChange > simulation.rest().toNanos()) {
            return false;
        }
        time.advanceTo(due);
        idle.clear();
        return true;
    }

    private void changed() {
        if (store.revision() == revision) {
            return;
        }
        if (store.revision() - revision > heartbeats - beats) {
            lastChange = time.nanos();
        }
        revision = store.revision();
        beats = heartbeats;
        idle.clear();
        check(simulation.always(), "always");
    }

    private Optional<String> start() {
        var client = new FaultyClient(server.client(), dice, this::others, this::tell);
        life = new Life(client, Stepped.of(client, time, simulation.setup()));
        return Optional.of("the controllers");
    }

    private void tell(ResourceType<?> type, String what, String on) {
        trace.add(depth, what, on);
        long written = store.revision() - heard;
        heard = store.revision();
        if (written == 1 && simulation.heartbeats().contains(type)) {
            heartbeats++;
        }
    }

    private void end(String how) {
        var now = life;
        if (now != null) {
            now.client().crash();
            now.manager().close();
            life = null;
            trace.add(0, how, "");
            idle.clear();
        }
    }

    private void check(List<Simulation.Named> checks, String when) {
        checks.forEach(check -> attempt(check, when));
    }

    private void attempt(Simulation.Named named, String when) {
        try {
            named.action().with(server.client());
        } catch (Exception | AssertionError e) {
            var problem = when + ", " + named.name() + ": " + e.getMessage();
            throw new SimulationFailure(seed, problem, trace, e, SHOWN);
        }
    }

    private SimulationFailure failure(String problem, int shown) {
        return new SimulationFailure(seed, problem, trace, null, shown);
    }

    int steps() {
        return steps;
    }

    Map<Fault, Integer> faults() {
        return dice.thrown();
    }

    String trace() {
        return trace.toString();
    }

    @Override
    public void close() {
        end("over");
        server.close();
        store.close();
    }
}
