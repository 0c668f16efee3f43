package dev.weir.wasm;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodHandles.Lookup;
import java.lang.invoke.MethodType;
import org.jspecify.annotations.Nullable;

/// Compiled functions of a module: a hidden class, which is unloaded with whatever holds this.
final class Unit {
    private static final MethodType ENTRY =
            MethodType.methodType(
                    void.class, Interpreter.class, int.class, Instance.class, int.class);

    private final Module module;
    private final int first;
    private final Lookup lookup;
    private final @Nullable MethodHandle[] entries;
    private final @Nullable MethodHandle[] handles;

    Unit(Module module, int first, int end, Lookup lookup) {
        this.module = module;
        this.first = first;
        this.lookup = lookup;
        setModule(lookup, module);
        entries = new @Nullable MethodHandle[end - first];
        handles = new @Nullable MethodHandle[end - first];
    }

    static void setModule(Lookup lookup, Module module) {
        try {
            lookup.findStaticSetter(lookup.lookupClass(), "module", Module.class).invoke(module);
        } catch (Throwable e) {
            throw new LinkageError("module", e);
        }
    }

    /// The module that a compiled class is of.
    static Module module(Class<?> unit) {
        try {
            return (Module)
                    MethodHandles.lookup().findStaticGetter(unit, "module", Module.class).invoke();
        } catch (Throwable e) {
            throw new LinkageError("module", e);
        }
    }

    synchronized MethodHandle entry(int function) {
        return find(entries, function, "e" + function, ENTRY);
    }

    synchronized MethodHandle handle(int function) {
        var type = Signature.of(module.functions.get(function)).type();
        return find(handles, function, "f" + function, type);
    }

    private MethodHandle find(
            @Nullable MethodHandle[] known, int function, String name, MethodType type) {
        int at = function - first;
        var found = known[at];
        if (found == null) {
            try {
                found = lookup.findStatic(lookup.lookupClass(), name, type);
            } catch (ReflectiveOperationException e) {
                throw new LinkageError(name, e);
            }
            known[at] = found;
        }
        return found;
    }
}
