package dev.weir.wasm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.function.IntUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Exports called with the types that they have, in every mode.
class TypedCallTest {
    private static final String GUEST =
            """
            (module
              (import "host" "back" (func $back (param i32) (result i32)))
              (export "back" (func $back))
              (func (export "mix") (param i32 i64 f32 f64) (result f64)
                (f64.add
                  (f64.add (f64.convert_i32_s (local.get 0)) (f64.convert_i64_s (local.get 1)))
                  (f64.add (f64.promote_f32 (local.get 2)) (local.get 3))))
              (func (export "same-text") (param externref) (result externref) (local.get 0))
              (func $self (export "self") (param funcref) (result funcref)
                (select (result funcref)
                  (ref.func $self) (local.get 0) (ref.is_null (local.get 0))))
              (func (export "divide") (param i32 i32) (result i32)
                (i32.div_s (local.get 0) (local.get 1)))
              (func (export "both") (param i32 i32) (result i32 i64)
                (i32.add (local.get 0) (local.get 1))
                (i64.extend_i32_s (i32.sub (local.get 0) (local.get 1))))
              (func $five (export "five") (param externref f32)
                (result f64 i32 externref f32 i64)
                (f64.promote_f32 (local.get 1)) (i32.const -7) (local.get 0)
                (f32.neg (local.get 1)) (i64.const 1234567890123))
              (func (export "tail-five") (param externref f32)
                (result f64 i32 externref f32 i64)
                (return_call $five (local.get 0) (local.get 1)))
              (func (export "vector") (param v128) (result v128)
                (i64x2.add (local.get 0) (local.get 0)))
              (func (export "nothing"))
              (func $deep (export "deep") (param i32) (result i32)
                (i32.add (i32.const 1) (call $deep (local.get 0))))
              (func (export "again") (param i32) (result i32)
                (if (result i32) (i32.eqz (local.get 0))
                  (then (i32.const 0))
                  (else (i32.add (i32.const 1)
                    (call $back (i32.sub (local.get 0) (i32.const 1)))))))
              (func (export "spin") (loop $l (br $l)))
              (func (export "tail") (param i32) (result i32)
                (return_call $back (local.get 0))))
            """;

    public record Both(int sum, long difference) {}

    record Five(double a, int b, Object c, float d, long e) {}

    /// Not public: it is implemented beside this class.
    interface Guest {
        double mix(int a, long b, float c, double d);

        @WasmName("same-text")
        Object sameText(Object value);

        Object self(Object function);

        int divide(int a, int b);

        Both both(int a, int b);

        @WasmName("both")
        List<Object> bothInAList(int a, int b);

        Five five(Object value, float number);

        @WasmName("tail-five")
        Five tailFive(Object value, float number);

        V128 vector(V128 value);

        void nothing();

        int deep(int n);

        int again(int n);

        void spin();

        int tail(int n);

        int back(int n);

        default int twice(int n) {
            return 2 * divide(n, 1);
        }
    }

    private Instance instance(Engine.Mode mode, IntUnaryOperator back) {
        var engine = Engine.create(mode);
        return Linker.of(Store.of(engine, Limits.DEFAULT))
                .func("host", "back", IntUnaryOperator.class, back)
                .instantiate(Module.parseText(engine, GUEST));
    }

    @ParameterizedTest
    @EnumSource
    void takesAndGivesWhatTheFunctionDoes(Engine.Mode mode) {
        var guest = instance(mode, n -> n * 3).as(Guest.class);
        for (int turn = 0; turn < 2; turn++) {
            assertThat(guest.mix(1, 2, 0.5f, 0.25)).isEqualTo(3.75);
            assertThat(guest.sameText("x")).isEqualTo("x");
            assertThat(guest.sameText(null)).isNull();
            var self = guest.self(null);
            assertThat(self).isInstanceOf(Func.class);
            assertThat(guest.self(self)).isSameAs(self);
            assertThat(guest.divide(7, -2)).isEqualTo(-3);
            assertThat(guest.both(5, 7)).isEqualTo(new Both(12, -2));
            assertThat(guest.bothInAList(5, 7)).containsExactly(12, -2L);
            var five = new Five(1.5, -7, "x", -1.5f, 1234567890123L);
            assertThat(guest.five("x", 1.5f)).isEqualTo(five);
            assertThat(guest.tailFive("x", 1.5f)).isEqualTo(five);
            assertThat(guest.five(null, 1.5f).c()).isNull();
            assertThat(guest.vector(new V128(3, -4))).isEqualTo(new V128(6, -8));
            guest.nothing();
            assertThat(guest.twice(4)).isEqualTo(8);
            assertThat(guest.tail(5)).isEqualTo(15);
            assertThat(guest.back(5)).isEqualTo(15);
            // What is called often is compiled.
            for (int i = 0; i < 600; i++) {
                guest.mix(1, 2, 3, 4);
                guest.sameText("x");
                guest.self(null);
                guest.divide(7, 2);
                guest.both(5, 7);
                guest.five("y", i);
                guest.tailFive("y", i);
                guest.vector(new V128(3, -4));
                guest.nothing();
                guest.tail(5);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void handlesHaveTheSignature(Engine.Mode mode) throws Throwable {
        var guest = instance(mode, n -> n + 1);
        var mix = guest.func("mix").handle();
        assertThat(mix.type())
                .isEqualTo(
                        MethodType.methodType(
                                double.class, int.class, long.class, float.class, double.class));
        for (int i = 0; i < 600; i++) {
            assertThat((double) mix.invokeExact(1, 2L, 0.5f, 0.25)).isEqualTo(3.75);
        }
        assertThat((int) guest.func("back").handle().invokeExact(4)).isEqualTo(5);
        assertThat((List<?>) guest.func("both").handle().invoke(5, 7)).isEqualTo(List.of(12, -2L));
        assertThat(guest.func("nothing").handle().type())
                .isEqualTo(MethodType.methodType(void.class));
    }

    @ParameterizedTest
    @EnumSource
    void belongsToItsInstance(Engine.Mode mode) {
        var engine = Engine.create(mode);
        var module =
                Module.parseText(
                        engine,
                        """
                        (module (global $n (mut i32) (i32.const 0))
                          (func (export "next") (result i32)
                            (global.set $n (i32.add (global.get $n) (i32.const 1)))
                            (global.get $n)))
                        """);
        var first = Instance.of(Store.of(engine, Limits.DEFAULT), module).as(Counter.class);
        var second = Instance.of(Store.of(engine, Limits.DEFAULT), module).as(Counter.class);
        for (int i = 1; i < 600; i++) {
            assertThat(first.next()).isEqualTo(i);
        }
        assertThat(second.next()).isEqualTo(1);
        assertThat(first.getClass()).isSameAs(second.getClass());
    }

    @ParameterizedTest
    @EnumSource
    void trapsAsAnyCallDoesAndStaysUsable(Engine.Mode mode) {
        var instance = instance(mode, n -> n);
        var guest = instance.as(Guest.class);
        for (int i = 0; i < 600; i++) {
            guest.divide(i, 1);
        }
        for (int i = 0; i < 3; i++) {
            var trap = catchThrowableOfType(TrapException.class, () -> guest.divide(1, 0));
            assertThat(trap.code()).isEqualTo(TrapException.Code.DIVIDE_BY_ZERO);
            assertThat(trap.guestTrace()).containsExactly("func[4]");
        }
        for (int i = 0; i < 3; i++) {
            var trap = catchThrowableOfType(TrapException.class, () -> guest.deep(1));
            assertThat(trap.code()).isEqualTo(TrapException.Code.STACK_EXHAUSTED);
            assertThat(trap.guestTrace()).allMatch("deep"::equals);
        }
        assertThatThrownBy(() -> guest.self("no function"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("expected (ref null func)");
        assertThat(guest.divide(4, 2)).isEqualTo(2);
        instance.store.cancel();
        var trap = catchThrowableOfType(TrapException.class, () -> guest.divide(4, 2));
        assertThat(trap.code()).isEqualTo(TrapException.Code.CANCELLED);
    }

    @ParameterizedTest
    @EnumSource
    void aDeadlineStopsIt(Engine.Mode mode) {
        var instance = instance(mode, n -> n);
        var guest = instance.as(Guest.class);
        instance.store.deadline(java.time.Duration.ofMillis(30));
        var trap = catchThrowableOfType(TrapException.class, guest::spin);
        assertThat(trap.code()).isEqualTo(TrapException.Code.DEADLINE);
        instance.store.noDeadline();
        assertThat(guest.divide(4, 2)).isEqualTo(2);
    }

    @ParameterizedTest
    @EnumSource
    void hostsCallBackNoDeeperThanTheLimit(Engine.Mode mode) {
        var guests = new Guest[1];
        var instance = instance(mode, n -> guests[0].again(n));
        guests[0] = instance.as(Guest.class);
        for (int i = 0; i < 100; i++) {
            assertThat(guests[0].again(20)).isEqualTo(20);
        }
        var trap = catchThrowableOfType(TrapException.class, () -> guests[0].again(1_000_000));
        assertThat(trap.code()).isEqualTo(TrapException.Code.STACK_EXHAUSTED);
        assertThat(guests[0].again(20)).isEqualTo(20);
    }

    interface Counter {
        int next();
    }

    interface Missing {
        int multiply(int a, int b);
    }

    interface Wrong {
        long divide(int a, int b);
    }

    interface WrongRecord {
        record Two(int a, int b) {}

        Two both(int a, int b);
    }

    @Test
    void saysWhatDoesNotFit() {
        var guest = instance(Engine.Mode.TIERED, n -> n);
        assertThatThrownBy(() -> guest.as(Missing.class))
                .isInstanceOf(LinkException.class)
                .hasMessageContaining("Missing.multiply: no function is exported as \"multiply\"");
        assertThatThrownBy(() -> guest.as(Wrong.class))
                .isInstanceOf(LinkException.class)
                .hasMessageContaining(
                        "Wrong.divide: export \"divide\" is (int,int)int, found (int,int)long");
        assertThatThrownBy(() -> guest.as(WrongRecord.class))
                .isInstanceOf(LinkException.class)
                .hasMessageContaining("or a record of [int, long]");
        assertThatThrownBy(() -> guest.as(Guest.class, MethodHandles.publicLookup()))
                .isInstanceOf(LinkException.class);
        assertThatThrownBy(() -> guest.as(String.class, MethodHandles.lookup()))
                .isInstanceOf(IllegalArgumentException.class);
    }

    interface Host {
        int add(int a, int b);

        Both both(int a, int b);

        V128 turn(V128 value);

        @WasmName("same-text")
        default Object same(Object value) {
            return value;
        }
    }

    interface Mirror {
        int add(int a, int b);

        Both both(int a, int b);

        V128 turn(V128 value);

        Object same(Object value);
    }

    @ParameterizedTest
    @EnumSource
    void interfacesAreOfferedToGuests(Engine.Mode mode) {
        var engine = Engine.create(mode);
        var host =
                new Host() {
                    @Override
                    public int add(int a, int b) {
                        return a + b;
                    }

                    @Override
                    public Both both(int a, int b) {
                        return new Both(a + b, a - b);
                    }

                    @Override
                    public V128 turn(V128 value) {
                        return new V128(value.high(), value.low());
                    }
                };
        var guest =
                Linker.of(Store.of(engine, Limits.DEFAULT))
                        .funcs("host", Host.class, host, MethodHandles.lookup())
                        .instantiate(
                                Module.parseText(
                                        engine,
                                        """
                                        (module
                                          (import "host" "add"
                                            (func $add (param i32 i32) (result i32)))
                                          (import "host" "both"
                                            (func $both (param i32 i32) (result i32 i64)))
                                          (import "host" "turn"
                                            (func $turn (param v128) (result v128)))
                                          (import "host" "same-text"
                                            (func $same (param externref) (result externref)))
                                          (func (export "add") (param i32 i32) (result i32)
                                            (call $add (local.get 0) (local.get 1)))
                                          (func (export "both") (param i32 i32) (result i32 i64)
                                            (call $both (local.get 0) (local.get 1)))
                                          (func (export "turn") (param v128) (result v128)
                                            (call $turn (local.get 0)))
                                          (func (export "same") (param externref) (result externref)
                                            (call $same (local.get 0))))
                                        """))
                        .as(Mirror.class);
        for (int turn = 0; turn < 2; turn++) {
            for (int i = 0; i < 600; i++) {
                guest.add(i, i);
                guest.both(i, i);
                guest.turn(new V128(i, i));
                guest.same("x");
            }
            assertThat(guest.add(2, 3)).isEqualTo(5);
            assertThat(guest.both(2, 3)).isEqualTo(new Both(5, -1));
            assertThat(guest.turn(new V128(1, 2))).isEqualTo(new V128(2, 1));
            assertThat(guest.same("x")).isEqualTo("x");
        }
    }

    @Test
    void compiledFunctionsAreCalledWithNothingBoxed() {
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        var guest = instance(Engine.Mode.TIERED, n -> n).as(Guest.class);
        double sum = 0;
        long allocated = Long.MAX_VALUE;
        // Until HotSpot has compiled it, handles themselves may allocate.
        for (int turn = 0; turn < 50 && allocated > 0; turn++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < 20_000; i++) {
                sum += guest.mix(i, 100_000L + i, i, i) + guest.divide(1_000_000 + i, 1);
            }
            allocated = threads.getCurrentThreadAllocatedBytes() - before;
        }
        assertThat(allocated).isZero();
        assertThat(sum).isPositive();
    }

    @Test
    void severalResultsGoIntoARecordWithNothingBoxed() {
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        var guest = instance(Engine.Mode.TIERED, n -> n).as(Guest.class);
        int calls = 20_000;
        long record = 24;
        long sum = 0;
        long allocated = Long.MAX_VALUE;
        for (int turn = 0; turn < 50 && allocated > calls * record; turn++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < calls; i++) {
                sum += guest.both(1_000_000 + i, 1_000).difference();
            }
            allocated = threads.getCurrentThreadAllocatedBytes() - before;
        }
        assertThat(allocated).isLessThanOrEqualTo(calls * record);
        assertThat(sum).isPositive();
    }

    public record Woven(V128 first, int between, V128 last) {}

    interface Vectors {
        V128 sum(int a, V128 b, Object c, V128 d);

        Woven woven(V128 a, int b, V128 c);

        @WasmName("fails")
        V128 failing(V128 a);
    }

    private static Vectors vectors(Engine.Mode mode) {
        var engine = Engine.create(mode);
        return Instance.of(
                        Store.of(engine, Limits.DEFAULT),
                        Module.parseText(
                                engine,
                                """
                                (module
                                  (func (export "sum")
                                    (param i32 v128 externref v128) (result v128)
                                    (i64x2.add
                                      (i64x2.splat (i64.extend_i32_s (local.get 0)))
                                      (i64x2.sub (local.get 1) (local.get 3))))
                                  (func (export "woven")
                                    (param v128 i32 v128) (result v128 i32 v128)
                                    (local.get 2)
                                    (i32.add (local.get 1) (i32.const 1))
                                    (local.get 0))
                                  (func (export "fails") (param v128) (result v128)
                                    (if (v128.any_true (local.get 0)) (then (unreachable)))
                                    (local.get 0)))
                                """))
                .as(Vectors.class);
    }

    @ParameterizedTest
    @EnumSource
    void vectorsCrossAsTheyAre(Engine.Mode mode) {
        var guest = vectors(mode);
        var zero = new V128(0, 0);
        for (int i = 0; i < 1_200; i++) {
            var one = new V128(i, -i);
            var other = new V128(1L << 40, 7);
            assertThat(guest.sum(i, one, "unused", other))
                    .isEqualTo(new V128(2L * i - (1L << 40), -7));
            assertThat(guest.woven(one, i, other)).isEqualTo(new Woven(other, i + 1, one));
            assertThat(guest.failing(zero)).isEqualTo(zero);
            assertThatThrownBy(() -> guest.failing(other)).isInstanceOf(TrapException.class);
            assertThatThrownBy(() -> guest.sum(1, one, "unused", null))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("expected v128, found null");
        }
    }

    @Test
    void vectorsAreTheOnlyObjectsOfTheirCalls() {
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        var guest = vectors(Engine.Mode.COMPILED);
        int calls = 20_000;
        // A vector is 32 bytes: two arguments and a result.
        long most = calls * 3 * 32L;
        long sum = 0;
        long allocated = Long.MAX_VALUE;
        for (int turn = 0; turn < 50 && allocated > most; turn++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < calls; i++) {
                sum += guest.sum(i, new V128(i, i), guest, new V128(-i, 0)).low();
            }
            allocated = threads.getCurrentThreadAllocatedBytes() - before;
        }
        assertThat(allocated).isLessThanOrEqualTo(most);
        assertThat(sum).isPositive();
    }
}
