package dev.weir.wasm;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MutableCallSite;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Decides when functions of a module are compiled: where they are called, by the thread that calls
/// them. Thread-safe.
///
/// A function that is hot is compiled with its neighbours, as calls between them are then direct. A
/// loop that does not end is left in its midst: when it used up a budget, its frame goes on in
/// compiled code.
final class Tier {
    /// About how many ints of code a unit has, for each byte that the engine gives a part. Little
    /// of a large module is hot, so units are small.
    private static final int UNIT = 4;

    /// What running a budget long in the interpreter adds to a function's heat.
    private static final int BUDGET_HEAT = 100;

    private final Module module;

    /// The units by the functions in them, without imports; a new array with each that is compiled.
    private volatile @Nullable Unit[] units = new @Nullable Unit[0];

    /// What compiled code calls functions by that were not compiled when it was, by index.
    private final Map<Integer, MutableCallSite> links = new HashMap<>();

    private final Map<Integer, Loops> loops = new HashMap<>();
    private final Map<Integer, TypedCall> typed = new HashMap<>();
    private final Map<Integer, HostSite> sites = new HashMap<>();

    private int @Nullable [] bounds;

    /// How often a function runs in the interpreter before it is compiled.
    private int threshold;

    Tier(Module module) {
        this.module = module;
        this.threshold = module.engine.threshold;
    }

    /// Where a build's code fits this engine, functions need not run often for it to pay. Called
    /// before anyone else sees the module.
    void prepared() {
        var compilers = compilers();
        if (threshold != Integer.MAX_VALUE
                && !compilers.isEmpty()
                && compilers.getFirst().isKept()) {
            threshold = 0;
        }
    }

    /// How Java calls a function.
    synchronized TypedCall typed(int function) {
        return typed.computeIfAbsent(function, index -> new TypedCall(module, index));
    }

    /// How compiled code calls an import that is the host's. C2 takes it for a constant.
    static MethodHandle site(Module module, int function) {
        return module.tier.site(function).dynamicInvoker();
    }

    private synchronized HostSite site(int function) {
        return sites.computeIfAbsent(
                function, index -> new HostSite(Signature.of(module.functions.get(index))));
    }

    /// How the interpreter enters a function; null when it is to interpret it.
    @Nullable MethodHandle entry(Func function) {
        var code = function.code;
        if (code == null || code.index() < 0) {
            return null;
        }
        var found = known(code.index());
        if (found == null) {
            if (++function.heat <= threshold) {
                return null;
            }
            found = unit(code.index());
        }
        var entry = found.entry(code.index());
        function.compiled(entry, found.handle(code.index()));
        tell(function, false);
        return entry;
    }

    /// What a frame that used up a budget goes on in; null when it is to go on as it is.
    synchronized @Nullable Loops loops(Func function) {
        var code = function.code;
        if (code == null || threshold == Integer.MAX_VALUE) {
            return null;
        }
        function.heat += BUDGET_HEAT;
        tell(function, true);
        return loops.computeIfAbsent(code.index(), unused -> Compiler.loops(module, code));
    }

    private void tell(Func function, boolean loop) {
        var event = new Events.TierUp();
        if (threshold > 0 && event.shouldCommit()) {
            event.function = function.name();
            event.loop = loop;
            event.commit();
        }
    }

    /// How compiled code calls a function; null when it is not compiled.
    @Nullable MethodHandle handle(Code code) {
        var found = code.index() < 0 ? null : known(code.index());
        return found == null ? null : found.handle(code.index());
    }

    private @Nullable Unit known(int function) {
        var all = units;
        int at = function - module.importedFunctions;
        return at < all.length ? all[at] : null;
    }

    private synchronized Unit unit(int function) {
        var found = known(function);
        if (found == null) {
            int at = function - module.importedFunctions;
            var bounds = bounds();
            int place = Arrays.binarySearch(bounds, at);
            int unit = place < 0 ? -place - 2 : place;
            found = compiler(bounds, unit).compile();
            var all = Arrays.copyOf(units, module.codes.size());
            Arrays.fill(all, bounds[unit], bounds[unit + 1], found);
            units = all;
            for (int i = bounds[unit]; i < bounds[unit + 1]; i++) {
                int index = i + module.importedFunctions;
                var link = links.remove(index);
                if (link != null) {
                    link.setTarget(found.handle(index));
                }
            }
        }
        return found;
    }

    /// How compiled code calls a function of the module that is in another class: see [Signature].
    /// C2 takes it for a constant.
    static MethodHandle link(Module module, int function) {
        return module.tier.link(function);
    }

    private synchronized MethodHandle link(int function) {
        var found = known(function);
        return found != null
                ? found.handle(function)
                : links.computeIfAbsent(
                                function,
                                index ->
                                        new MutableCallSite(
                                                Compiled.late(
                                                        Signature.of(module.functions.get(index)),
                                                        index)))
                        .dynamicInvoker();
    }

    private Compiler compiler(int[] bounds, int unit) {
        return new Compiler(
                module,
                bounds[unit] + module.importedFunctions,
                bounds[unit + 1] + module.importedFunctions);
    }

    /// One for each unit.
    List<Compiler> compilers() {
        var bounds = bounds();
        return IntStream.range(0, bounds.length - 1).mapToObj(i -> compiler(bounds, i)).toList();
    }

    /// Where units begin, and where the last ends; the same each time, so that what is kept of an
    /// earlier run fits.
    private synchronized int[] bounds() {
        var found = bounds;
        if (found == null) {
            found = findBounds();
            bounds = found;
        }
        return found;
    }

    private int[] findBounds() {
        var bounds = IntStream.builder().add(0);
        int size = 0;
        for (int i = 0; i < module.codes.size(); i++) {
            int length = module.codes.get(i).ops().length;
            if (size > 0 && size + length > UNIT * module.engine.partBytes) {
                bounds.add(i);
                size = 0;
            }
            size += length;
        }
        return bounds.add(module.codes.size()).build().toArray();
    }
}
