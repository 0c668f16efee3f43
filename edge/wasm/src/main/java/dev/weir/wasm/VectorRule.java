package dev.weir.wasm;

import org.jspecify.annotations.Nullable;

/// How a vector instruction is written with the Vector API.
///
/// @param how what is written
/// @param in what it takes the lanes of its operands for
/// @param out what the lanes of its result are, where that is a vector
/// @param operator the constant of `VectorOperators`, where one is used
record VectorRule(How how, Lanes in, Lanes out, String operator) {
    enum How {
        LOAD,
        LOAD_SPLAT,
        LOAD_ZERO,
        LOAD_EXTEND,
        LOAD_LANE,
        CONSTANT,
        SHUFFLE,
        SWIZZLE,
        SPLAT,
        EXTRACT,
        REPLACE,
        COMPARE,
        /// Bitwise: the lanes are those of the operands.
        BITS,
        NOT,
        BIT_SELECT,
        ANY_TRUE,
        ALL_TRUE,
        BIT_MASK,
        UNARY,
        BINARY,
        SHIFT,
        /// The least or greatest of floats, with a quiet NaN.
        EXTREME,
        /// The second operand where it compares so with the first.
        PSEUDO,
        MULTIPLY_ADD,
        EXTEND_LOW,
        EXTEND_HIGH,
        MULTIPLY_LOW,
        MULTIPLY_HIGH,
        NARROW,
        PAIRWISE,
        DOT,
        CONVERT
    }

    private static final String[] ORDERS = {"LT", "GT", "LE", "GE"};

    private static final @Nullable VectorRule[] RULES = rules();

    /// The rule of an instruction; null where it is the interpreter's.
    static @Nullable VectorRule of(int op) {
        return op >= 0x140 && op < 0x260 ? RULES[op] : null;
    }

    private static @Nullable VectorRule[] rules() {
        var rules = new @Nullable VectorRule[Op.LIMIT];
        memory(rules);
        lanes(rules);
        comparisons(rules);
        integers(rules);
        floats(rules);
        conversions(rules);
        return rules;
    }

    private static void put(@Nullable VectorRule[] rules, int op, How how, Lanes lanes) {
        put(rules, op, how, lanes, lanes, "");
    }

    private static void put(
            @Nullable VectorRule[] rules, int op, How how, Lanes lanes, String operator) {
        put(rules, op, how, lanes, lanes, operator);
    }

    private static void put(
            @Nullable VectorRule[] rules, int op, How how, Lanes in, Lanes out, String operator) {
        rules[op] = new VectorRule(how, in, out, operator);
    }

    private static void memory(@Nullable VectorRule[] rules) {
        put(rules, Op.V128_LOAD, How.LOAD, Lanes.BYTE);
        put(rules, Op.V128_LOAD8_SPLAT, How.LOAD_SPLAT, Lanes.BYTE);
        put(rules, Op.V128_LOAD16_SPLAT, How.LOAD_SPLAT, Lanes.SHORT);
        put(rules, Op.V128_LOAD32_SPLAT, How.LOAD_SPLAT, Lanes.INT);
        put(rules, Op.V128_LOAD64_SPLAT, How.LOAD_SPLAT, Lanes.LONG);
        put(rules, Op.V128_LOAD32_ZERO, How.LOAD_ZERO, Lanes.INT);
        put(rules, Op.V128_LOAD64_ZERO, How.LOAD_ZERO, Lanes.LONG);
        put(rules, Op.V128_LOAD8_LANE, How.LOAD_LANE, Lanes.BYTE);
        put(rules, Op.V128_LOAD16_LANE, How.LOAD_LANE, Lanes.SHORT);
        put(rules, Op.V128_LOAD32_LANE, How.LOAD_LANE, Lanes.INT);
        put(rules, Op.V128_LOAD64_LANE, How.LOAD_LANE, Lanes.LONG);
        put(rules, Op.V128_LOAD8X8_S, How.LOAD_EXTEND, Lanes.BYTE, Lanes.SHORT, "B2S");
        put(rules, Op.V128_LOAD8X8_U, How.LOAD_EXTEND, Lanes.BYTE, Lanes.SHORT, "ZERO_EXTEND_B2S");
        put(rules, Op.V128_LOAD16X4_S, How.LOAD_EXTEND, Lanes.SHORT, Lanes.INT, "S2I");
        put(rules, Op.V128_LOAD16X4_U, How.LOAD_EXTEND, Lanes.SHORT, Lanes.INT, "ZERO_EXTEND_S2I");
        put(rules, Op.V128_LOAD32X2_S, How.LOAD_EXTEND, Lanes.INT, Lanes.LONG, "I2L");
        put(rules, Op.V128_LOAD32X2_U, How.LOAD_EXTEND, Lanes.INT, Lanes.LONG, "ZERO_EXTEND_I2L");
    }

    private static void lanes(@Nullable VectorRule[] rules) {
        put(rules, Op.V128_CONST, How.CONSTANT, Lanes.INT);
        put(rules, Op.I8X16_SHUFFLE, How.SHUFFLE, Lanes.BYTE);
        put(rules, Op.I8X16_SWIZZLE, How.SWIZZLE, Lanes.BYTE);
        put(rules, Op.I8X16_RELAXED_SWIZZLE, How.SWIZZLE, Lanes.BYTE);
        for (var lanes : Lanes.values()) {
            put(rules, Op.I8X16_SPLAT + lanes.ordinal(), How.SPLAT, lanes);
        }
        put(rules, Op.I8X16_EXTRACT_LANE_S, How.EXTRACT, Lanes.BYTE);
        put(rules, Op.I8X16_EXTRACT_LANE_U, How.EXTRACT, Lanes.BYTE, "U");
        put(rules, Op.I8X16_REPLACE_LANE, How.REPLACE, Lanes.BYTE);
        put(rules, Op.I16X8_EXTRACT_LANE_S, How.EXTRACT, Lanes.SHORT);
        put(rules, Op.I16X8_EXTRACT_LANE_U, How.EXTRACT, Lanes.SHORT, "U");
        put(rules, Op.I16X8_REPLACE_LANE, How.REPLACE, Lanes.SHORT);
        int op = Op.I32X4_EXTRACT_LANE;
        for (var lanes : new Lanes[] {Lanes.INT, Lanes.LONG, Lanes.FLOAT, Lanes.DOUBLE}) {
            put(rules, op++, How.EXTRACT, lanes);
            put(rules, op++, How.REPLACE, lanes);
        }
        put(rules, Op.V128_NOT, How.NOT, Lanes.INT, "NOT");
        put(rules, Op.V128_AND, How.BITS, Lanes.INT, "AND");
        put(rules, Op.V128_ANDNOT, How.BITS, Lanes.INT, "AND_NOT");
        put(rules, Op.V128_OR, How.BITS, Lanes.INT, "OR");
        put(rules, Op.V128_XOR, How.BITS, Lanes.INT, "XOR");
        put(rules, Op.V128_BITSELECT, How.BIT_SELECT, Lanes.INT);
        for (int i = Op.I8X16_RELAXED_LANESELECT; i <= Op.I64X2_RELAXED_LANESELECT; i++) {
            put(rules, i, How.BIT_SELECT, Lanes.INT);
        }
        put(rules, Op.V128_ANY_TRUE, How.ANY_TRUE, Lanes.LONG);
    }

    private static void comparisons(@Nullable VectorRule[] rules) {
        int op = Op.I8X16_EQ;
        for (var lanes : new Lanes[] {Lanes.BYTE, Lanes.SHORT, Lanes.INT}) {
            put(rules, op++, How.COMPARE, lanes, "EQ");
            put(rules, op++, How.COMPARE, lanes, "NE");
            for (var order : ORDERS) {
                put(rules, op++, How.COMPARE, lanes, order);
                put(rules, op++, How.COMPARE, lanes, "U" + order);
            }
        }
        for (var lanes : new Lanes[] {Lanes.FLOAT, Lanes.DOUBLE, Lanes.LONG}) {
            op = lanes == Lanes.LONG ? Op.I64X2_EQ : op;
            put(rules, op++, How.COMPARE, lanes, lanes.integral(), "EQ");
            put(rules, op++, How.COMPARE, lanes, lanes.integral(), "NE");
            for (var order : ORDERS) {
                put(rules, op++, How.COMPARE, lanes, lanes.integral(), order);
            }
        }
    }

    /// The integer instructions of a shape are at the same places in their rows.
    private static void integers(@Nullable VectorRule[] rules) {
        int base = Op.I8X16_ABS;
        for (var lanes : new Lanes[] {Lanes.BYTE, Lanes.SHORT, Lanes.INT, Lanes.LONG}) {
            put(rules, base, How.UNARY, lanes, "ABS");
            put(rules, base + 1, How.UNARY, lanes, "NEG");
            put(rules, base + 3, How.ALL_TRUE, lanes);
            put(rules, base + 4, How.BIT_MASK, lanes);
            put(rules, base + 0x0b, How.SHIFT, lanes, "LSHL");
            put(rules, base + 0x0c, How.SHIFT, lanes, "ASHR");
            put(rules, base + 0x0d, How.SHIFT, lanes, "LSHR");
            put(rules, base + 0x0e, How.BINARY, lanes, "ADD");
            put(rules, base + 0x11, How.BINARY, lanes, "SUB");
            if (lanes != Lanes.LONG) {
                put(rules, base + 0x16, How.BINARY, lanes, "MIN");
                put(rules, base + 0x17, How.BINARY, lanes, "UMIN");
                put(rules, base + 0x18, How.BINARY, lanes, "MAX");
                put(rules, base + 0x19, How.BINARY, lanes, "UMAX");
            }
            if (lanes != Lanes.BYTE) {
                put(rules, base + 0x15, How.BINARY, lanes, "MUL");
            }
            if (lanes.width < 32) {
                put(rules, base + 0x0f, How.BINARY, lanes, "SADD");
                put(rules, base + 0x10, How.BINARY, lanes, "SUADD");
                put(rules, base + 0x12, How.BINARY, lanes, "SSUB");
                put(rules, base + 0x13, How.BINARY, lanes, "SUSUB");
            }
            base += 0x20;
        }
        put(rules, Op.I8X16_POPCNT, How.UNARY, Lanes.BYTE, "BIT_COUNT");
        extend(rules, Op.I16X8_EXTEND_LOW_I8X16_S, Op.I16X8_EXTMUL_LOW_I8X16_S, Lanes.BYTE);
        extend(rules, Op.I32X4_EXTEND_LOW_I16X8_S, Op.I32X4_EXTMUL_LOW_I16X8_S, Lanes.SHORT);
        extend(rules, Op.I64X2_EXTEND_LOW_I32X4_S, Op.I64X2_EXTMUL_LOW_I32X4_S, Lanes.INT);
        put(rules, Op.I8X16_NARROW_I16X8_S, How.NARROW, Lanes.SHORT, Lanes.BYTE, "S2B");
        put(rules, Op.I8X16_NARROW_I16X8_U, How.NARROW, Lanes.SHORT, Lanes.BYTE, "S2B");
        put(rules, Op.I16X8_NARROW_I32X4_S, How.NARROW, Lanes.INT, Lanes.SHORT, "I2S");
        put(rules, Op.I16X8_NARROW_I32X4_U, How.NARROW, Lanes.INT, Lanes.SHORT, "I2S");
        put(rules, Op.I16X8_EXTADD_PAIRWISE_I8X16_S, How.PAIRWISE, Lanes.SHORT, "ASHR");
        put(rules, Op.I16X8_EXTADD_PAIRWISE_I8X16_U, How.PAIRWISE, Lanes.SHORT, "LSHR");
        put(rules, Op.I32X4_EXTADD_PAIRWISE_I16X8_S, How.PAIRWISE, Lanes.INT, "ASHR");
        put(rules, Op.I32X4_EXTADD_PAIRWISE_I16X8_U, How.PAIRWISE, Lanes.INT, "LSHR");
        put(rules, Op.I32X4_DOT_I16X8_S, How.DOT, Lanes.INT);
    }

    private static void extend(@Nullable VectorRule[] rules, int op, int multiply, Lanes from) {
        var to = Lanes.values()[from.ordinal() + 1];
        var signed = "" + from.name().charAt(0) + '2' + to.name().charAt(0);
        var unsigned = "ZERO_EXTEND_" + signed;
        put(rules, op, How.EXTEND_LOW, from, to, signed);
        put(rules, op + 1, How.EXTEND_HIGH, from, to, signed);
        put(rules, op + 2, How.EXTEND_LOW, from, to, unsigned);
        put(rules, op + 3, How.EXTEND_HIGH, from, to, unsigned);
        put(rules, multiply, How.MULTIPLY_LOW, from, to, signed);
        put(rules, multiply + 1, How.MULTIPLY_HIGH, from, to, signed);
        put(rules, multiply + 2, How.MULTIPLY_LOW, from, to, unsigned);
        put(rules, multiply + 3, How.MULTIPLY_HIGH, from, to, unsigned);
    }

    private static void floats(@Nullable VectorRule[] rules) {
        int base = Op.F32X4_ABS;
        for (var lanes : new Lanes[] {Lanes.FLOAT, Lanes.DOUBLE}) {
            put(rules, base, How.UNARY, lanes, "ABS");
            put(rules, base + 1, How.UNARY, lanes, "NEG");
            put(rules, base + 3, How.UNARY, lanes, "SQRT");
            put(rules, base + 4, How.BINARY, lanes, "ADD");
            put(rules, base + 5, How.BINARY, lanes, "SUB");
            put(rules, base + 6, How.BINARY, lanes, "MUL");
            put(rules, base + 7, How.BINARY, lanes, "DIV");
            put(rules, base + 8, How.EXTREME, lanes, "MIN");
            put(rules, base + 9, How.EXTREME, lanes, "MAX");
            put(rules, base + 10, How.PSEUDO, lanes, "LT");
            put(rules, base + 11, How.PSEUDO, lanes, "GT");
            base = Op.F64X2_ABS;
        }
        put(rules, Op.F32X4_RELAXED_MIN, How.EXTREME, Lanes.FLOAT, "MIN");
        put(rules, Op.F32X4_RELAXED_MAX, How.EXTREME, Lanes.FLOAT, "MAX");
        put(rules, Op.F64X2_RELAXED_MIN, How.EXTREME, Lanes.DOUBLE, "MIN");
        put(rules, Op.F64X2_RELAXED_MAX, How.EXTREME, Lanes.DOUBLE, "MAX");
        put(rules, Op.F32X4_RELAXED_MADD, How.MULTIPLY_ADD, Lanes.FLOAT);
        put(rules, Op.F32X4_RELAXED_NMADD, How.MULTIPLY_ADD, Lanes.FLOAT, "NEG");
        put(rules, Op.F64X2_RELAXED_MADD, How.MULTIPLY_ADD, Lanes.DOUBLE);
        put(rules, Op.F64X2_RELAXED_NMADD, How.MULTIPLY_ADD, Lanes.DOUBLE, "NEG");
    }

    private static void conversions(@Nullable VectorRule[] rules) {
        put(rules, Op.F32X4_CONVERT_I32X4_S, How.CONVERT, Lanes.INT, Lanes.FLOAT, "I2F");
        put(rules, Op.I32X4_TRUNC_SAT_F32X4_S, How.CONVERT, Lanes.FLOAT, Lanes.INT, "F2I");
        put(rules, Op.I32X4_RELAXED_TRUNC_F32X4_S, How.CONVERT, Lanes.FLOAT, Lanes.INT, "F2I");
        put(rules, Op.F64X2_CONVERT_LOW_I32X4_S, How.CONVERT, Lanes.INT, Lanes.DOUBLE, "I2D");
        put(rules, Op.F64X2_PROMOTE_LOW_F32X4, How.CONVERT, Lanes.FLOAT, Lanes.DOUBLE, "F2D");
        put(rules, Op.F32X4_DEMOTE_F64X2_ZERO, How.CONVERT, Lanes.DOUBLE, Lanes.FLOAT, "D2F");
    }
}
