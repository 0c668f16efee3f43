package dev.weir.wasm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.Comparator;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.function.IntBinaryOperator;
import java.util.function.IntUnaryOperator;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Host functions with signatures of their own, called from both tiers.
class HostCallTest {
    private static final String GUEST =
            """
            (module
              (import "host" "add" (func $add (param i32 i32) (result i32)))
              (import "host" "half" (func $half (param f64) (result f64)))
              (import "host" "same" (func $same (param externref) (result externref)))
              (import "host" "mix" (func $mix (param i64 f32 i32 externref)))
              (import "host" "back" (func $back (param i32) (result i32)))
              (func (export "sum") (param $n i32) (result i32) (local $s i32)
                (loop $l
                  (local.set $s (call $add (local.get $s) (local.get $n)))
                  (br_if $l (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
                (local.get $s))
              (func (export "half") (param f64) (result f64) (call $half (local.get 0)))
              (func (export "same") (param externref) (result externref)
                (call $same (local.get 0)))
              (func (export "mix") (param externref)
                (call $mix (i64.const -5) (f32.const 1.5) (i32.const 7) (local.get 0)))
              (func (export "tail") (param i32 i32) (result i32)
                (return_call $add (local.get 0) (local.get 1)))
              (func (export "deep") (param i32) (result i32) (call $back (local.get 0))))
            """;

    private final Object[] seen = new Object[4];

    private void mix(long first, float second, int third, Object last) {
        seen[0] = first;
        seen[1] = second;
        seen[2] = third;
        seen[3] = last;
    }

    private Linker linker(Store store, IntBinaryOperator add, IntUnaryOperator back)
            throws ReflectiveOperationException {
        var type =
                MethodType.methodType(void.class, long.class, float.class, int.class, Object.class);
        return Linker.of(store)
                .func("host", "add", IntBinaryOperator.class, add)
                .func("host", "half", DoubleUnaryOperator.class, x -> x / 2)
                .func("host", "same", UnaryOperator.class, x -> x)
                .func("host", "mix", MethodHandles.lookup().bind(this, "mix", type))
                .func("host", "back", IntUnaryOperator.class, back);
    }

    @ParameterizedTest
    @EnumSource
    void takesAndGivesWhatTheSignatureSays(Engine.Mode mode) throws Exception {
        var engine = Engine.create(mode);
        var guest =
                linker(Store.of(engine, Limits.DEFAULT), Integer::sum, n -> n)
                        .instantiate(Module.parseText(engine, GUEST));
        assertThat(guest.func("sum").call(2_000)).containsExactly(2_001_000);
        assertThat(guest.func("half").call(5.0)).containsExactly(2.5);
        assertThat(guest.func("same").call("x")).containsExactly("x");
        assertThat(guest.func("same").call((Object) null)).containsExactly((Object) null);
        assertThat(guest.func("mix").call("o")).isEmpty();
        assertThat(seen).containsExactly(-5L, 1.5f, 7, "o");
        assertThat(guest.func("tail").call(3, 4)).containsExactly(7);
    }

    @ParameterizedTest
    @EnumSource
    void stopsTheGuestWhenItThrowsAndLeavesTheStoreUsable(Engine.Mode mode) throws Exception {
        var engine = Engine.create(mode);
        var cause = new IllegalStateException("no");
        IntBinaryOperator add =
                (a, b) -> {
                    if (b == 1) {
                        throw cause;
                    }
                    return a + b;
                };
        var guest =
                linker(Store.of(engine, Limits.DEFAULT), add, n -> n)
                        .instantiate(Module.parseText(engine, GUEST));
        for (int i = 0; i < 3; i++) {
            var trap =
                    catchThrowableOfType(TrapException.class, () -> guest.func("sum").call(2_000));
            assertThat(trap.code()).isEqualTo(TrapException.Code.HOST);
            assertThat(trap).hasCause(cause);
        }
        assertThat(guest.func("tail").call(3, 4)).containsExactly(7);
    }

    @ParameterizedTest
    @EnumSource
    void callsBackNoDeeperThanTheLimit(Engine.Mode mode) throws Exception {
        var engine = Engine.create(mode);
        var d = Limits.DEFAULT;
        var limits =
                new Limits(
                        d.memoryBytes(),
                        d.tableElements(),
                        40,
                        d.stackSlots(),
                        d.fuel(),
                        d.instances());
        var store = Store.of(engine, limits);
        var guests = new Instance[1];
        int[] calls = new int[1];
        IntUnaryOperator back =
                n -> {
                    calls[0]++;
                    return n == 0 ? 5 : (int) guests[0].func("deep").call(n - 1).getFirst();
                };
        guests[0] = linker(store, Integer::sum, back).instantiate(Module.parseText(engine, GUEST));
        assertThat(guests[0].func("deep").call(10)).containsExactly(5);
        calls[0] = 0;
        var trap =
                catchThrowableOfType(
                        TrapException.class, () -> guests[0].func("deep").call(100_000));
        assertThat(trap.code()).isEqualTo(TrapException.Code.STACK_EXHAUSTED);
        assertThat(calls[0]).isBetween(20, 60);
        // What there is room for is as before.
        assertThat(guests[0].func("deep").call(10)).containsExactly(5);
    }

    @ParameterizedTest
    @EnumSource
    @Timeout(60)
    void stopsSoonWhenTheStoreIsCancelled(Engine.Mode mode) throws Exception {
        var engine = Engine.create(mode);
        var store = Store.of(engine, Limits.DEFAULT);
        int[] calls = new int[1];
        IntBinaryOperator add =
                (a, b) -> {
                    calls[0]++;
                    store.cancel();
                    return a + b;
                };
        var guest = linker(store, add, n -> n).instantiate(Module.parseText(engine, GUEST));
        var trap =
                catchThrowableOfType(
                        TrapException.class, () -> guest.func("sum").call(100_000_000));
        assertThat(trap.code()).isEqualTo(TrapException.Code.CANCELLED);
        assertThat(calls[0]).isLessThan(10_000_000);
    }

    @ParameterizedTest
    @EnumSource
    void refusesWhatGuestsHaveNoTypeFor(Engine.Mode mode) {
        var linker = Linker.of(Store.of(Engine.create(mode), Limits.DEFAULT));
        assertThatThrownBy(() -> linker.func("m", "f", MethodHandles.constant(String.class, "x")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("java.lang.String");
        assertThatThrownBy(() -> linker.func("m", "f", List.class, List.of()))
                .isInstanceOf(IllegalArgumentException.class);
        // Its second abstract method is one of Object; its signature is (Object, Object)int.
        linker.func("m", "f", Comparator.class, (a, b) -> 0);
    }

    private static IntBinaryOperator plus(int more) {
        return (a, b) -> a + b + more;
    }

    @ParameterizedTest
    @EnumSource(Engine.Mode.class)
    void callsWhatEachInstanceImports(Engine.Mode mode) throws Exception {
        var engine = Engine.create(mode);
        var module =
                Module.parseText(
                        engine,
                        """
                        (module
                          (import "host" "add" (func $add (param i32 i32) (result i32)))
                          (func (export "add") (param i32 i32) (result i32)
                            (call $add (local.get 0) (local.get 1))))
                        """);
        var handle =
                MethodHandles.lookup()
                        .findStatic(
                                Math.class,
                                "multiplyExact",
                                MethodType.methodType(int.class, int.class, int.class));
        var other = Linker.of(Store.of(engine, Limits.DEFAULT)).func("host", "add", handle);
        var guest = other.instantiate(module);
        other.define("host", "add", guest.func("add"));
        var adders = new Instance[4];
        for (int i = 0; i < adders.length; i++) {
            adders[i] =
                    Linker.of(Store.of(engine, Limits.DEFAULT))
                            .func("host", "add", IntBinaryOperator.class, plus(100 * i))
                            .instantiate(module);
        }
        var taker =
                Linker.of(Store.of(engine, Limits.DEFAULT))
                        .func("host", "add", IntBinaryOperator.class, (a, b) -> a - b)
                        .instantiate(module);
        var indirect = other.instantiate(module);
        for (int round = 0; round < 3; round++) {
            for (int i = 0; i < adders.length; i++) {
                assertThat(adders[i].func("add").call(5, 7)).containsExactly(12 + 100 * i);
            }
            assertThat(taker.func("add").call(5, 7)).containsExactly(-2);
            assertThat(guest.func("add").call(5, 7)).containsExactly(35);
            assertThat(indirect.func("add").call(5, 7)).containsExactly(35);
        }
    }
}
