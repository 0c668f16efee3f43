package dev.weir.wasm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.List;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Functions give the same whether they are interpreted, compiled, or change over while they run.
class TierTest {
    private static final String LONG_LOOPS =
            """
            (module $m
              (tag $e (param i32))
              (memory 1)
              (global $g (mut i64) (i64.const 0))
              (func $sum (export "sum") (param $n i32) (result i64) (local $s i64)
                (i64.const 1000)
                (loop $l
                  (local.set $s (i64.add (local.get $s) (i64.extend_i32_u (local.get $n))))
                  (i64.store (i32.const 8) (local.get $s))
                  (br_if $l (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
                (i64.add (local.get $s)))
              (func (export "both") (param $n i32) (result i32 i64 f32) (local $i i32)
                (loop $l
                  (global.set $g (i64.add (global.get $g) (i64.const 2)))
                  (local.set $i (i32.add (local.get $i) (i32.const 1)))
                  (br_if $l (i32.lt_u (local.get $i) (local.get $n))))
                (local.get $i) (global.get $g) (f32.const 1.5))
              (func $thrower (param i32)
                (if (i32.eqz (local.get 0)) (then (throw $e (i32.const 7)))))
              (func (export "caught") (param $n i32) (result i32)
                (block $h (result i32)
                  (try_table (catch $e $h)
                    (loop $l
                      (call $thrower (local.tee $n (i32.sub (local.get $n) (i32.const 1))))
                      (br $l)))
                  (unreachable)))
              (func $away (export "away") (param $n i32) (result i32)
                (loop $l
                  (call $thrower (local.tee $n (i32.sub (local.get $n) (i32.const 1))))
                  (br $l))
                (unreachable))
              (func (export "outer") (param $n i32) (result i32)
                (block $h (result i32)
                  (try_table (result i32) (catch $e $h) (call $away (local.get $n)))))
              (func $last (export "tail") (param $n i32) (param $m i32) (result i32)
                (if (i32.eqz (local.get $m)) (then (return (local.get $n))))
                (loop $l
                  (br_if $l (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
                (return_call $last (i32.const 300000) (i32.sub (local.get $m) (i32.const 1))))
              (func (export "out") (param $n i32)
                (loop $l
                  (i32.store8 (local.get $n) (i32.const 1))
                  (local.set $n (i32.add (local.get $n) (i32.const 1)))
                  (br $l))))
            """;

    @ParameterizedTest
    @EnumSource
    @Timeout(60)
    void loopsGoOnWhereTheyAre(Engine.Mode mode) {
        for (int bytes : new int[] {60, 6_500}) {
            var engine = Engine.create(mode, bytes);
            var instance =
                    Instance.of(
                            Store.of(engine, Limits.DEFAULT), Module.parseText(engine, LONG_LOOPS));
            assertThat(instance.func("sum").call(400_000)).containsExactly(80_000_201_000L);
            assertThat(instance.func("both").call(300_000))
                    .containsExactly(300_000, 600_000L, 1.5f);
            assertThat(instance.func("caught").call(300_000)).containsExactly(7);
            assertThat(instance.func("outer").call(300_000)).containsExactly(7);
            assertThat(instance.func("tail").call(300_000, 3)).containsExactly(300_000);
            var trap =
                    catchThrowableOfType(
                            TrapException.class, () -> instance.func("out").call(-200_000));
            assertThat(trap.code()).isEqualTo(TrapException.Code.MEMORY_BOUNDS);
            trap = catchThrowableOfType(TrapException.class, () -> instance.func("out").call(0));
            assertThat(trap.code()).isEqualTo(TrapException.Code.MEMORY_BOUNDS);
            assertThat(trap.guestTrace()).containsExactly("m.func[7]");
        }
    }

    @Test
    void aFunctionThatIsCalledOftenIsCompiled() {
        var engine = Engine.create(Engine.Mode.TIERED);
        var instance =
                Instance.of(
                        Store.of(engine, Limits.DEFAULT),
                        Module.parseText(
                                engine,
                                "(module (func (export \"f\") (param i32) (result i32)"
                                        + " (i32.add (local.get 0) (i32.const 1))))"));
        var function = instance.func("f");
        for (int i = 0; i < 2_000; i++) {
            assertThat(function.call(i)).containsExactly(i + 1);
        }
        assertThat(function.entry).isNotNull();
    }

    /// A function that grows with its arms to more than 64 KiB of bytecode: a table of branches,
    /// loops, and sums with operands under them.
    private static String huge(int arms) {
        var text = new StringBuilder("(module (memory 1) (func (export \"f\") (param i32 i64)");
        text.append(" (result i64) (local $x i64) (local.set $x (local.get 1))\n(i64.const 5)\n");
        text.append("(block $out\n");
        for (int i = 0; i < arms; i++) {
            text.append("(block $b").append(i).append('\n');
        }
        text.append("(br_table");
        for (int i = arms - 1; i >= 0; i--) {
            text.append(" $b").append(i);
        }
        text.append(" (local.get 0))\n");
        for (int i = arms - 1; i >= 0; i--) {
            text.append(")\n(local.set $x (i64.add (i64.mul (local.get $x) (i64.const ")
                    .append(i * 2_000_003L + 1)
                    .append(")) (i64.const ")
                    .append(i)
                    .append(")))\n(i64.store (i32.const ")
                    .append(i * 8)
                    .append(") (local.get $x))\n(loop $l")
                    .append(i)
                    .append(" (local.set $x (i64.xor (local.get $x) (i64.load (i32.const 16)))) ")
                    .append("(br_if $l")
                    .append(i)
                    .append(" (i64.eq (i64.and (local.get $x) (i64.const 7)) (i64.const 3))))\n")
                    .append(i % 7 == 3 ? "(br_if $out (i64.eqz (local.get $x)))\n" : "");
        }
        return text.append(") (i64.add (local.get $x))))").toString();
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 300, 980})
    @Timeout(120)
    void functionsOfAnySizeAreCompiled(int arms) {
        var expected = run(Engine.create(Engine.Mode.INTERPRETED), arms);
        assertThat(run(Engine.create(Engine.Mode.COMPILED), arms)).isEqualTo(expected);
        assertThat(run(Engine.create(Engine.Mode.TIERED), arms)).isEqualTo(expected);
    }

    private static List<Object> run(Engine engine, int arms) {
        var instance =
                Instance.of(Store.of(engine, Limits.DEFAULT), Module.parseText(engine, huge(arms)));
        var results = new java.util.ArrayList<Object>();
        for (int choice : new int[] {0, 1, arms / 2, arms - 1, arms, -1}) {
            results.addAll(instance.func("f").call(choice, 123456789L));
        }
        return results;
    }

    @ParameterizedTest
    @EnumSource
    void aFunctionThatMayEndWithATailCallIsNamedOnce(Engine.Mode mode) {
        var engine = Engine.create(mode);
        var instance =
                Instance.of(
                        Store.of(engine, Limits.DEFAULT),
                        Module.parseText(
                                engine,
                                """
                                (module
                                  (func $stop unreachable)
                                  (func $maybe (param i32)
                                    (if (local.get 0) (then unreachable)) (return_call $stop))
                                  (func $call (export "call") (param i32)
                                    (call $maybe (local.get 0)) (nop)))
                                """));
        var call = instance.func("call");
        assertThat(catchThrowableOfType(TrapException.class, () -> call.call(1)).guestTrace())
                .containsExactly("maybe", "call");
        assertThat(catchThrowableOfType(TrapException.class, () -> call.call(0)).guestTrace())
                .containsExactly("stop", "call");
    }

    /// A module of three units: functions that call each other across, between two that are long.
    @ParameterizedTest
    @EnumSource
    void unitsCallEachOther(Engine.Mode mode) {
        var steps = "(local.set 0 (i32.add (i32.mul (local.get 0) (i32.const 3)) (i32.const 1)))";
        var padding = "(func (param i32)" + steps.repeat(300) + ")";
        var engine = Engine.create(mode, 60);
        var module =
                Module.parseText(
                        engine,
                        """
                        (module
                          (memory 1)
                          (func $even (export "even") (param i32) (result i32)
                            (if (i32.eqz (local.get 0)) (then (return (i32.const 1))))
                            (call $odd (i32.sub (local.get 0) (i32.const 1))))
                          %s
                          (func $odd (export "odd") (param i32) (result i32)
                            (if (i32.eqz (local.get 0)) (then (return (i32.const 0))))
                            (call $even (i32.sub (local.get 0) (i32.const 1))))
                          %s
                          (func $two (param i32 i64) (result i64 f64)
                            (i64.mul (local.get 1) (i64.const 2)) (f64.convert_i32_s (local.get 0)))
                          (func $peek (export "peek") (param i32) (result i32)
                            (if (i32.eqz (local.get 0)) (then (return (i32.load (i32.const -4)))))
                            (call $deep (i32.sub (local.get 0) (i32.const 1))))
                          %s
                          (func $deep (param i32) (result i32) (call $peek (local.get 0)))
                          (func (export "both") (param i32 i64) (result i64 f64)
                            (call $two (local.get 0) (local.get 1))))
                        """
                                .formatted(padding, padding, padding));
        // The second instance finds what the first one had compiled.
        for (int i = 0; i < 2; i++) {
            var instance = Instance.of(Store.of(engine, Limits.DEFAULT), module);
            for (int n = 0; n < 1_500; n++) {
                assertThat(instance.func("even").call(n % 70)).containsExactly(n % 70 % 2 ^ 1);
                assertThat(instance.func("odd").call(n % 70)).containsExactly(n % 70 % 2);
                assertThat(instance.func("both").call(n, 21L)).containsExactly(42L, (double) n);
            }
            var trap =
                    catchThrowableOfType(TrapException.class, () -> instance.func("peek").call(2));
            assertThat(trap.code()).isEqualTo(TrapException.Code.MEMORY_BOUNDS);
            assertThat(trap.guestTrace()).containsExactly("peek", "deep", "peek", "deep", "peek");
        }
    }

    /// HotSpot stops making stack traces for exceptions that a method throws often; traps have the
    /// guest's all the same.
    @ParameterizedTest
    @ValueSource(strings = {"load", "divide", "struct", "array"})
    void trapsThatHappenOftenSayWhere(String function) throws Exception {
        var text =
                """
                (module $m
                  (memory 1)
                  (type $s (struct (field i32)))
                  (type $a (array (mut i32)))
                  (global $some (ref $a) (array.new $a (i32.const 1) (i32.const 2)))
                  (func $load (param i32) (result i32) (i32.load (local.get 0)))
                  (func $divide (param i32) (result i32)
                    (i32.div_s (local.get 0) (i32.add (local.get 0) (i32.const 1))))
                  (func $struct (param i32) (result i32) (struct.get $s 0 (ref.null $s)))
                  (func $array (param i32) (result i32)
                    (array.get $a (global.get $some) (local.get 0)))
                """
                        + "(func $outer (export \"outer\") (param i32) (result i32) (call $"
                        + function
                        + " (local.get 0))))";
        var expected = trap(Engine.Mode.INTERPRETED, text);
        assertThat(expected.guestTrace()).containsExactly("m." + function, "m.outer");
        var engine = Engine.create(Engine.Mode.COMPILED);
        var outer =
                Instance.of(Store.of(engine, Limits.DEFAULT), Module.parseText(engine, text))
                        .func("outer");
        // On a stack of its own, which is short, as each trap walks through it.
        try (var runner = Executors.newSingleThreadExecutor()) {
            var last =
                    runner.submit(() -> {
                        for (int i = 0; i < 12_000; i++) {
                            trap(outer);
                        }
                        return trap(outer);
                    });
            assertThat(last.get().code()).isEqualTo(expected.code());
            assertThat(last.get().guestTrace()).isEqualTo(expected.guestTrace());
        }
    }

    private static TrapException trap(Func function) {
        try {
            throw new AssertionError(function.call(-1));
        } catch (TrapException e) {
            return e;
        }
    }

    private static TrapException trap(Engine.Mode mode, String text) {
        var engine = Engine.create(mode);
        var instance =
                Instance.of(Store.of(engine, Limits.DEFAULT), Module.parseText(engine, text));
        return trap(instance.func("outer"));
    }
}
