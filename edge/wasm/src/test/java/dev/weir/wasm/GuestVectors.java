package dev.weir.wasm;

import java.util.List;

/// The vectors of the modules that [GuestMaker] makes.
final class GuestVectors {
    private static final List<String> SHAPES =
            List.of("i8x16", "i16x8", "i32x4", "i64x2", "f32x4", "f64x2");

    private static final String[] BINARY =
            """
            i8x16.add i8x16.sub i8x16.add_sat_s i8x16.add_sat_u i8x16.sub_sat_s i8x16.sub_sat_u
            i8x16.min_s i8x16.min_u i8x16.max_s i8x16.max_u i8x16.avgr_u i8x16.swizzle i8x16.eq
            i8x16.ne i8x16.lt_s i8x16.lt_u i8x16.gt_s i8x16.gt_u i8x16.le_s i8x16.le_u i8x16.ge_s
            i8x16.ge_u i8x16.narrow_i16x8_s i8x16.narrow_i16x8_u i16x8.add i16x8.sub i16x8.mul
            i16x8.add_sat_s i16x8.add_sat_u i16x8.sub_sat_s i16x8.sub_sat_u i16x8.min_s i16x8.min_u
            i16x8.max_s i16x8.max_u i16x8.avgr_u i16x8.q15mulr_sat_s i16x8.eq i16x8.ne i16x8.lt_s
            i16x8.lt_u i16x8.gt_s i16x8.gt_u i16x8.le_s i16x8.le_u i16x8.ge_s i16x8.ge_u
            i16x8.narrow_i32x4_s i16x8.narrow_i32x4_u i16x8.extmul_low_i8x16_s
            i16x8.extmul_high_i8x16_s i16x8.extmul_low_i8x16_u i16x8.extmul_high_i8x16_u i32x4.add
            i32x4.sub i32x4.mul i32x4.min_s i32x4.min_u i32x4.max_s i32x4.max_u i32x4.dot_i16x8_s
            i32x4.eq i32x4.ne i32x4.lt_s i32x4.lt_u i32x4.gt_s i32x4.gt_u i32x4.le_s i32x4.le_u
            i32x4.ge_s i32x4.ge_u i32x4.extmul_low_i16x8_s i32x4.extmul_high_i16x8_s
            i32x4.extmul_low_i16x8_u i32x4.extmul_high_i16x8_u i64x2.add i64x2.sub i64x2.mul i64x2.eq
            i64x2.ne i64x2.lt_s i64x2.gt_s i64x2.le_s i64x2.ge_s i64x2.extmul_low_i32x4_s
            i64x2.extmul_high_i32x4_s i64x2.extmul_low_i32x4_u i64x2.extmul_high_i32x4_u v128.and
            v128.or v128.xor v128.andnot f32x4.eq f32x4.ne f32x4.lt f32x4.gt f32x4.le f32x4.ge
            f64x2.eq f64x2.ne f64x2.lt f64x2.gt f64x2.le f64x2.ge
            """
                    .trim()
                    .split("\\s+");

    private static final String[] UNARY =
            """
            i8x16.abs i8x16.neg i8x16.popcnt i16x8.abs i16x8.neg i16x8.extadd_pairwise_i8x16_s
            i16x8.extadd_pairwise_i8x16_u i16x8.extend_low_i8x16_s i16x8.extend_high_i8x16_s
            i16x8.extend_low_i8x16_u i16x8.extend_high_i8x16_u i32x4.abs i32x4.neg
            i32x4.extadd_pairwise_i16x8_s i32x4.extadd_pairwise_i16x8_u i32x4.extend_low_i16x8_s
            i32x4.extend_high_i16x8_s i32x4.extend_low_i16x8_u i32x4.extend_high_i16x8_u i64x2.abs
            i64x2.neg i64x2.extend_low_i32x4_s i64x2.extend_high_i32x4_s i64x2.extend_low_i32x4_u
            i64x2.extend_high_i32x4_u v128.not i32x4.trunc_sat_f32x4_s i32x4.trunc_sat_f32x4_u
            i32x4.trunc_sat_f64x2_s_zero i32x4.trunc_sat_f64x2_u_zero
            """
                    .trim()
                    .split("\\s+");

    private static final String[] FLOAT_BINARY = {
        "add", "sub", "mul", "div", "min", "max", "pmin", "pmax"
    };

    private static final String[] FLOAT_UNARY = {
        "abs", "neg", "sqrt", "ceil", "floor", "trunc", "nearest"
    };

    private static final String[] RELAXED = {
        "i8x16.relaxed_swizzle", "i16x8.relaxed_q15mulr_s", "i16x8.relaxed_dot_i8x16_i7x16_s"
    };

    private final GuestMaker maker;

    GuestVectors(GuestMaker maker) {
        this.maker = maker;
    }

    void statement(int depth) {
        switch (maker.random.nextInt(4)) {
            case 0 -> {
                maker.text.append("(global.set $gv ");
                maker.expression("v128", depth);
                maker.text.append(')');
            }
            case 1 -> {
                maker.text.append("(v128.store");
                maker.address(depth);
                maker.expression("v128", depth - 1);
                maker.text.append(')');
            }
            case 2 -> {
                int size = 3 + maker.random.nextInt(4);
                maker.text.append("(v128.store" + (1 << size) + "_lane");
                maker.address(depth, lane(128 >> size));
                maker.expression("v128", depth - 1);
                maker.text.append(')');
            }
            default -> {
                maker.text.append("(local.set $v128" + maker.random.nextInt(3) + ' ');
                maker.expression("v128", depth);
                maker.text.append(')');
            }
        }
    }

    private String lane(int lanes) {
        return " " + maker.random.nextInt(lanes);
    }

    /// A number that is in or about a vector.
    void number(String type, int depth) {
        var text = maker.text;
        switch (type) {
            case "i64" -> text.append("(i64x2.extract_lane" + lane(2) + ' ');
            case "f32" ->
                    text.append("(select (local.tee $nf32 (f32x4.extract_lane" + lane(4) + ' ');
            case "f64" ->
                    text.append("(select (local.tee $nf64 (f64x2.extract_lane" + lane(2) + ' ');
            default -> {
                switch (maker.random.nextInt(6)) {
                    case 0 -> text.append("(v128.any_true ");
                    case 1 -> text.append('(' + shape(4) + ".all_true ");
                    case 2 -> text.append('(' + shape(4) + ".bitmask ");
                    case 3 ->
                            text.append(
                                    "(i8x16.extract_lane"
                                            + maker.pick("_s", "_u")
                                            + lane(16)
                                            + ' ');
                    case 4 ->
                            text.append(
                                    "(i16x8.extract_lane" + maker.pick("_s", "_u") + lane(8) + ' ');
                    default -> text.append("(i32x4.extract_lane" + lane(4) + ' ');
                }
            }
        }
        maker.expression("v128", depth - 1);
        text.append(')');
        if (type.startsWith("f")) {
            maker.canonical(type);
        }
    }

    private String shape(int of) {
        return SHAPES.get(maker.random.nextInt(of));
    }

    void expression(int depth) {
        var text = maker.text;
        if (depth <= 0) {
            leaf();
            return;
        }
        switch (maker.random.nextInt(16)) {
            case 0 -> leaf();
            case 1 -> splat(depth);
            case 2 -> {
                text.append("(v128.bitselect ");
                vectors(3, depth);
            }
            case 3 -> {
                text.append('(' + shape(4) + maker.pick(".shl ", ".shr_s ", ".shr_u "));
                maker.expression("v128", depth - 1);
                maker.expression("i32", depth - 1);
                text.append(')');
            }
            case 4, 5, 6 -> floats(depth);
            case 7 -> {
                text.append("(i8x16.shuffle");
                for (int i = 0; i < 16; i++) {
                    text.append(lane(32));
                }
                text.append(' ');
                vectors(2, depth);
            }
            case 8 -> replace(depth);
            case 9 -> load(depth);
            case 10 -> {
                text.append("(local.tee $v128" + maker.random.nextInt(3) + ' ');
                vectors(1, depth);
            }
            case 11 -> maker.select("v128", depth);
            case 12 -> maker.oneResult("v128", depth);
            case 13 -> {
                text.append('(' + maker.pick(UNARY) + ' ');
                vectors(1, depth);
            }
            default -> {
                boolean relaxed =
                        maker.has(GuestMaker.Feature.RELAXED_SIMD) && maker.random.nextInt(9) == 0;
                text.append('(' + maker.pick(relaxed ? RELAXED : BINARY) + ' ');
                vectors(2, depth);
            }
        }
    }

    private void vectors(int count, int depth) {
        for (int i = 0; i < count; i++) {
            maker.expression("v128", depth - 1);
        }
        maker.text.append(')');
    }

    private void leaf() {
        var random = maker.random;
        switch (random.nextInt(4)) {
            case 0 -> maker.text.append("(global.get $gv)");
            case 1 ->
                    maker.text.append(
                            "(v128.const i64x2 "
                                    + random.nextLong()
                                    + ' '
                                    + random.nextInt(9)
                                    + ')');
            default -> maker.text.append("(local.get $v128" + random.nextInt(3) + ')');
        }
    }

    private static String of(String shape) {
        return switch (shape) {
            case "i8x16", "i16x8", "i32x4" -> "i32";
            case "i64x2" -> "i64";
            case "f32x4" -> "f32";
            default -> "f64";
        };
    }

    private void splat(int depth) {
        var shape = shape(6);
        maker.text.append('(' + shape + ".splat ");
        maker.expression(of(shape), depth - 1);
        maker.text.append(')');
    }

    private void replace(int depth) {
        var shape = shape(6);
        int lanes = Integer.parseInt(shape.substring(shape.indexOf('x') + 1));
        maker.text.append('(' + shape + ".replace_lane" + lane(lanes) + ' ');
        maker.expression("v128", depth - 1);
        maker.expression(of(shape), depth - 1);
        maker.text.append(')');
    }

    private void load(int depth) {
        int size = 3 + maker.random.nextInt(4);
        boolean lanes = maker.random.nextInt(4) == 0;
        maker.text.append("(v128.load");
        if (lanes) {
            maker.text.append((1 << size) + "_lane");
            maker.address(depth, lane(128 >> size));
            maker.expression("v128", depth - 1);
        } else {
            maker.text.append(
                    maker.pick(
                            "",
                            "8_splat",
                            "16_splat",
                            "32_splat",
                            "64_splat",
                            "8x8_s",
                            "8x8_u",
                            "16x4_s",
                            "16x4_u",
                            "32x2_s",
                            "32x2_u",
                            "32_zero",
                            "64_zero"));
            maker.address(depth);
        }
        maker.text.append(')');
    }

    /// What has floats as results: its NaNs are made canonical.
    private void floats(int depth) {
        var text = maker.text;
        var shape = maker.pick("f32x4", "f64x2");
        text.append("(v128.bitselect (local.tee $nv128 (" + shape + '.');
        switch (maker.random.nextInt(4)) {
            case 0 -> {
                text.append(maker.pick(FLOAT_UNARY)).append(' ');
                vectors(1, depth);
            }
            case 1 -> {
                text.append(
                        shape.equals("f32x4")
                                ? maker.pick(
                                        "convert_i32x4_s ",
                                        "convert_i32x4_u ",
                                        "demote_f64x2_zero ")
                                : maker.pick(
                                        "promote_low_f32x4 ",
                                        "convert_low_i32x4_s ",
                                        "convert_low_i32x4_u "));
                vectors(1, depth);
            }
            default -> {
                text.append(maker.pick(FLOAT_BINARY)).append(' ');
                vectors(2, depth);
            }
        }
        var again = "(local.get $nv128)";
        text.append(") (" + shape + ".splat (" + of(shape) + ".const nan)) (");
        text.append(shape + ".eq " + again + again + "))");
    }
}
