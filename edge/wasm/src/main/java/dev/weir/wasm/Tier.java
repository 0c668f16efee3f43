package dev.weir.wasm;

import java.lang.invoke.MethodHandle;
import org.jspecify.annotations.Nullable;

/// Decides when functions of a module are compiled. Thread-safe.
final class Tier {
    private final Module module;
    private volatile @Nullable Unit unit;

    Tier(Module module) {
        this.module = module;
    }

    /// How the interpreter enters a function; null when it is to interpret it.
    @Nullable MethodHandle entry(Func function) {
        var code = function.code;
        if (code == null || code.index() < 0 || ++function.heat <= module.engine.threshold) {
            return null;
        }
        var found = unit();
        var entry = found.entry(code.index());
        function.compiled(entry, found.handle(code.index()));
        return entry;
    }

    private Unit unit() {
        var found = unit;
        if (found == null) {
            synchronized (this) {
                found = unit;
                if (found == null) {
                    found = new Compiler(module).compile();
                    unit = found;
                }
            }
        }
        return found;
    }
}
