package dev.weir.wasm;

import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;

/// Which locals still matter where branches go: those that some way from there reads before it
/// writes them. More may be told than is so, never less.
final class Liveness {
    private final Code code;
    private final int[] ops;
    private final Map<Integer, BitSet> targets = new HashMap<>();
    private boolean changed;

    /// Looks through a function, from its end to its start, until loops say nothing new.
    ///
    /// @param places where to tell it besides where branches go: cuts, and loops
    Liveness(Code code, Iterable<Integer> places) {
        this.code = code;
        this.ops = code.ops();
        for (int place : places) {
            targets.put(place, new BitSet());
        }
        var starts = new int[ops.length];
        int count = 0;
        for (int pc = 0; pc < ops.length; pc = Translator.next(code, pc)) {
            starts[count++] = pc;
        }
        do {
            changed = false;
            var live = new BitSet();
            for (int i = count - 1; i >= 0; i--) {
                before(starts[i], live);
                keep(starts[i], live);
            }
        } while (changed);
    }

    /// The slots of the locals that matter at a place.
    BitSet at(int place) {
        return targets.getOrDefault(place, new BitSet());
    }

    private void keep(int place, BitSet live) {
        var known = targets.get(place);
        if (known != null && !known.equals(live)) {
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
        for (var handler : code.handlers()) {
            if (handler.start() <= pc && pc < handler.end()) {
                for (int i = 0; i < handler.count(); i++) {
                    from(ops[handler.clauses() + 5 * i + 2], live);
                }
            }
        }
    }

    private void from(int target, BitSet live) {
        live.or(targets.computeIfAbsent(target, unused -> new BitSet()));
    }
}
