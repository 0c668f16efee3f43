package dev.weir.wasm;

import static dev.weir.wasm.Numeric.bits;
import static dev.weir.wasm.Numeric.f32;
import static dev.weir.wasm.Numeric.f64;

import java.util.function.LongBinaryOperator;
import java.util.function.LongUnaryOperator;

/// The vector instructions of the interpreter, lane by lane in plain Java: the oracle for the
/// compiler, not fast. A vector is two slots, the lower half first; lanes are taken out of the
/// halves with their sign, or as unsigned, and put back cut to their width. Relaxed instructions
/// give what the deterministic profile says (core 3.0, profiles).
final class Simd {
    /// By how many slots each instruction changes the height.
    private static final int[] CHANGE = changes();

    private Simd() {}

    private static int[] changes() {
        var changes = new int[Op.LIMIT];
        for (int op = 0x140; op < Op.LIMIT; op++) {
            if (Opcodes.exists(op) && Opcodes.isPlain(op)) {
                changes[op] = slots(Opcodes.after(op)) - slots(Opcodes.before(op));
            }
        }
        return changes;
    }

    private static int slots(int[] types) {
        return Types.slots(types)[types.length];
    }

    /// Runs an instruction on the topmost slots, and gives the new height.
    static int step(int op, int[] code, int pc, long[] st, int sp, Memory[] memories) {
        if (op <= Op.V128_STORE || op >= Op.V128_LOAD8_LANE && op <= Op.V128_LOAD64_ZERO) {
            SimdMemory.step(op, code, pc, st, sp, memories[code[pc + 1]]);
        } else if (op == Op.V128_CONST) {
            st[sp] = code[pc + 1] & 0xffffffffL | (long) code[pc + 2] << 32;
            st[sp + 1] = code[pc + 3] & 0xffffffffL | (long) code[pc + 4] << 32;
        } else {
            lanes(op, code, pc, st, sp);
        }
        return sp + CHANGE[op];
    }

    private static void lanes(int op, int[] code, int pc, long[] st, int sp) {
        switch (op) {
            case Op.I8X16_EQ -> map2(st, sp, 8, (a, b) -> a == b ? -1 : 0);
            case Op.I8X16_NE -> map2(st, sp, 8, (a, b) -> a != b ? -1 : 0);
            case Op.I8X16_LT_S -> map2(st, sp, 8, (a, b) -> a < b ? -1 : 0);
            case Op.I8X16_GT_S -> map2(st, sp, 8, (a, b) -> a > b ? -1 : 0);
            case Op.I8X16_LE_S -> map2(st, sp, 8, (a, b) -> a <= b ? -1 : 0);
            case Op.I8X16_GE_S -> map2(st, sp, 8, (a, b) -> a >= b ? -1 : 0);
            case Op.I8X16_LT_U -> map2Unsigned(st, sp, 8, (a, b) -> a < b ? -1 : 0);
            case Op.I8X16_GT_U -> map2Unsigned(st, sp, 8, (a, b) -> a > b ? -1 : 0);
            case Op.I8X16_LE_U -> map2Unsigned(st, sp, 8, (a, b) -> a <= b ? -1 : 0);
            case Op.I8X16_GE_U -> map2Unsigned(st, sp, 8, (a, b) -> a >= b ? -1 : 0);
            case Op.I8X16_MIN_S -> map2(st, sp, 8, (a, b) -> Math.min(a, b));
            case Op.I8X16_MAX_S -> map2(st, sp, 8, (a, b) -> Math.max(a, b));
            case Op.I8X16_MIN_U -> map2Unsigned(st, sp, 8, (a, b) -> Math.min(a, b));
            case Op.I8X16_MAX_U -> map2Unsigned(st, sp, 8, (a, b) -> Math.max(a, b));
            case Op.I8X16_ADD -> map2(st, sp, 8, (a, b) -> a + b);
            case Op.I8X16_SUB -> map2(st, sp, 8, (a, b) -> a - b);
            case Op.I8X16_ADD_SAT_S -> map2(st, sp, 8, (a, b) -> Math.clamp(a + b, -128L, 127L));
            case Op.I8X16_SUB_SAT_S -> map2(st, sp, 8, (a, b) -> Math.clamp(a - b, -128L, 127L));
            case Op.I8X16_ADD_SAT_U -> map2Unsigned(st, sp, 8, (a, b) -> Math.min(a + b, 255));
            case Op.I8X16_SUB_SAT_U -> map2Unsigned(st, sp, 8, (a, b) -> Math.max(a - b, 0));
            case Op.I8X16_AVGR_U -> map2Unsigned(st, sp, 8, (a, b) -> (a + b + 1) >> 1);
            case Op.I8X16_ABS -> map1(st, sp, 8, Math::abs);
            case Op.I8X16_NEG -> map1(st, sp, 8, a -> -a);
            case Op.I8X16_ALL_TRUE -> allTrue(st, sp, 8);
            case Op.I8X16_BITMASK -> bitmask(st, sp, 8);
            case Op.I8X16_SHL -> shift(st, sp, 8, false, (a, n) -> a << n);
            case Op.I8X16_SHR_S -> shift(st, sp, 8, false, (a, n) -> a >> n);
            case Op.I8X16_SHR_U -> shift(st, sp, 8, true, (a, n) -> a >>> n);
            case Op.I8X16_SPLAT -> splat(st, sp, 8);
            case Op.I8X16_EXTRACT_LANE_S -> extract(st, sp, 8, code[pc + 1], false);
            case Op.I8X16_EXTRACT_LANE_U -> extract(st, sp, 8, code[pc + 1], true);
            case Op.I8X16_REPLACE_LANE -> replace(st, sp, 8, code[pc + 1]);
            case Op.I16X8_EQ -> map2(st, sp, 16, (a, b) -> a == b ? -1 : 0);
            case Op.I16X8_NE -> map2(st, sp, 16, (a, b) -> a != b ? -1 : 0);
            case Op.I16X8_LT_S -> map2(st, sp, 16, (a, b) -> a < b ? -1 : 0);
            case Op.I16X8_GT_S -> map2(st, sp, 16, (a, b) -> a > b ? -1 : 0);
            case Op.I16X8_LE_S -> map2(st, sp, 16, (a, b) -> a <= b ? -1 : 0);
            case Op.I16X8_GE_S -> map2(st, sp, 16, (a, b) -> a >= b ? -1 : 0);
            case Op.I16X8_LT_U -> map2Unsigned(st, sp, 16, (a, b) -> a < b ? -1 : 0);
            case Op.I16X8_GT_U -> map2Unsigned(st, sp, 16, (a, b) -> a > b ? -1 : 0);
            case Op.I16X8_LE_U -> map2Unsigned(st, sp, 16, (a, b) -> a <= b ? -1 : 0);
            case Op.I16X8_GE_U -> map2Unsigned(st, sp, 16, (a, b) -> a >= b ? -1 : 0);
            case Op.I16X8_MIN_S -> map2(st, sp, 16, (a, b) -> Math.min(a, b));
            case Op.I16X8_MAX_S -> map2(st, sp, 16, (a, b) -> Math.max(a, b));
            case Op.I16X8_MIN_U -> map2Unsigned(st, sp, 16, (a, b) -> Math.min(a, b));
            case Op.I16X8_MAX_U -> map2Unsigned(st, sp, 16, (a, b) -> Math.max(a, b));
            case Op.I16X8_ADD -> map2(st, sp, 16, (a, b) -> a + b);
            case Op.I16X8_SUB -> map2(st, sp, 16, (a, b) -> a - b);
            case Op.I16X8_MUL -> map2(st, sp, 16, (a, b) -> a * b);
            case Op.I16X8_ADD_SAT_S ->
                    map2(st, sp, 16, (a, b) -> Math.clamp(a + b, -32768L, 32767L));
            case Op.I16X8_SUB_SAT_S ->
                    map2(st, sp, 16, (a, b) -> Math.clamp(a - b, -32768L, 32767L));
            case Op.I16X8_ADD_SAT_U -> map2Unsigned(st, sp, 16, (a, b) -> Math.min(a + b, 65535));
            case Op.I16X8_SUB_SAT_U -> map2Unsigned(st, sp, 16, (a, b) -> Math.max(a - b, 0));
            case Op.I16X8_AVGR_U -> map2Unsigned(st, sp, 16, (a, b) -> (a + b + 1) >> 1);
            case Op.I16X8_ABS -> map1(st, sp, 16, Math::abs);
            case Op.I16X8_NEG -> map1(st, sp, 16, a -> -a);
            case Op.I16X8_ALL_TRUE -> allTrue(st, sp, 16);
            case Op.I16X8_BITMASK -> bitmask(st, sp, 16);
            case Op.I16X8_SHL -> shift(st, sp, 16, false, (a, n) -> a << n);
            case Op.I16X8_SHR_S -> shift(st, sp, 16, false, (a, n) -> a >> n);
            case Op.I16X8_SHR_U -> shift(st, sp, 16, true, (a, n) -> a >>> n);
            case Op.I16X8_EXTEND_LOW_I8X16_S -> extend(st, sp, 16, false, false);
            case Op.I16X8_EXTMUL_LOW_I8X16_S -> multiply(st, sp, 16, false, false);
            case Op.I16X8_EXTEND_LOW_I8X16_U -> extend(st, sp, 16, false, true);
            case Op.I16X8_EXTMUL_LOW_I8X16_U -> multiply(st, sp, 16, false, true);
            case Op.I16X8_EXTEND_HIGH_I8X16_S -> extend(st, sp, 16, true, false);
            case Op.I16X8_EXTMUL_HIGH_I8X16_S -> multiply(st, sp, 16, true, false);
            case Op.I16X8_EXTEND_HIGH_I8X16_U -> extend(st, sp, 16, true, true);
            case Op.I16X8_EXTMUL_HIGH_I8X16_U -> multiply(st, sp, 16, true, true);
            case Op.I16X8_EXTADD_PAIRWISE_I8X16_S -> pairwise(st, sp, 16, false);
            case Op.I16X8_EXTADD_PAIRWISE_I8X16_U -> pairwise(st, sp, 16, true);
            case Op.I16X8_SPLAT -> splat(st, sp, 16);
            case Op.I16X8_EXTRACT_LANE_S -> extract(st, sp, 16, code[pc + 1], false);
            case Op.I16X8_EXTRACT_LANE_U -> extract(st, sp, 16, code[pc + 1], true);
            case Op.I16X8_REPLACE_LANE -> replace(st, sp, 16, code[pc + 1]);
            case Op.I32X4_EQ -> map2(st, sp, 32, (a, b) -> a == b ? -1 : 0);
            case Op.I32X4_NE -> map2(st, sp, 32, (a, b) -> a != b ? -1 : 0);
            case Op.I32X4_LT_S -> map2(st, sp, 32, (a, b) -> a < b ? -1 : 0);
            case Op.I32X4_GT_S -> map2(st, sp, 32, (a, b) -> a > b ? -1 : 0);
            case Op.I32X4_LE_S -> map2(st, sp, 32, (a, b) -> a <= b ? -1 : 0);
            case Op.I32X4_GE_S -> map2(st, sp, 32, (a, b) -> a >= b ? -1 : 0);
            case Op.I32X4_LT_U -> map2Unsigned(st, sp, 32, (a, b) -> a < b ? -1 : 0);
            case Op.I32X4_GT_U -> map2Unsigned(st, sp, 32, (a, b) -> a > b ? -1 : 0);
            case Op.I32X4_LE_U -> map2Unsigned(st, sp, 32, (a, b) -> a <= b ? -1 : 0);
            case Op.I32X4_GE_U -> map2Unsigned(st, sp, 32, (a, b) -> a >= b ? -1 : 0);
            case Op.I32X4_MIN_S -> map2(st, sp, 32, (a, b) -> Math.min(a, b));
            case Op.I32X4_MAX_S -> map2(st, sp, 32, (a, b) -> Math.max(a, b));
            case Op.I32X4_MIN_U -> map2Unsigned(st, sp, 32, (a, b) -> Math.min(a, b));
            case Op.I32X4_MAX_U -> map2Unsigned(st, sp, 32, (a, b) -> Math.max(a, b));
            case Op.I32X4_ADD -> map2(st, sp, 32, (a, b) -> a + b);
            case Op.I32X4_SUB -> map2(st, sp, 32, (a, b) -> a - b);
            case Op.I32X4_MUL -> map2(st, sp, 32, (a, b) -> a * b);
            case Op.I32X4_ABS -> map1(st, sp, 32, Math::abs);
            case Op.I32X4_NEG -> map1(st, sp, 32, a -> -a);
            case Op.I32X4_ALL_TRUE -> allTrue(st, sp, 32);
            case Op.I32X4_BITMASK -> bitmask(st, sp, 32);
            case Op.I32X4_SHL -> shift(st, sp, 32, false, (a, n) -> a << n);
            case Op.I32X4_SHR_S -> shift(st, sp, 32, false, (a, n) -> a >> n);
            case Op.I32X4_SHR_U -> shift(st, sp, 32, true, (a, n) -> a >>> n);
            case Op.I32X4_EXTEND_LOW_I16X8_S -> extend(st, sp, 32, false, false);
            case Op.I32X4_EXTMUL_LOW_I16X8_S -> multiply(st, sp, 32, false, false);
            case Op.I32X4_EXTEND_LOW_I16X8_U -> extend(st, sp, 32, false, true);
            case Op.I32X4_EXTMUL_LOW_I16X8_U -> multiply(st, sp, 32, false, true);
            case Op.I32X4_EXTEND_HIGH_I16X8_S -> extend(st, sp, 32, true, false);
            case Op.I32X4_EXTMUL_HIGH_I16X8_S -> multiply(st, sp, 32, true, false);
            case Op.I32X4_EXTEND_HIGH_I16X8_U -> extend(st, sp, 32, true, true);
            case Op.I32X4_EXTMUL_HIGH_I16X8_U -> multiply(st, sp, 32, true, true);
            case Op.I32X4_EXTADD_PAIRWISE_I16X8_S -> pairwise(st, sp, 32, false);
            case Op.I32X4_EXTADD_PAIRWISE_I16X8_U -> pairwise(st, sp, 32, true);
            case Op.I32X4_SPLAT -> splat(st, sp, 32);
            case Op.I32X4_EXTRACT_LANE, Op.F32X4_EXTRACT_LANE ->
                    extract(st, sp, 32, code[pc + 1], false);
            case Op.I32X4_REPLACE_LANE, Op.F32X4_REPLACE_LANE -> replace(st, sp, 32, code[pc + 1]);
            case Op.I64X2_EQ -> map2(st, sp, 64, (a, b) -> a == b ? -1 : 0);
            case Op.I64X2_NE -> map2(st, sp, 64, (a, b) -> a != b ? -1 : 0);
            case Op.I64X2_LT_S -> map2(st, sp, 64, (a, b) -> a < b ? -1 : 0);
            case Op.I64X2_GT_S -> map2(st, sp, 64, (a, b) -> a > b ? -1 : 0);
            case Op.I64X2_LE_S -> map2(st, sp, 64, (a, b) -> a <= b ? -1 : 0);
            case Op.I64X2_GE_S -> map2(st, sp, 64, (a, b) -> a >= b ? -1 : 0);
            case Op.I64X2_ADD -> map2(st, sp, 64, (a, b) -> a + b);
            case Op.I64X2_SUB -> map2(st, sp, 64, (a, b) -> a - b);
            case Op.I64X2_MUL -> map2(st, sp, 64, (a, b) -> a * b);
            case Op.I64X2_ABS -> map1(st, sp, 64, Math::abs);
            case Op.I64X2_NEG -> map1(st, sp, 64, a -> -a);
            case Op.I64X2_ALL_TRUE -> allTrue(st, sp, 64);
            case Op.I64X2_BITMASK -> bitmask(st, sp, 64);
            case Op.I64X2_SHL -> shift(st, sp, 64, false, (a, n) -> a << n);
            case Op.I64X2_SHR_S -> shift(st, sp, 64, false, (a, n) -> a >> n);
            case Op.I64X2_SHR_U -> shift(st, sp, 64, true, (a, n) -> a >>> n);
            case Op.I64X2_EXTEND_LOW_I32X4_S -> extend(st, sp, 64, false, false);
            case Op.I64X2_EXTMUL_LOW_I32X4_S -> multiply(st, sp, 64, false, false);
            case Op.I64X2_EXTEND_LOW_I32X4_U -> extend(st, sp, 64, false, true);
            case Op.I64X2_EXTMUL_LOW_I32X4_U -> multiply(st, sp, 64, false, true);
            case Op.I64X2_EXTEND_HIGH_I32X4_S -> extend(st, sp, 64, true, false);
            case Op.I64X2_EXTMUL_HIGH_I32X4_S -> multiply(st, sp, 64, true, false);
            case Op.I64X2_EXTEND_HIGH_I32X4_U -> extend(st, sp, 64, true, true);
            case Op.I64X2_EXTMUL_HIGH_I32X4_U -> multiply(st, sp, 64, true, true);
            case Op.I64X2_SPLAT -> splat(st, sp, 64);
            case Op.I64X2_EXTRACT_LANE, Op.F64X2_EXTRACT_LANE ->
                    extract(st, sp, 64, code[pc + 1], false);
            case Op.I64X2_REPLACE_LANE, Op.F64X2_REPLACE_LANE -> replace(st, sp, 64, code[pc + 1]);
            case Op.F32X4_SPLAT -> splat(st, sp, 32);
            case Op.F64X2_SPLAT -> splat(st, sp, 64);
            case Op.I8X16_POPCNT -> map1Unsigned(st, sp, 8, Long::bitCount);
            case Op.I8X16_NARROW_I16X8_S -> narrow(st, sp, 16, -128, 127);
            case Op.I8X16_NARROW_I16X8_U -> narrow(st, sp, 16, 0, 255);
            case Op.I16X8_NARROW_I32X4_S -> narrow(st, sp, 32, -32768, 32767);
            case Op.I16X8_NARROW_I32X4_U -> narrow(st, sp, 32, 0, 65535);
            case Op.I16X8_Q15MULR_SAT_S, Op.I16X8_RELAXED_Q15MULR_S ->
                    map2(st, sp, 16, (a, b) -> Math.clamp((a * b + 0x4000) >> 15, -32768L, 32767L));
            case Op.I32X4_DOT_I16X8_S -> dot(st, sp, 32);
            case Op.I16X8_RELAXED_DOT_I8X16_I7X16_S -> dot(st, sp, 16);
            case Op.I32X4_RELAXED_DOT_I8X16_I7X16_ADD_S -> {
                dot(st, sp - 2, 16);
                pairwise(st, sp - 4, 32, false);
                System.arraycopy(st, sp - 2, st, sp - 4, 2);
                map2(st, sp - 2, 32, (a, b) -> a + b);
            }
            case Op.F32X4_EQ -> map2(st, sp, 32, (a, b) -> f32(a) == f32(b) ? -1 : 0);
            case Op.F32X4_NE -> map2(st, sp, 32, (a, b) -> f32(a) != f32(b) ? -1 : 0);
            case Op.F32X4_LT -> map2(st, sp, 32, (a, b) -> f32(a) < f32(b) ? -1 : 0);
            case Op.F32X4_GT -> map2(st, sp, 32, (a, b) -> f32(a) > f32(b) ? -1 : 0);
            case Op.F32X4_LE -> map2(st, sp, 32, (a, b) -> f32(a) <= f32(b) ? -1 : 0);
            case Op.F32X4_GE -> map2(st, sp, 32, (a, b) -> f32(a) >= f32(b) ? -1 : 0);
            case Op.F32X4_ADD -> map2(st, sp, 32, (a, b) -> bits(f32(a) + f32(b)));
            case Op.F32X4_SUB -> map2(st, sp, 32, (a, b) -> bits(f32(a) - f32(b)));
            case Op.F32X4_MUL -> map2(st, sp, 32, (a, b) -> bits(f32(a) * f32(b)));
            case Op.F32X4_DIV -> map2(st, sp, 32, (a, b) -> bits(f32(a) / f32(b)));
            case Op.F32X4_MIN, Op.F32X4_RELAXED_MIN ->
                    map2(st, sp, 32, (a, b) -> bits(Numeric.min(f32(a), f32(b))));
            case Op.F32X4_MAX, Op.F32X4_RELAXED_MAX ->
                    map2(st, sp, 32, (a, b) -> bits(Numeric.max(f32(a), f32(b))));
            case Op.F32X4_PMIN -> map2(st, sp, 32, (a, b) -> f32(b) < f32(a) ? b : a);
            case Op.F32X4_PMAX -> map2(st, sp, 32, (a, b) -> f32(a) < f32(b) ? b : a);
            case Op.F32X4_ABS -> map1(st, sp, 32, a -> a & 0x7fffffffL);
            case Op.F32X4_NEG -> map1(st, sp, 32, a -> a ^ 0x80000000L);
            case Op.F32X4_SQRT -> map1(st, sp, 32, a -> bits((float) Math.sqrt(f32(a))));
            case Op.F32X4_CEIL -> map1(st, sp, 32, a -> bits((float) Numeric.ceil(f32(a))));
            case Op.F32X4_FLOOR -> map1(st, sp, 32, a -> bits((float) Numeric.floor(f32(a))));
            case Op.F32X4_TRUNC -> map1(st, sp, 32, a -> bits((float) Numeric.trunc(f32(a))));
            case Op.F32X4_NEAREST -> map1(st, sp, 32, a -> bits((float) Numeric.nearest(f32(a))));
            case Op.F32X4_RELAXED_MADD ->
                    map3(st, sp, 32, (a, b, c) -> bits(Math.fma(f32(a), f32(b), f32(c))));
            case Op.F32X4_RELAXED_NMADD ->
                    map3(st, sp, 32, (a, b, c) -> bits(Math.fma(-f32(a), f32(b), f32(c))));
            case Op.F64X2_EQ -> map2(st, sp, 64, (a, b) -> f64(a) == f64(b) ? -1 : 0);
            case Op.F64X2_NE -> map2(st, sp, 64, (a, b) -> f64(a) != f64(b) ? -1 : 0);
            case Op.F64X2_LT -> map2(st, sp, 64, (a, b) -> f64(a) < f64(b) ? -1 : 0);
            case Op.F64X2_GT -> map2(st, sp, 64, (a, b) -> f64(a) > f64(b) ? -1 : 0);
            case Op.F64X2_LE -> map2(st, sp, 64, (a, b) -> f64(a) <= f64(b) ? -1 : 0);
            case Op.F64X2_GE -> map2(st, sp, 64, (a, b) -> f64(a) >= f64(b) ? -1 : 0);
            case Op.F64X2_ADD -> map2(st, sp, 64, (a, b) -> bits(f64(a) + f64(b)));
            case Op.F64X2_SUB -> map2(st, sp, 64, (a, b) -> bits(f64(a) - f64(b)));
            case Op.F64X2_MUL -> map2(st, sp, 64, (a, b) -> bits(f64(a) * f64(b)));
            case Op.F64X2_DIV -> map2(st, sp, 64, (a, b) -> bits(f64(a) / f64(b)));
            case Op.F64X2_MIN, Op.F64X2_RELAXED_MIN ->
                    map2(st, sp, 64, (a, b) -> bits(Numeric.min(f64(a), f64(b))));
            case Op.F64X2_MAX, Op.F64X2_RELAXED_MAX ->
                    map2(st, sp, 64, (a, b) -> bits(Numeric.max(f64(a), f64(b))));
            case Op.F64X2_PMIN -> map2(st, sp, 64, (a, b) -> f64(b) < f64(a) ? b : a);
            case Op.F64X2_PMAX -> map2(st, sp, 64, (a, b) -> f64(a) < f64(b) ? b : a);
            case Op.F64X2_ABS -> map1(st, sp, 64, a -> a & Long.MAX_VALUE);
            case Op.F64X2_NEG -> map1(st, sp, 64, a -> a ^ Long.MIN_VALUE);
            case Op.F64X2_SQRT -> map1(st, sp, 64, a -> bits(Math.sqrt(f64(a))));
            case Op.F64X2_CEIL -> map1(st, sp, 64, a -> bits(Numeric.ceil(f64(a))));
            case Op.F64X2_FLOOR -> map1(st, sp, 64, a -> bits(Numeric.floor(f64(a))));
            case Op.F64X2_TRUNC -> map1(st, sp, 64, a -> bits(Numeric.trunc(f64(a))));
            case Op.F64X2_NEAREST -> map1(st, sp, 64, a -> bits(Numeric.nearest(f64(a))));
            case Op.F64X2_RELAXED_MADD ->
                    map3(st, sp, 64, (a, b, c) -> bits(Math.fma(f64(a), f64(b), f64(c))));
            case Op.F64X2_RELAXED_NMADD ->
                    map3(st, sp, 64, (a, b, c) -> bits(Math.fma(-f64(a), f64(b), f64(c))));
            case Op.V128_NOT -> map1(st, sp, 64, a -> ~a);
            case Op.V128_AND -> map2(st, sp, 64, (a, b) -> a & b);
            case Op.V128_ANDNOT -> map2(st, sp, 64, (a, b) -> a & ~b);
            case Op.V128_OR -> map2(st, sp, 64, (a, b) -> a | b);
            case Op.V128_XOR -> map2(st, sp, 64, (a, b) -> a ^ b);
            case Op.V128_BITSELECT,
                    Op.I8X16_RELAXED_LANESELECT,
                    Op.I16X8_RELAXED_LANESELECT,
                    Op.I32X4_RELAXED_LANESELECT,
                    Op.I64X2_RELAXED_LANESELECT ->
                    map3(st, sp, 64, (a, b, c) -> (a & c) | (b & ~c));
            case Op.V128_ANY_TRUE -> st[sp - 2] = (st[sp - 2] | st[sp - 1]) == 0 ? 0 : 1;
            case Op.I8X16_SWIZZLE, Op.I8X16_RELAXED_SWIZZLE -> swizzle(st, sp);
            case Op.I8X16_SHUFFLE -> shuffle(st, sp, code, pc + 1);
            case Op.I32X4_TRUNC_SAT_F32X4_S, Op.I32X4_RELAXED_TRUNC_F32X4_S ->
                    map1(st, sp, 32, a -> (int) f32(a));
            case Op.I32X4_TRUNC_SAT_F32X4_U, Op.I32X4_RELAXED_TRUNC_F32X4_U ->
                    map1(st, sp, 32, a -> Math.clamp((long) f32(a), 0L, 0xffffffffL));
            case Op.F32X4_CONVERT_I32X4_S -> map1(st, sp, 32, a -> bits((float) a));
            case Op.F32X4_CONVERT_I32X4_U -> map1Unsigned(st, sp, 32, a -> bits((float) a));
            case Op.I32X4_TRUNC_SAT_F64X2_S_ZERO, Op.I32X4_RELAXED_TRUNC_F64X2_S_ZERO ->
                    shrink(st, sp, a -> (int) f64(a));
            case Op.I32X4_TRUNC_SAT_F64X2_U_ZERO, Op.I32X4_RELAXED_TRUNC_F64X2_U_ZERO ->
                    shrink(st, sp, a -> Math.clamp((long) f64(a), 0L, 0xffffffffL));
            case Op.F32X4_DEMOTE_F64X2_ZERO -> shrink(st, sp, a -> bits((float) f64(a)));
            case Op.F64X2_CONVERT_LOW_I32X4_S -> widen(st, sp, a -> bits((double) (int) a));
            case Op.F64X2_CONVERT_LOW_I32X4_U ->
                    widen(st, sp, a -> bits((double) (a & 0xffffffffL)));
            case Op.F64X2_PROMOTE_LOW_F32X4 -> widen(st, sp, a -> bits((double) f32(a)));
            default -> throw new IllegalStateException("no instruction " + op);
        }
    }

    private interface Ternary {
        long apply(long a, long b, long c);
    }

    /// A lane of the vector at a slot, with its sign.
    static long lane(long[] st, int at, int width, int lane) {
        int perHalf = 64 / width;
        long half = st[at + lane / perHalf];
        int unused = 64 - width;
        return half << (unused - lane % perHalf * width) >> unused;
    }

    static long laneUnsigned(long[] st, int at, int width, int lane) {
        return lane(st, at, width, lane) & mask(width);
    }

    static void put(long[] st, int at, int width, int lane, long value) {
        int perHalf = 64 / width;
        int shift = lane % perHalf * width;
        long mask = mask(width) << shift;
        int slot = at + lane / perHalf;
        st[slot] = st[slot] & ~mask | value << shift & mask;
    }

    private static long mask(int width) {
        return -1L >>> (64 - width);
    }

    private static void map1(long[] st, int sp, int width, LongUnaryOperator operator) {
        for (int i = 0; i < 128 / width; i++) {
            put(st, sp - 2, width, i, operator.applyAsLong(lane(st, sp - 2, width, i)));
        }
    }

    private static void map1Unsigned(long[] st, int sp, int width, LongUnaryOperator operator) {
        for (int i = 0; i < 128 / width; i++) {
            put(st, sp - 2, width, i, operator.applyAsLong(laneUnsigned(st, sp - 2, width, i)));
        }
    }

    private static void map2(long[] st, int sp, int width, LongBinaryOperator operator) {
        for (int i = 0; i < 128 / width; i++) {
            long a = lane(st, sp - 4, width, i);
            long b = lane(st, sp - 2, width, i);
            put(st, sp - 4, width, i, operator.applyAsLong(a, b));
        }
    }

    private static void map2Unsigned(long[] st, int sp, int width, LongBinaryOperator operator) {
        for (int i = 0; i < 128 / width; i++) {
            long a = laneUnsigned(st, sp - 4, width, i);
            long b = laneUnsigned(st, sp - 2, width, i);
            put(st, sp - 4, width, i, operator.applyAsLong(a, b));
        }
    }

    private static void map3(long[] st, int sp, int width, Ternary operator) {
        for (int i = 0; i < 128 / width; i++) {
            long a = lane(st, sp - 6, width, i);
            long b = lane(st, sp - 4, width, i);
            put(st, sp - 6, width, i, operator.apply(a, b, lane(st, sp - 2, width, i)));
        }
    }

    private static void shift(
            long[] st, int sp, int width, boolean unsigned, LongBinaryOperator operator) {
        long count = st[sp - 1] & (width - 1);
        for (int i = 0; i < 128 / width; i++) {
            long value = unsigned ? laneUnsigned(st, sp - 3, width, i) : lane(st, sp - 3, width, i);
            put(st, sp - 3, width, i, operator.applyAsLong(value, count));
        }
    }

    private static void allTrue(long[] st, int sp, int width) {
        long all = 1;
        for (int i = 0; i < 128 / width; i++) {
            all &= lane(st, sp - 2, width, i) == 0 ? 0 : 1;
        }
        st[sp - 2] = all;
    }

    private static void bitmask(long[] st, int sp, int width) {
        int mask = 0;
        for (int i = 0; i < 128 / width; i++) {
            mask |= lane(st, sp - 2, width, i) < 0 ? 1 << i : 0;
        }
        st[sp - 2] = mask;
    }

    private static void splat(long[] st, int sp, int width) {
        long value = st[sp - 1];
        for (int i = 0; i < 128 / width; i++) {
            put(st, sp - 1, width, i, value);
        }
    }

    private static void extract(long[] st, int sp, int width, int lane, boolean unsigned) {
        st[sp - 2] =
                unsigned ? laneUnsigned(st, sp - 2, width, lane) : lane(st, sp - 2, width, lane);
    }

    private static void replace(long[] st, int sp, int width, int lane) {
        put(st, sp - 3, width, lane, st[sp - 1]);
    }

    private static long half(long[] st, int at, int width, int lane, boolean unsigned) {
        return unsigned ? laneUnsigned(st, at, width, lane) : lane(st, at, width, lane);
    }

    /// Makes lanes of a width of the lower or upper lanes of half of it.
    private static void extend(long[] st, int sp, int width, boolean high, boolean unsigned) {
        var source = new long[] {st[sp - 2], st[sp - 1]};
        int count = 128 / width;
        for (int i = 0; i < count; i++) {
            int lane = high ? count + i : i;
            put(st, sp - 2, width, i, half(source, 0, width / 2, lane, unsigned));
        }
    }

    private static void multiply(long[] st, int sp, int width, boolean high, boolean unsigned) {
        extend(st, sp, width, high, unsigned);
        extend(st, sp - 2, width, high, unsigned);
        map2(st, sp, width, (a, b) -> a * b);
    }

    private static void pairwise(long[] st, int sp, int width, boolean unsigned) {
        var source = new long[] {st[sp - 2], st[sp - 1]};
        for (int i = 0; i < 128 / width; i++) {
            long sum =
                    half(source, 0, width / 2, 2 * i, unsigned)
                            + half(source, 0, width / 2, 2 * i + 1, unsigned);
            put(st, sp - 2, width, i, sum);
        }
    }

    private static void dot(long[] st, int sp, int width) {
        int narrow = width / 2;
        for (int i = 0; i < 128 / width; i++) {
            long sum = 0;
            for (int lane = 2 * i; lane < 2 * i + 2; lane++) {
                sum += lane(st, sp - 4, narrow, lane) * lane(st, sp - 2, narrow, lane);
            }
            if (width == 16) {
                sum = Math.clamp(sum, -32768L, 32767L);
            }
            put(st, sp - 4, width, i, sum);
        }
    }

    private static void narrow(long[] st, int sp, int width, long least, long most) {
        var source = new long[] {st[sp - 4], st[sp - 3], st[sp - 2], st[sp - 1]};
        int count = 128 / width;
        for (int i = 0; i < 2 * count; i++) {
            long value = lane(source, i / count * 2, width, i % count);
            put(st, sp - 4, width / 2, i, Math.clamp(value, least, most));
        }
    }

    private static void swizzle(long[] st, int sp) {
        var source = new long[] {st[sp - 4], st[sp - 3]};
        for (int i = 0; i < 16; i++) {
            int lane = (int) laneUnsigned(st, sp - 2, 8, i);
            put(st, sp - 4, 8, i, lane < 16 ? lane(source, 0, 8, lane) : 0);
        }
    }

    private static void shuffle(long[] st, int sp, int[] code, int at) {
        var source = new long[] {st[sp - 4], st[sp - 3], st[sp - 2], st[sp - 1]};
        for (int i = 0; i < 16; i++) {
            int lane = code[at + i / 4] >>> (i % 4 * 8) & 0xff;
            put(st, sp - 4, 8, i, lane(source, lane / 16 * 2, 8, lane % 16));
        }
    }

    /// Two lanes of 64 bits become the lower two of 32, the upper are zero.
    private static void shrink(long[] st, int sp, LongUnaryOperator operator) {
        long low = operator.applyAsLong(st[sp - 2]);
        long high = operator.applyAsLong(st[sp - 1]);
        st[sp - 2] = low & 0xffffffffL | high << 32;
        st[sp - 1] = 0;
    }

    /// The lower two lanes of 32 bits become two of 64.
    private static void widen(long[] st, int sp, LongUnaryOperator operator) {
        long both = st[sp - 2];
        st[sp - 2] = operator.applyAsLong((int) both);
        st[sp - 1] = operator.applyAsLong(both >> 32);
    }
}
