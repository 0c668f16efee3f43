package dev.weir.wasm;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Vector instructions give the same in the interpreter and compiled, with the Vector API and
/// without, also when HotSpot has made machine code of them.
class SimdTest {
    private static final int INPUTS = 64;
    private static final int OUTPUT = 16_384;

    /// How often the loop over the inputs runs: HotSpot's second compiler begins at some 15,000
    /// turns.
    private static final int ROUNDS = 300;

    @Test
    void theModuleIsThere() {
        assertThat(Engine.create(Engine.Mode.COMPILED).vectors).isTrue();
    }

    @Test
    void everyInstructionGivesTheSameInBothTiers() {
        var random = new Random(5);
        int count = 0;
        for (int op = Op.V128_LOAD; op <= Op.I32X4_RELAXED_DOT_I8X16_I7X16_ADD_S; op++) {
            if (!Opcodes.exists(op) || op == Op.V128_CONST) {
                continue;
            }
            for (var immediates : immediates(op, random)) {
                check(op, immediates, input(random));
            }
            count++;
        }
        assertThat(count).isGreaterThan(240);
    }

    private static List<String> immediates(int op, Random random) {
        var name = Opcodes.name(op);
        if (name.equals("i8x16.shuffle")) {
            return List.of(
                    " 4 5 6 7 8 9 10 11 12 13 14 15 0 1 2 3",
                    " 4 5 6 7 24 25 26 27 12 13 14 15 16 17 18 19",
                    " 16 17 18 19 20 21 22 23 24 25 26 27 31 30 29 28",
                    " 3 31 7 0 1 2 16 30 5 6 5 6 12 13 19 20");
        }
        if (name.contains("_lane") && !name.contains("laneselect")) {
            int lanes =
                    switch (name.replaceAll("[^0-9]", " ").trim().split(" ")[0]) {
                        case "8" -> 16;
                        case "16" -> 8;
                        case "32" -> 4;
                        case "64" -> 2;
                        default -> 16 >> Opcodes.align(op);
                    };
            return List.of(" " + random.nextInt(lanes), " " + (lanes - 1));
        }
        return List.of("");
    }

    private static void check(int op, String immediates, byte[] input) {
        var text = guest(op, immediates);
        var expected = run(Engine.create(Engine.Mode.INTERPRETED), text, input, 1, op);
        var plain = Engine.create(Engine.Mode.COMPILED, 6_500, false);
        assertThat(run(plain, text, input, 1, op))
                .as("%s as two longs", Opcodes.name(op))
                .isEqualTo(expected);
        assertThat(run(Engine.create(Engine.Mode.COMPILED), text, input, ROUNDS, op))
                .as("%s with the Vector API", Opcodes.name(op))
                .isEqualTo(expected);
    }

    /// A loop that applies the instruction to what is in memory, and stores what it gives.
    private static String guest(int op, String immediates) {
        var before = Opcodes.before(op);
        var call = new StringBuilder("(" + Opcodes.name(op) + immediates);
        int place = 0;
        for (int type : before) {
            boolean address = type == Opcodes.ADDRESS;
            call.append(
                    switch (type) {
                        case Types.V128 -> " (v128.load offset=" + place + " (local.get $i))";
                        case Types.I64 -> " (i64.load offset=" + place + " (local.get $i))";
                        case Types.F32 -> " (f32.load offset=" + place + " (local.get $i))";
                        case Types.F64 -> " (f64.load offset=" + place + " (local.get $i))";
                        default ->
                                address
                                        ? " (i32.add (local.get $i) (i32.const "
                                                + (Opcodes.after(op).length == 0 ? OUTPUT : 3)
                                                + "))"
                                        : " (i32.load offset=" + place + " (local.get $i))";
                    });
            place += 16;
        }
        call.append(')');
        var after = Opcodes.after(op);
        var store =
                after.length == 0
                        ? call.toString()
                        : "("
                                + switch (after[0]) {
                                    case Types.V128 -> "v128.store";
                                    case Types.I64 -> "i64.store";
                                    case Types.F32 -> "f32.store";
                                    case Types.F64 -> "f64.store";
                                    default -> "i32.store";
                                }
                                + " offset="
                                + OUTPUT
                                + " (local.get $i) "
                                + call
                                + ")";
        return "(module (memory (export \"memory\") 1) (func (export \"run\") (local $i i32) (loop $l "
                + store
                + " (local.set $i (i32.add (local.get $i) (i32.const 64)))"
                + " (br_if $l (i32.lt_u (local.get $i) (i32.const "
                + INPUTS * 64
                + "))))))";
    }

    private static List<String> run(Engine engine, String text, byte[] input, int rounds, int op) {
        var instance =
                Instance.of(Store.of(engine, Limits.DEFAULT), Module.parseText(engine, text));
        var memory = instance.memory("memory");
        memory.write(0, input);
        var run = instance.func("run");
        for (int i = 0; i < rounds; i++) {
            run.call();
        }
        return results(ByteBuffer.wrap(memory.read(OUTPUT, INPUTS * 64)), Opcodes.name(op));
    }

    /// The lanes; of a NaN only that it is one, as its bits are free.
    private static List<String> results(ByteBuffer bytes, String name) {
        bytes.order(ByteOrder.LITTLE_ENDIAN);
        var found = new ArrayList<String>();
        boolean compares = name.matches(".*\\.(eq|ne|lt|gt|le|ge)");
        while (bytes.hasRemaining()) {
            if (name.startsWith("f32x4") && !compares) {
                float value = bytes.getFloat();
                found.add(value + (value == 0 ? "" + 1 / value : ""));
            } else if (name.startsWith("f64x2") && !compares) {
                double value = bytes.getDouble();
                found.add(value + (value == 0 ? "" + 1 / value : ""));
            } else {
                found.add(Integer.toHexString(bytes.getInt()));
            }
        }
        return found;
    }

    /// Bytes, small numbers, floats of all kinds, and lanes that are equal.
    private static byte[] input(Random random) {
        var bytes = ByteBuffer.allocate(INPUTS * 64 + 64).order(ByteOrder.LITTLE_ENDIAN);
        float[] floats = {
            0, -0f, 1.5f, -2.5f, Float.NaN, Float.POSITIVE_INFINITY, -3e9f, 1e20f, 0.5f, 5e-39f
        };
        for (int row = 0; row < INPUTS; row++) {
            for (int i = 0; i < 8; i++) {
                switch (row % 4) {
                    case 0 -> bytes.putLong(random.nextLong());
                    case 1 -> bytes.putLong(random.nextInt(5) - 2);
                    case 2 ->
                            bytes.putFloat(floats[random.nextInt(floats.length)])
                                    .putFloat(floats[random.nextInt(floats.length)]);
                    default -> bytes.putDouble(floats[random.nextInt(floats.length)]);
                }
            }
        }
        return bytes.array();
    }

    /// Vectors that cross calls, globals, branches and cuts, and are chosen from.
    @Test
    void vectorsGoEverywhere() {
        var text =
                """
                (module
                  (global $g (mut v128) (v128.const i64x2 3 4))
                  (type $f (func (param v128 i32 v128) (result i32 v128 v128)))
                  (type $box (struct (field (mut v128)) (field i32)))
                  (table funcref (elem $swap))
                  (tag $e (param v128 i32))
                  (func $swap (type $f) (local.get 1) (local.get 2)
                    (f32x4.add (local.get 0) (v128.const f32x4 1 2 3 4)))
                  (func $throw (param v128) (throw $e (local.get 0) (i32.const 9)))
                  (func $sum (param v128) (param i32) (result v128)
                    (if (result v128) (local.get 1)
                      (then (return_call $sum
                        (i64x2.add (local.get 0) (global.get $g)) (i32.sub (local.get 1) (i32.const 1))))
                      (else (local.get 0))))
                  (func (export "run") (param $n i32) (result i64 i64) (local $v v128) (local $f v128)
                    (local $b (ref null $box))
                    (local.set $b (struct.new $box (v128.const i32x4 1 2 3 4) (i32.const 1)))
                    (local.get $v)
                    (loop $l (param v128) (result v128)
                      (local.set $v)
                      (call_indirect (type $f) (local.get $v) (i32.const 2)
                        (select (local.get $f) (i32x4.splat (local.get $n))
                          (i32.and (local.get $n) (i32.const 1))) (i32.const 0))
                      (local.set $f) (local.set $v) (drop)
                      (global.set $g (i8x16.sub (global.get $g) (local.get $f)))
                      (struct.set $box 0 (local.get $b)
                        (v128.xor (struct.get $box 0 (local.get $b)) (local.get $v)))
                      (block $h (result v128 i32)
                        (try_table (catch $e $h) (call $throw (local.get $v)))
                        (unreachable))
                      (drop)
                      (i64x2.add (local.get $f))
                      (br_if $l (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
                    (local.set $v (call $sum (i32.const 5)))
                    (local.set $v (i8x16.add (local.get $v) (struct.get $box 0 (local.get $b))))
                    (i64x2.extract_lane 0 (local.get $v)) (i64x2.extract_lane 1 (local.get $v))))
                """;
        var expected = called(Engine.create(Engine.Mode.INTERPRETED), text);
        assertThat(called(Engine.create(Engine.Mode.COMPILED), text)).isEqualTo(expected);
        assertThat(called(Engine.create(Engine.Mode.TIERED), text)).isEqualTo(expected);
        assertThat(called(Engine.create(Engine.Mode.COMPILED, 60), text)).isEqualTo(expected);
        assertThat(called(Engine.create(Engine.Mode.COMPILED, 6_500, false), text))
                .isEqualTo(expected);
    }

    private static Object called(Engine engine, String text) {
        var instance =
                Instance.of(Store.of(engine, Limits.DEFAULT), Module.parseText(engine, text));
        return instance.func("run").call(50_000);
    }
}
