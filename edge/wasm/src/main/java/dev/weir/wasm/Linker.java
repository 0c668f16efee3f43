package dev.weir.wasm;

import dev.weir.wasm.Module.GlobalType;
import dev.weir.wasm.Module.ImportEntry;
import dev.weir.wasm.Module.MemoryType;
import dev.weir.wasm.Module.TableType;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodHandles.Lookup;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Gives modules what they import, by name. Belongs to its store's thread.
public final class Linker {
    private final Store store;
    private final Map<String, Map<String, Extern>> names = new HashMap<>();

    private Linker(Store store) {
        this.store = store;
    }

    /// A linker that knows nothing yet.
    public static Linker of(Store store) {
        return new Linker(store);
    }

    /// The store that it makes instances in.
    public Store store() {
        return store;
    }

    /// Offers something under two names; what was there before is replaced.
    ///
    /// @throws IllegalArgumentException when it belongs to another store
    public Linker define(String module, String name, Extern value) {
        boolean foreign =
                switch (value) {
                    case Func func -> func.store != store;
                    case Memory memory ->
                            memory.shared
                                    ? memory.store.engine != store.engine
                                    : memory.store != store;
                    case Table table -> table.store != store;
                    case Global global -> global.registry != store.engine.types;
                    case Tag tag -> false;
                };
        if (foreign) {
            throw new IllegalArgumentException(
                    "\"" + module + "\" \"" + name + "\" is of another store");
        }
        names.computeIfAbsent(module, unused -> new HashMap<>()).put(name, value);
        return this;
    }

    /// Offers a function of the host.
    public Linker func(String module, String name, FuncType type, HostFunction body) {
        return define(module, name, Func.of(store, type, body));
    }

    /// Offers a function of the host that is called with nothing boxed, see [Func#of(Store,
    /// MethodHandle)].
    ///
    /// @throws IllegalArgumentException when the handle's signature has a type that guests have not
    public Linker func(String module, String name, MethodHandle body) {
        return define(module, name, Func.of(store, body));
    }

    /// Offers a lambda; its signature is that of the interface's one method, as in `func("env",
    /// "add", IntBinaryOperator.class, (a, b) -> a + b)`. It is called with nothing boxed.
    ///
    /// @param shape a public functional interface
    /// @throws IllegalArgumentException when it is none, or its signature has a type that guests
    ///   have not
    public <F> Linker func(String module, String name, Class<F> shape, F body) {
        var method = HostCall.method(shape);
        try {
            var call = HostCall.of(method, body, MethodHandles.publicLookup());
            return define(module, name, Func.of(store, call, body));
        } catch (IllegalAccessException e) {
            throw new IllegalArgumentException(shape.getName() + " is not public", e);
        }
    }

    /// Offers the methods of an interface, each under its name or the one that [WasmName] gives it;
    /// its signature is the method's, see [Func#of(Store, MethodHandle)]. A method may give a
    /// record for several results.
    ///
    /// @param lookup of a class that sees the interface
    /// @throws IllegalArgumentException when it is no interface, or a signature has a type that
    ///   guests have not
    public <T> Linker funcs(String module, Class<T> shape, T body, Lookup lookup) {
        for (var method : Binding.methods(shape)) {
            define(module, Binding.name(method), Binding.host(store, method, body, lookup));
        }
        return this;
    }

    /// Offers all that an instance exports.
    public Linker instance(String module, Instance instance) {
        for (var name : instance.exports()) {
            define(module, name, instance.export(name));
        }
        return this;
    }

    /// Makes an instance, and runs its start function.
    ///
    /// @throws LinkException when an import is not there or does not fit
    /// @throws TrapException when a segment does not fit, a limit is in the way, or the start
    ///   function was stopped
    public Instance instantiate(Module module) {
        if (module.engine != store.engine) {
            throw new IllegalArgumentException("module and store are of different engines");
        }
        store.takeInstance();
        var instance = new Instance(store, module);
        new Instantiation(instance).run(module.imports.stream().map(this::find).toList());
        return instance;
    }

    private Extern find(ImportEntry entry) {
        @Nullable Extern found = names.getOrDefault(entry.module(), Map.of()).get(entry.name());
        var what = "import \"" + entry.module() + "\" \"" + entry.name() + "\"";
        if (found == null) {
            throw new LinkException("unknown " + what);
        }
        if (!fits(found, entry)) {
            throw new LinkException("incompatible " + what + ": expected " + entry.type());
        }
        return found;
    }

    private boolean fits(Extern found, ImportEntry entry) {
        var expected = entry.type();
        return switch (found) {
            case Func func ->
                    entry.kind() == Module.Kind.FUNC
                            && expected instanceof DefType type
                            && func.type.isA(type);
            case Tag tag -> entry.kind() == Module.Kind.TAG && tag.type == expected;
            case Table table ->
                    expected instanceof TableType type
                            && table.type.element() == type.element()
                            && table.type.is64() == type.is64()
                            && within(
                                    table.size(),
                                    table.type.maximum(),
                                    type.minimum(),
                                    type.maximum());
            case Memory memory ->
                    expected instanceof MemoryType type
                            && memory.is64 == type.is64()
                            && memory.shared == type.shared()
                            && memory.pageBits == type.pageBits()
                            && within(
                                    memory.pages(), memory.maximum, type.minimum(), type.maximum());
            case Global global -> expected instanceof GlobalType type && fits(global.type, type);
        };
    }

    private boolean fits(GlobalType found, GlobalType expected) {
        return found.mutable() == expected.mutable()
                && (found.mutable()
                        ? found.type() == expected.type()
                        : store.engine.types.isSubtype(found.type(), expected.type()));
    }

    private static boolean within(long size, long most, long minimum, long maximum) {
        return minimum >= 0 && size >= minimum && (maximum < 0 || most >= 0 && most <= maximum);
    }
}
