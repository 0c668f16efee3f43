package dev.weir.wasm;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Values between the slots of the stack and the objects of the host.
final class Values {
    private Values() {}

    static @Nullable Object object(int type, long bits, long high, @Nullable Object reference) {
        return switch (type) {
            case Types.I32 -> (int) bits;
            case Types.I64 -> bits;
            case Types.F32 -> Float.intBitsToFloat((int) bits);
            case Types.F64 -> Double.longBitsToDouble(bits);
            case Types.V128 -> new V128(bits, high);
            default -> reference;
        };
    }

    static List<@Nullable Object> list(
            int[] types, long[] bits, @Nullable Object[] references, int at) {
        var values = new ArrayList<@Nullable Object>(types.length);
        int slot = at;
        for (int type : types) {
            long high = type == Types.V128 ? bits[slot + 1] : 0;
            values.add(object(type, bits[slot], high, references[slot]));
            slot += Types.width(type);
        }
        return values;
    }

    static void put(
            TypeRegistry registry,
            int type,
            @Nullable Object value,
            long[] bits,
            @Nullable Object[] references,
            int slot) {
        switch (value) {
            case Integer number when type == Types.I32 -> bits[slot] = number;
            case Long number when type == Types.I64 -> bits[slot] = number;
            case Float number when type == Types.F32 ->
                    bits[slot] = Float.floatToRawIntBits(number);
            case Double number when type == Types.F64 ->
                    bits[slot] = Double.doubleToRawLongBits(number);
            case V128 vector when type == Types.V128 -> {
                bits[slot] = vector.low();
                bits[slot + 1] = vector.high();
            }
            case null, default -> {
                if (!Types.isRef(type) || !registry.matches(value, type)) {
                    throw unexpected(type, value);
                }
                references[slot] = value;
            }
        }
    }

    static IllegalArgumentException unexpected(int type, @Nullable Object value) {
        return new IllegalArgumentException(
                "expected "
                        + Types.text(type)
                        + ", found "
                        + (value == null ? "null" : value.getClass().getSimpleName()));
    }

    static void putAll(
            TypeRegistry registry,
            int[] types,
            @Nullable Object[] values,
            long[] bits,
            @Nullable Object[] references,
            int at) {
        if (values.length != types.length) {
            throw new IllegalArgumentException(
                    "expected " + types.length + " values, found " + values.length);
        }
        int slot = at;
        for (int i = 0; i < types.length; i++) {
            put(registry, types[i], values[i], bits, references, slot);
            slot += Types.width(types[i]);
        }
    }
}
