package dev.weir.simulate;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/// Everything that chance decides in one run: the same seed, the same decisions.
final class Dice {
    private static final int MOST_FAULTS = 8;
    private static final int ONE_CALL_IN = 12;
    private static final int ONE_EVENT_IN = 60;

    private final SplittableRandom random;
    private final List<Fault> ofCalls = new ArrayList<>();
    private final List<Fault> ofWatches = new ArrayList<>();
    private final Map<Fault, Integer> thrown = new EnumMap<>(Fault.class);
    private int faults;

    Dice(long seed, Set<Fault> allowed) {
        random = new SplittableRandom(seed);
        for (var fault : Fault.values()) {
            if (allowed.contains(fault)) {
                (fault.ofWatch() ? ofWatches : ofCalls).add(fault);
            }
        }
        faults = allowed.isEmpty() ? 0 : random.nextInt(MOST_FAULTS + 1);
    }

    SplittableRandom random() {
        return random;
    }

    <T> T pick(List<T> of) {
        return of.get(random.nextInt(of.size()));
    }

    boolean oneIn(int count) {
        return random.nextInt(count) == 0;
    }

    /// From here on nothing goes wrong.
    void calm() {
        faults = 0;
    }

    @Nullable Fault ofCall(boolean write) {
        if (faults == 0 || ofCalls.isEmpty() || !oneIn(ONE_CALL_IN)) {
            return null;
        }
        var fault = pick(ofCalls);
        return fault.ofWrite() && !write ? null : count(fault);
    }

    @Nullable Fault ofWatch() {
        return faults == 0 || ofWatches.isEmpty() || !oneIn(ONE_EVENT_IN)
                ? null
                : count(pick(ofWatches));
    }

    private Fault count(Fault fault) {
        faults--;
        thrown.merge(fault, 1, Integer::sum);
        return fault;
    }

    Map<Fault, Integer> thrown() {
        return thrown;
    }
}
