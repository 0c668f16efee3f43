package dev.weir.wasm.object;

import org.jspecify.annotations.Nullable;

/// A struct of a guest. Each struct type has a class of its own below this, with its fields; a
/// subtype's class is below that of its supertype. Compiled code reads the fields themselves, the
/// interpreter goes by slots, where a v128 has two.
public abstract class GuestStruct {
    /// Only generated classes are structs.
    protected GuestStruct() {}

    /// The type it was made with.
    public abstract Object type();

    /// A new struct of the same type, with zeros and nulls.
    public abstract GuestStruct blank();

    /// The number in a slot, as the interpreter has it.
    public long bits(int slot) {
        throw new IndexOutOfBoundsException(slot);
    }

    /// Sets the number in a slot.
    public void bits(int slot, long value) {
        throw new IndexOutOfBoundsException(slot);
    }

    /// The reference in a slot.
    public @Nullable Object reference(int slot) {
        throw new IndexOutOfBoundsException(slot);
    }

    /// Sets the reference in a slot.
    public void reference(int slot, @Nullable Object value) {
        throw new IndexOutOfBoundsException(slot);
    }
}
