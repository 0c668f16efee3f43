package dev.weir.wasm;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles.Lookup;
import java.lang.invoke.MethodType;

/// Finds methods of the engine's own classes. None of them is missing.
final class Handles {
    private interface Finder {
        MethodHandle find(Class<?> in, String name, MethodType type)
                throws ReflectiveOperationException;
    }

    private Handles() {}

    /// A static method of a class, which the lookup may see.
    static MethodHandle ofClass(Lookup lookup, Class<?> in, String name, MethodType type) {
        return find(lookup::findStatic, in, name, type);
    }

    /// A method of a class's objects, which the lookup may see.
    static MethodHandle ofObject(Lookup lookup, Class<?> in, String name, MethodType type) {
        return find(lookup::findVirtual, in, name, type);
    }

    private static MethodHandle find(Finder finder, Class<?> in, String name, MethodType type) {
        try {
            return finder.find(in, name, type);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError(name, e);
        }
    }
}
