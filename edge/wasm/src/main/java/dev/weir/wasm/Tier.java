package dev.weir.wasm;

import java.lang.invoke.MethodHandle;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Decides when functions of a module are compiled: where they are called, by the thread that calls
/// them. Thread-safe.
///
/// A function that is hot is compiled with its neighbours, as calls between them are then direct;
/// most modules are one such unit. A loop that does not end is left in its midst: when it used up a
/// budget, its frame goes on in compiled code.
final class Tier {
    /// About how many ints of code a unit has.
    private static final int UNIT = 100_000;

    /// What running a budget long in the interpreter adds to a function's heat.
    private static final int BUDGET_HEAT = 100;

    private final Module module;

    /// The units by the functions in them, without imports; filled when a first one is hot.
    private @Nullable Unit[] units = new @Nullable Unit[0];

    private final Map<Integer, Loops> loops = new HashMap<>();

    Tier(Module module) {
        this.module = module;
    }

    /// How the interpreter enters a function; null when it is to interpret it.
    @Nullable MethodHandle entry(Func function) {
        var code = function.code;
        if (code == null || code.index() < 0 || ++function.heat <= module.engine.threshold) {
            return null;
        }
        var found = unit(code.index());
        var entry = found.entry(code.index());
        function.compiled(entry, found.handle(code.index()));
        tell(function, false);
        return entry;
    }

    /// What a frame that used up a budget goes on in; null when it is to go on as it is.
    synchronized @Nullable Loops loops(Func function) {
        var code = function.code;
        if (code == null || module.engine.threshold == Integer.MAX_VALUE) {
            return null;
        }
        function.heat += BUDGET_HEAT;
        tell(function, true);
        return loops.computeIfAbsent(code.index(), unused -> Compiler.loops(module, code));
    }

    private void tell(Func function, boolean loop) {
        var event = new Events.TierUp();
        if (module.engine.threshold > 0 && event.shouldCommit()) {
            event.function = function.name();
            event.loop = loop;
            event.commit();
        }
    }

    private synchronized Unit unit(int function) {
        int at = function - module.importedFunctions;
        if (units.length == 0) {
            units = new @Nullable Unit[module.codes.size()];
        }
        var found = units[at];
        if (found == null) {
            int first = at;
            int end = at + 1;
            int size = module.codes.get(at).ops().length;
            // The unit reaches to both sides as far as nothing is compiled, and so far only.
            boolean more = true;
            while (more) {
                more = false;
                if (first > 0 && units[first - 1] == null && fits(size, first - 1)) {
                    size += module.codes.get(--first).ops().length;
                    more = true;
                }
                if (end < units.length && units[end] == null && fits(size, end)) {
                    size += module.codes.get(end++).ops().length;
                    more = true;
                }
            }
            found =
                    new Compiler(
                                    module,
                                    first + module.importedFunctions,
                                    end + module.importedFunctions)
                            .compile();
            java.util.Arrays.fill(units, first, end, found);
        }
        return found;
    }

    private boolean fits(int size, int at) {
        return size + module.codes.get(at).ops().length <= UNIT;
    }
}
