package dev.weir.wasm;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Which locals still matter where branches go: those that some way from there reads before it
/// writes them. More may be told than is so, never less: where finding out would take much more
/// time than the function is long, or much memory, all of them.
final class Liveness {
    /// The most steps for each int of code, and the most words that the sets may have.
    private static final int STEPS = 100;

    private static final int WORDS = 4 << 20;

    private final Code code;
    private final int[] ops;
    private final Map<Integer, BitSet> targets = new HashMap<>();

    /// How many words a set of all locals has.
    private final int words;

    private final BitSet all = new BitSet();
    private long steps;
    private boolean changed;

    /// Looks through a function, from its end to its start, until loops say nothing new.
    ///
    /// @param places where to tell it besides where branches go: cuts, and loops
    Liveness(Code code, Iterable<Integer> places) {
        this.code = code;
        this.ops = code.ops();
        this.words = code.localSlots() / Long.SIZE + 1;
        this.steps = (long) STEPS * ops.length;
        all.set(0, code.localSlots());
        for (int place : places) {
            targets.put(place, new BitSet());
        }
        var starts = new int[ops.length];
        int count = 0;
        for (int pc = 0; pc < ops.length; pc = Translator.next(code, pc)) {
            starts[count++] = pc;
        }
        var handlers = new ArrayList<>(code.handlers());
        handlers.sort(Comparator.comparingInt(Code.Handler::end).reversed());
        do {
            changed = false;
            round(starts, count, handlers);
        } while (changed && !isGivenUp());
    }

    /// The slots of the locals that matter at a place; not to be changed.
    BitSet at(int place) {
        return isGivenUp() ? all : targets.getOrDefault(place, all);
    }

    private boolean isGivenUp() {
        return steps < 0 || (long) targets.size() * words > WORDS;
    }

    private void round(int[] starts, int count, List<Code.Handler> handlers) {
        var live = new BitSet();
        var around = new ArrayDeque<Code.Handler>();
        int next = 0;
        for (int i = count - 1; i >= 0 && !isGivenUp(); i--) {
            int pc = starts[i];
            steps--;
            before(pc, live);
            while (next < handlers.size() && handlers.get(next).end() > pc) {
                around.push(handlers.get(next++));
            }
            while (!around.isEmpty() && around.peek().start() > pc) {
                around.pop();
            }
            for (var handler : around) {
                for (int clause = 0; clause < handler.count(); clause++) {
                    from(ops[handler.clauses() + 5 * clause + 2], live);
                }
            }
            keep(pc, live);
        }
    }

    private void keep(int place, BitSet live) {
        var known = targets.get(place);
        if (known == null) {
            return;
        }
        steps -= words;
        if (!known.equals(live)) {
            known.clear();
            known.or(live);
            changed = true;
        }
    }

    /// Turns what matters after an instruction into what does before it.
    private void before(int pc, BitSet live) {
        switch (ops[pc]) {
            case Op.LOCAL_GET, Op.LOCAL_GET_REF, Op.LOCAL_GET_V128 -> live.set(ops[pc + 1]);
            case Op.LOCAL_SET,
                    Op.LOCAL_TEE,
                    Op.LOCAL_SET_REF,
                    Op.LOCAL_TEE_REF,
                    Op.LOCAL_SET_V128,
                    Op.LOCAL_TEE_V128 ->
                    live.clear(ops[pc + 1]);
            case Op.JUMP, Op.BR -> {
                live.clear();
                from(ops[pc + 1], live);
            }
            case Op.JUMP_UNLESS,
                    Op.BR_IF,
                    Op.BR_ON_NULL,
                    Op.BR_ON_NON_NULL,
                    Op.BR_ON_CAST,
                    Op.BR_ON_CAST_FAIL ->
                    from(ops[pc + 1], live);
            case Op.BR_TABLE -> {
                live.clear();
                for (int i = 0; i <= ops[pc + 1]; i++) {
                    from(ops[pc + 2 + 3 * i], live);
                }
            }
            case Op.RETURN,
                    Op.RETURN_CALL,
                    Op.RETURN_CALL_INDIRECT,
                    Op.RETURN_CALL_REF,
                    Op.UNREACHABLE,
                    Op.THROW,
                    Op.THROW_REF ->
                    live.clear();
            default -> {}
        }
    }

    private void from(int target, BitSet live) {
        steps -= words;
        live.or(targets.computeIfAbsent(target, unused -> new BitSet()));
    }
}
