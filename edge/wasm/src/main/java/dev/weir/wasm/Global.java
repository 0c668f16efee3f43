package dev.weir.wasm;

import org.jspecify.annotations.Nullable;

/// A global variable or constant. Belongs to its store's thread.
public final class Global implements Extern {
    final Module.GlobalType type;
    final TypeRegistry registry;

    /// The value's bits; the lower half of a vector.
    long bits;

    long high;
    @Nullable Object reference;

    Global(TypeRegistry registry, Module.GlobalType type) {
        this.registry = registry;
        this.type = type;
    }

    /// A global of the host.
    ///
    /// @param value in the Java type that [ValType] names
    public static Global of(Store store, ValType type, boolean mutable, @Nullable Object value) {
        var global =
                new Global(store.engine.types, new Module.GlobalType(type.bits, mutable, null));
        global.put(value);
        return global;
    }

    /// The value, in the Java type that [ValType] names.
    public @Nullable Object get() {
        return Values.object(type.type(), bits, high, reference);
    }

    /// Changes the value.
    ///
    /// @throws IllegalStateException when it is a constant
    /// @throws IllegalArgumentException when the value is not of its type
    public void set(@Nullable Object value) {
        if (!type.mutable()) {
            throw new IllegalStateException("the global is a constant");
        }
        put(value);
    }

    private void put(@Nullable Object value) {
        var bits = new long[2];
        var references = new @Nullable Object[2];
        Values.put(registry, type.type(), value, bits, references, 0);
        this.bits = bits[0];
        this.high = bits[1];
        this.reference = references[0];
    }
}
