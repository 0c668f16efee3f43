package dev.weir.wasm;

import dev.weir.wasm.TrapException.Code;

/// Arithmetic that is not in the interpreter's loop, and the rules of numbers that Java does not
/// share (core 3.0, numerics): traps, NaN, unsigned conversions. Slots are as [dev.weir.wasm.Code]
/// says.
final class Numeric {
    private static final double TWO_63 = 0x1p63;

    private Numeric() {}

    /// Runs an instruction on the topmost slots, and gives the new height.
    static int step(int op, long[] st, int sp) {
        switch (op) {
            case Op.I32_CLZ -> st[sp - 1] = Integer.numberOfLeadingZeros((int) st[sp - 1]);
            case Op.I32_CTZ -> st[sp - 1] = Integer.numberOfTrailingZeros((int) st[sp - 1]);
            case Op.I32_POPCNT -> st[sp - 1] = Integer.bitCount((int) st[sp - 1]);
            case Op.I64_CLZ -> st[sp - 1] = Long.numberOfLeadingZeros(st[sp - 1]);
            case Op.I64_CTZ -> st[sp - 1] = Long.numberOfTrailingZeros(st[sp - 1]);
            case Op.I64_POPCNT -> st[sp - 1] = Long.bitCount(st[sp - 1]);
            case Op.I32_DIV_S -> st[--sp - 1] = divide((int) st[sp - 1], (int) st[sp]);
            case Op.I32_DIV_U ->
                    st[--sp - 1] = Integer.divideUnsigned((int) st[sp - 1], nonZero((int) st[sp]));
            case Op.I32_REM_S -> st[--sp - 1] = (int) st[sp - 1] % nonZero((int) st[sp]);
            case Op.I32_REM_U ->
                    st[--sp - 1] =
                            Integer.remainderUnsigned((int) st[sp - 1], nonZero((int) st[sp]));
            case Op.I64_DIV_S -> st[--sp - 1] = divide(st[sp - 1], st[sp]);
            case Op.I64_DIV_U -> st[--sp - 1] = Long.divideUnsigned(st[sp - 1], nonZero(st[sp]));
            case Op.I64_REM_S -> st[--sp - 1] = st[sp - 1] % nonZero(st[sp]);
            case Op.I64_REM_U -> st[--sp - 1] = Long.remainderUnsigned(st[sp - 1], nonZero(st[sp]));
            case Op.I32_ROTL -> st[--sp - 1] = Integer.rotateLeft((int) st[sp - 1], (int) st[sp]);
            case Op.I32_ROTR -> st[--sp - 1] = Integer.rotateRight((int) st[sp - 1], (int) st[sp]);
            case Op.I64_ROTL -> st[--sp - 1] = Long.rotateLeft(st[sp - 1], (int) st[sp]);
            case Op.I64_ROTR -> st[--sp - 1] = Long.rotateRight(st[sp - 1], (int) st[sp]);
            case Op.F32_EQ -> st[--sp - 1] = f32(st[sp - 1]) == f32(st[sp]) ? 1 : 0;
            case Op.F32_NE -> st[--sp - 1] = f32(st[sp - 1]) != f32(st[sp]) ? 1 : 0;
            case Op.F32_LT -> st[--sp - 1] = f32(st[sp - 1]) < f32(st[sp]) ? 1 : 0;
            case Op.F32_GT -> st[--sp - 1] = f32(st[sp - 1]) > f32(st[sp]) ? 1 : 0;
            case Op.F32_LE -> st[--sp - 1] = f32(st[sp - 1]) <= f32(st[sp]) ? 1 : 0;
            case Op.F32_GE -> st[--sp - 1] = f32(st[sp - 1]) >= f32(st[sp]) ? 1 : 0;
            case Op.F32_ABS -> st[sp - 1] = (int) st[sp - 1] & 0x7fffffff;
            case Op.F32_NEG -> st[sp - 1] = (int) st[sp - 1] ^ 0x80000000;
            case Op.F32_CEIL -> st[sp - 1] = bits((float) ceil(f32(st[sp - 1])));
            case Op.F32_FLOOR -> st[sp - 1] = bits((float) floor(f32(st[sp - 1])));
            case Op.F32_TRUNC -> st[sp - 1] = bits((float) trunc(f32(st[sp - 1])));
            case Op.F32_NEAREST -> st[sp - 1] = bits((float) nearest(f32(st[sp - 1])));
            case Op.F32_SQRT -> st[sp - 1] = bits((float) Math.sqrt(f32(st[sp - 1])));
            case Op.F32_ADD -> st[--sp - 1] = bits(f32(st[sp - 1]) + f32(st[sp]));
            case Op.F32_SUB -> st[--sp - 1] = bits(f32(st[sp - 1]) - f32(st[sp]));
            case Op.F32_MUL -> st[--sp - 1] = bits(f32(st[sp - 1]) * f32(st[sp]));
            case Op.F32_DIV -> st[--sp - 1] = bits(f32(st[sp - 1]) / f32(st[sp]));
            case Op.F32_MIN -> st[--sp - 1] = bits(min(f32(st[sp - 1]), f32(st[sp])));
            case Op.F32_MAX -> st[--sp - 1] = bits(max(f32(st[sp - 1]), f32(st[sp])));
            case Op.F32_COPYSIGN ->
                    st[--sp - 1] = ((int) st[sp - 1] & 0x7fffffff) | ((int) st[sp] & 0x80000000);
            case Op.F64_EQ -> st[--sp - 1] = f64(st[sp - 1]) == f64(st[sp]) ? 1 : 0;
            case Op.F64_NE -> st[--sp - 1] = f64(st[sp - 1]) != f64(st[sp]) ? 1 : 0;
            case Op.F64_LT -> st[--sp - 1] = f64(st[sp - 1]) < f64(st[sp]) ? 1 : 0;
            case Op.F64_GT -> st[--sp - 1] = f64(st[sp - 1]) > f64(st[sp]) ? 1 : 0;
            case Op.F64_LE -> st[--sp - 1] = f64(st[sp - 1]) <= f64(st[sp]) ? 1 : 0;
            case Op.F64_GE -> st[--sp - 1] = f64(st[sp - 1]) >= f64(st[sp]) ? 1 : 0;
            case Op.F64_ABS -> st[sp - 1] = st[sp - 1] & 0x7fffffffffffffffL;
            case Op.F64_NEG -> st[sp - 1] = st[sp - 1] ^ 0x8000000000000000L;
            case Op.F64_CEIL -> st[sp - 1] = bits(ceil(f64(st[sp - 1])));
            case Op.F64_FLOOR -> st[sp - 1] = bits(floor(f64(st[sp - 1])));
            case Op.F64_TRUNC -> st[sp - 1] = bits(trunc(f64(st[sp - 1])));
            case Op.F64_NEAREST -> st[sp - 1] = bits(nearest(f64(st[sp - 1])));
            case Op.F64_SQRT -> st[sp - 1] = bits(Math.sqrt(f64(st[sp - 1])));
            case Op.F64_ADD -> st[--sp - 1] = bits(f64(st[sp - 1]) + f64(st[sp]));
            case Op.F64_SUB -> st[--sp - 1] = bits(f64(st[sp - 1]) - f64(st[sp]));
            case Op.F64_MUL -> st[--sp - 1] = bits(f64(st[sp - 1]) * f64(st[sp]));
            case Op.F64_DIV -> st[--sp - 1] = bits(f64(st[sp - 1]) / f64(st[sp]));
            case Op.F64_MIN -> st[--sp - 1] = bits(min(f64(st[sp - 1]), f64(st[sp])));
            case Op.F64_MAX -> st[--sp - 1] = bits(max(f64(st[sp - 1]), f64(st[sp])));
            case Op.F64_COPYSIGN ->
                    st[--sp - 1] =
                            (st[sp - 1] & 0x7fffffffffffffffL) | (st[sp] & 0x8000000000000000L);
            case Op.I32_TRUNC_F32_S -> st[sp - 1] = toInt(f32(st[sp - 1]));
            case Op.I32_TRUNC_F32_U -> st[sp - 1] = toUnsignedInt(f32(st[sp - 1]));
            case Op.I64_TRUNC_F32_S -> st[sp - 1] = toLong(f32(st[sp - 1]));
            case Op.I64_TRUNC_F32_U -> st[sp - 1] = toUnsignedLong(f32(st[sp - 1]));
            case Op.I32_TRUNC_SAT_F32_S -> st[sp - 1] = (int) f32(st[sp - 1]);
            case Op.I32_TRUNC_SAT_F32_U ->
                    st[sp - 1] = (int) Math.clamp((long) f32(st[sp - 1]), 0L, 0xffffffffL);
            case Op.I64_TRUNC_SAT_F32_S -> st[sp - 1] = (long) f32(st[sp - 1]);
            case Op.I64_TRUNC_SAT_F32_U -> st[sp - 1] = saturate(f32(st[sp - 1]));
            case Op.I32_TRUNC_F64_S -> st[sp - 1] = toInt(f64(st[sp - 1]));
            case Op.I32_TRUNC_F64_U -> st[sp - 1] = toUnsignedInt(f64(st[sp - 1]));
            case Op.I64_TRUNC_F64_S -> st[sp - 1] = toLong(f64(st[sp - 1]));
            case Op.I64_TRUNC_F64_U -> st[sp - 1] = toUnsignedLong(f64(st[sp - 1]));
            case Op.I32_TRUNC_SAT_F64_S -> st[sp - 1] = (int) f64(st[sp - 1]);
            case Op.I32_TRUNC_SAT_F64_U ->
                    st[sp - 1] = (int) Math.clamp((long) f64(st[sp - 1]), 0L, 0xffffffffL);
            case Op.I64_TRUNC_SAT_F64_S -> st[sp - 1] = (long) f64(st[sp - 1]);
            case Op.I64_TRUNC_SAT_F64_U -> st[sp - 1] = saturate(f64(st[sp - 1]));
            case Op.F32_CONVERT_I32_S -> st[sp - 1] = bits((float) (int) st[sp - 1]);
            case Op.F32_CONVERT_I32_U -> st[sp - 1] = bits((float) (st[sp - 1] & 0xffffffffL));
            case Op.F32_CONVERT_I64_S -> st[sp - 1] = bits((float) st[sp - 1]);
            case Op.F32_CONVERT_I64_U -> st[sp - 1] = bits(unsignedToFloat(st[sp - 1]));
            case Op.F64_CONVERT_I32_S -> st[sp - 1] = bits((double) (int) st[sp - 1]);
            case Op.F64_CONVERT_I32_U -> st[sp - 1] = bits((double) (st[sp - 1] & 0xffffffffL));
            case Op.F64_CONVERT_I64_S -> st[sp - 1] = bits((double) st[sp - 1]);
            case Op.F64_CONVERT_I64_U -> st[sp - 1] = bits(unsignedToDouble(st[sp - 1]));
            case Op.F32_DEMOTE_F64 -> st[sp - 1] = bits((float) f64(st[sp - 1]));
            case Op.F64_PROMOTE_F32 -> st[sp - 1] = bits((double) f32(st[sp - 1]));
            case Op.I32_REINTERPRET_F32,
                    Op.I64_REINTERPRET_F64,
                    Op.F32_REINTERPRET_I32,
                    Op.F64_REINTERPRET_I64 -> {}
            case Op.I32_EXTEND8_S, Op.I64_EXTEND8_S -> st[sp - 1] = (byte) st[sp - 1];
            case Op.I32_EXTEND16_S, Op.I64_EXTEND16_S -> st[sp - 1] = (short) st[sp - 1];
            case Op.I64_EXTEND32_S -> st[sp - 1] = (int) st[sp - 1];
            default -> throw new IllegalStateException("no instruction " + op);
        }
        return sp;
    }

    /// 1 where a number without a sign is below another, else 0.
    static long isBelow(long a, long b) {
        return Long.compareUnsigned(a, b) < 0 ? 1 : 0;
    }

    /// Runs an instruction that gives 128 bits, the lower half first (wide-arithmetic proposal).
    static int wide(int op, long[] st, int sp) {
        if (op >= Op.I64_MUL_WIDE_S) {
            long a = st[sp - 2];
            long b = st[sp - 1];
            st[sp - 2] = a * b;
            st[sp - 1] =
                    op == Op.I64_MUL_WIDE_S
                            ? Math.multiplyHigh(a, b)
                            : Math.unsignedMultiplyHigh(a, b);
            return sp;
        }
        long low = st[sp - 4];
        long otherLow = st[sp - 2];
        if (op == Op.I64_ADD128) {
            st[sp - 4] = low + otherLow;
            long carry = Long.compareUnsigned(low + otherLow, low) < 0 ? 1 : 0;
            st[sp - 3] = st[sp - 3] + st[sp - 1] + carry;
        } else {
            st[sp - 4] = low - otherLow;
            st[sp - 3] =
                    st[sp - 3] - st[sp - 1] - (Long.compareUnsigned(low, otherLow) < 0 ? 1 : 0);
        }
        return sp - 2;
    }

    static float f32(long bits) {
        return Float.intBitsToFloat((int) bits);
    }

    static double f64(long bits) {
        return Double.longBitsToDouble(bits);
    }

    static long bits(float value) {
        return Float.floatToRawIntBits(value);
    }

    static long bits(double value) {
        return Double.doubleToRawLongBits(value);
    }

    private static int nonZero(int divisor) {
        if (divisor == 0) {
            throw new TrapException(Code.DIVIDE_BY_ZERO);
        }
        return divisor;
    }

    private static long nonZero(long divisor) {
        if (divisor == 0) {
            throw new TrapException(Code.DIVIDE_BY_ZERO);
        }
        return divisor;
    }

    static int divide(int a, int b) {
        if (a == Integer.MIN_VALUE && b == -1) {
            throw new TrapException(Code.INTEGER_OVERFLOW);
        }
        return a / nonZero(b);
    }

    static long divide(long a, long b) {
        if (a == Long.MIN_VALUE && b == -1) {
            throw new TrapException(Code.INTEGER_OVERFLOW);
        }
        return a / nonZero(b);
    }

    // A signaling NaN must come out quiet, which adding zero does and Math.floor need not.

    static double ceil(double value) {
        return Double.isNaN(value) ? value + 0 : Math.ceil(value);
    }

    static double floor(double value) {
        return Double.isNaN(value) ? value + 0 : Math.floor(value);
    }

    static double trunc(double value) {
        return value < 0 ? ceil(value) : floor(value);
    }

    static double nearest(double value) {
        return Double.isNaN(value) ? value + 0 : Math.rint(value);
    }

    static float min(float a, float b) {
        return Float.isNaN(a) || Float.isNaN(b) ? a + b : Math.min(a, b);
    }

    static double min(double a, double b) {
        return Double.isNaN(a) || Double.isNaN(b) ? a + b : Math.min(a, b);
    }

    static float max(float a, float b) {
        return Float.isNaN(a) || Float.isNaN(b) ? a + b : Math.max(a, b);
    }

    static double max(double a, double b) {
        return Double.isNaN(a) || Double.isNaN(b) ? a + b : Math.max(a, b);
    }

    private static void within(double value, boolean inside) {
        if (Double.isNaN(value)) {
            throw new TrapException(Code.INVALID_CONVERSION);
        }
        if (!inside) {
            throw new TrapException(Code.INTEGER_OVERFLOW);
        }
    }

    static int toInt(double value) {
        within(value, value > -2147483649.0 && value < 2147483648.0);
        return (int) value;
    }

    static int toUnsignedInt(double value) {
        within(value, value > -1 && value < 4294967296.0);
        return (int) (long) value;
    }

    static long toLong(double value) {
        within(value, value >= -TWO_63 && value < TWO_63);
        return (long) value;
    }

    static long toUnsignedLong(double value) {
        within(value, value > -1 && value < 2 * TWO_63);
        return saturate(value);
    }

    static int saturateInt(double value) {
        return (int) Math.clamp((long) value, 0L, 0xffffffffL);
    }

    static float copySign(float value, float sign) {
        return Float.intBitsToFloat(
                Float.floatToRawIntBits(value) & 0x7fffffff
                        | Float.floatToRawIntBits(sign) & 0x80000000);
    }

    static double copySign(double value, double sign) {
        return f64(bits(value) & Long.MAX_VALUE | bits(sign) & Long.MIN_VALUE);
    }

    static long saturate(double value) {
        if (!(value > 0)) {
            return 0;
        }
        if (value < TWO_63) {
            return (long) value;
        }
        return value < 2 * TWO_63 ? (long) (value - TWO_63) ^ Long.MIN_VALUE : -1;
    }

    /// Halves what has the upper bit, and keeps the lost bit for the rounding.
    static float unsignedToFloat(long value) {
        return value >= 0 ? (float) value : (float) (value >>> 1 | value & 1) * 2;
    }

    static double unsignedToDouble(long value) {
        return value >= 0 ? (double) value : (double) (value >>> 1 | value & 1) * 2;
    }
}
