package dev.weir.wasm;

import dev.weir.wasm.GcObject.Array;
import dev.weir.wasm.TrapException.Code;
import org.jspecify.annotations.Nullable;

/// What compiled code calls for structs, arrays and casts. All are small enough for HotSpot to
/// inline.
final class CompiledObjects {
    private CompiledObjects() {}

    static @Nullable Object cast(@Nullable Object value, Instance instance, int type) {
        if (!Compiled.matches(value, instance, type)) {
            throw new TrapException(Code.CAST_FAILURE);
        }
        return value;
    }

    static RuntimeException noCast() {
        return new TrapException(Code.CAST_FAILURE);
    }

    static Object i31(int value) {
        return new I31(value);
    }

    static int signed(@Nullable Object value) {
        return integer(value).signed();
    }

    static int unsigned(@Nullable Object value) {
        return integer(value).bits();
    }

    private static I31 integer(@Nullable Object value) {
        if (value == null) {
            throw new TrapException(Code.NULL_REFERENCE);
        }
        return (I31) value;
    }

    static int length(@Nullable Object array) {
        if (array == null) {
            throw new TrapException(Code.NULL_REFERENCE);
        }
        return ((Array) array).length;
    }

    private static Object elements(@Nullable Object array) {
        if (array == null) {
            throw new TrapException(Code.NULL_REFERENCE);
        }
        return ((Array) array).elements;
    }

    private static int at(int index, int length) {
        if (index < 0 || index >= length) {
            throw new TrapException(Code.ARRAY_BOUNDS);
        }
        return index;
    }

    static int getByte(@Nullable Object array, int index) {
        var elements = (byte[]) elements(array);
        return elements[at(index, elements.length)];
    }

    static void putByte(@Nullable Object array, int index, int value) {
        var elements = (byte[]) elements(array);
        elements[at(index, elements.length)] = (byte) value;
    }

    static int getShort(@Nullable Object array, int index) {
        var elements = (short[]) elements(array);
        return elements[at(index, elements.length)];
    }

    static void putShort(@Nullable Object array, int index, int value) {
        var elements = (short[]) elements(array);
        elements[at(index, elements.length)] = (short) value;
    }

    static int getInt(@Nullable Object array, int index) {
        var elements = (int[]) elements(array);
        return elements[at(index, elements.length)];
    }

    static void putInt(@Nullable Object array, int index, int value) {
        var elements = (int[]) elements(array);
        elements[at(index, elements.length)] = value;
    }

    static long getLong(@Nullable Object array, int index) {
        var elements = (long[]) elements(array);
        return elements[at(index, elements.length)];
    }

    static void putLong(@Nullable Object array, int index, long value) {
        var elements = (long[]) elements(array);
        elements[at(index, elements.length)] = value;
    }

    static float getFloat(@Nullable Object array, int index) {
        var elements = (int[]) elements(array);
        return Float.intBitsToFloat(elements[at(index, elements.length)]);
    }

    static void putFloat(@Nullable Object array, int index, float value) {
        var elements = (int[]) elements(array);
        elements[at(index, elements.length)] = Float.floatToRawIntBits(value);
    }

    static double getDouble(@Nullable Object array, int index) {
        var elements = (long[]) elements(array);
        return Double.longBitsToDouble(elements[at(index, elements.length)]);
    }

    static void putDouble(@Nullable Object array, int index, double value) {
        var elements = (long[]) elements(array);
        elements[at(index, elements.length)] = Double.doubleToRawLongBits(value);
    }

    static @Nullable Object getReference(@Nullable Object array, int index) {
        var elements = (@Nullable Object[]) elements(array);
        return elements[at(index, elements.length)];
    }

    static void putReference(@Nullable Object array, int index, @Nullable Object value) {
        var elements = (@Nullable Object[]) elements(array);
        elements[at(index, elements.length)] = value;
    }
}
