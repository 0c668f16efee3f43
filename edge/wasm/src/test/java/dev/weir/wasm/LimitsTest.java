package dev.weir.wasm;

import static dev.weir.wasm.Guests.NOTHING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/// A guest that goes too far is stopped with a code, and its store goes on working.
@ParameterizedClass
@EnumSource
record LimitsTest(Engine.Mode mode) {
    private static final String LOOPS =
            """
            (module $bad
              (func $inner (loop $l (br $l)))
              (func (export "spin") (call $inner))
              (func $deep (export "deep") (param i32) (result i32)
                (i32.add (i32.const 1) (call $deep (local.get 0))))
              (func (export "one") (result i32) (i32.const 1))
              (func (export "boom") unreachable))
            """;

    private Instance instance(Limits limits, String text) {
        var engine = Engine.create(mode);
        return Instance.of(Store.of(engine, limits), Module.parseText(engine, text));
    }

    private static TrapException trap(Runnable body) {
        return catchThrowableOfType(TrapException.class, body::run);
    }

    @Test
    void stopsWhatHasUsedItsFuelAndNamesWhatRan() {
        var instance = instance(Limits.DEFAULT.withFuel(10_000), LOOPS);
        var trap = trap(() -> instance.func("spin").call());
        assertThat(trap.code()).isEqualTo(TrapException.Code.FUEL_EXHAUSTED);
        assertThat(trap.guestTrace()).containsExactly("bad.inner", "bad.func[1]");
        assertThat(instance.store.fuel()).isZero();
        instance.store.addFuel(100);
        assertThat(instance.func("one").call()).containsExactly(1);
    }

    @Test
    void chargesTheSameFuelEachTime() {
        var instance = instance(Limits.DEFAULT.withFuel(1_000), LOOPS);
        instance.func("one").call();
        long first = 1_000 - instance.store.fuel();
        instance.func("one").call();
        assertThat(first).isPositive();
        assertThat(1_000 - instance.store.fuel()).isEqualTo(2 * first);
    }

    @Test
    void stopsCallsThatAreTooDeepAndWorksOn() throws InterruptedException {
        var instance = instance(Limits.DEFAULT, LOOPS);
        var traps = new ArrayList<TrapException>();
        var deep =
                new Thread(
                        null,
                        () -> {
                            for (int i = 0; i < 3; i++) {
                                traps.add(trap(() -> instance.func("deep").call(1)));
                            }
                        },
                        "deep",
                        1 << 26);
        deep.start();
        deep.join();
        assertThat(traps).hasSize(3);
        for (var trap : traps) {
            assertThat(trap.code()).isEqualTo(TrapException.Code.STACK_EXHAUSTED);
            assertThat(trap.guestTrace()).hasSize(64).containsOnly("bad.deep");
        }
        assertThat(instance.func("one").call()).containsExactly(1);
    }

    @Test
    void stopsCallsThatExhaustTheThreadAndWorksOn() {
        var limits = new Limits(0, 0, 100_000_000, 100_000_000, -1, 1);
        var instance = instance(limits, LOOPS);
        for (int i = 0; i < (mode == Engine.Mode.COMPILED ? 3 : 0); i++) {
            assertThat(trap(() -> instance.func("deep").call(1)).code())
                    .isEqualTo(TrapException.Code.STACK_EXHAUSTED);
        }
        assertThat(instance.func("one").call()).containsExactly(1);
    }

    @Test
    void chargesATrapAsTheInterpreterDoes() {
        for (var name :
                List.of("zero", "bounds", "none", "stop", "past", "handed", "down", "long")) {
            for (int turns : new int[] {1, 7, 300}) {
                assertThat(left(mode, name, turns))
                        .as("%s %d", name, turns)
                        .isEqualTo(left(Engine.Mode.INTERPRETED, name, turns));
            }
        }
    }

    @Test
    void runsOutOfFuelInTheSameTurnAsInTheInterpreter() {
        for (long fuel : new long[] {1, 99_999, 100_000, 100_001, 350_017}) {
            assertThat(turns(mode, fuel))
                    .as("fuel %d", fuel)
                    .isEqualTo(turns(Engine.Mode.INTERPRETED, fuel));
        }
    }

    /// How often a loop came round with some fuel, and again with as much.
    private static List<Object> turns(Engine.Mode mode, long fuel) {
        var text =
                """
                (module
                  (global $turns (export "turns") (mut i64) (i64.const 0))
                  (func (export "count") (param $i i32)
                    (loop $l
                      (global.set $turns (i64.add (global.get $turns) (i64.const 1)))
                      (br_if $l (local.tee $i (i32.sub (local.get $i) (i32.const 1)))))))
                """;
        var store = Store.of(Engine.create(mode), Limits.DEFAULT.withFuel(fuel));
        var instance = Instance.of(store, Module.parseText(store.engine, text));
        var seen = new ArrayList<Object>();
        for (int i = 0; i < 2; i++) {
            var trap = trap(() -> instance.func("count").call(1 << 30));
            seen.add(trap.code());
            seen.add(instance.global("turns").get());
            seen.add(store.fuel());
            store.addFuel(fuel);
        }
        return seen;
    }

    /// How a call ended, and what fuel it left.
    private static String left(Engine.Mode mode, String name, int turns) {
        var engine = Engine.create(mode);
        var limits = new Limits(1 << 20, 10, 100, 10_000, 1_000_000_000, 1);
        var store = Store.of(engine, limits);
        var instance = Instance.of(store, Module.parseText(engine, TRAPS));
        var trap = trap(() -> instance.func(name).call(turns));
        return (trap == null ? "" : trap.code() + " " + trap.guestTrace()) + store.fuel();
    }

    /// Each goes round a loop and then traps.
    private static final String TRAPS =
            """
            (module (memory 1) (type $f (func (param i32)))
              (func (export "zero") (param i32)
                (loop $l (drop (i32.div_u (i32.const 1) (local.get 0)))
                  (local.set 0 (i32.sub (local.get 0) (i32.const 1))) (br $l)))
              (func (export "bounds") (param i32)
                (loop $l (drop (i32.load (i32.mul (local.get 0) (i32.const 4000))))
                  (local.set 0 (i32.add (local.get 0) (i32.const 1))) (br $l)))
              (func (export "none") (param i32)
                (loop $l (if (i32.eqz (local.get 0)) (then (call_ref $f (i32.const 1) (ref.null $f))))
                  (local.set 0 (i32.sub (local.get 0) (i32.const 1))) (br $l)))
              (func $stop (export "stop") (param i32)
                (loop $l (if (i32.eqz (local.get 0)) (then unreachable))
                  (local.set 0 (i32.sub (local.get 0) (i32.const 1))) (br $l)))
              (func (export "past") (param i32)
                (loop $l (if (i32.and (local.get 0) (i32.const 1)) (then (call $stop (i32.const 3))))
                  (call $leaf)
                  (local.set 0 (i32.sub (local.get 0) (i32.const 1))) (br $l)))
              (func $leaf (local i32)
                (loop $l (local.set 0 (i32.add (local.get 0) (i32.const 1)))
                  (br_if $l (i32.lt_u (local.get 0) (i32.const 5)))))
              (func (export "handed") (param i32) (local i32)
                (loop $l (local.set 1 (i32.add (local.get 1) (i32.const 1)))
                  (br_if $l (i32.lt_u (local.get 1) (local.get 0))))
                (return_call $stop (local.get 0)))
              (func $down (export "down") (param i32)
                (loop $l (call $leaf)
                  (if (i32.ge_u (i32.const 1000) (local.get 0))
                    (then (call $down (i32.add (local.get 0) (i32.const 1)))))))
              (func (export "long") (param i32) (local i32)
                (loop $l (local.set 1 (i32.add (local.get 1) (i32.const 1)))
                  (br_if $l (i32.lt_u (local.get 1) (i32.const 100000))))
                (call $stop (local.get 0))))
            """;

    @Test
    @Timeout(60)
    void staysCancelledWithoutTheDeadlineThatCameBefore() {
        var instance = instance(Limits.DEFAULT, LOOPS);
        instance.store.deadline(Duration.ofMillis(1));
        assertThat(trap(() -> instance.func("spin").call()).code())
                .isEqualTo(TrapException.Code.DEADLINE);
        instance.store.cancel();
        instance.store.noDeadline();
        assertThat(trap(() -> instance.func("spin").call()).code())
                .isEqualTo(TrapException.Code.CANCELLED);
    }

    @Test
    @Timeout(60)
    void stopsALoopAtItsDeadlineAndWorksOnWithoutIt() {
        var instance = instance(Limits.DEFAULT, LOOPS);
        for (int i = 0; i < 2; i++) {
            instance.store.deadline(Duration.ofMillis(20));
            assertThat(trap(() -> instance.func("spin").call()).code())
                    .isEqualTo(TrapException.Code.DEADLINE);
        }
        instance.store.noDeadline();
        assertThat(instance.func("one").call()).containsExactly(1);
        instance.store.cancel();
        instance.store.deadline(Duration.ofHours(1));
        assertThat(trap(() -> instance.func("spin").call()).code())
                .isEqualTo(TrapException.Code.CANCELLED);
    }

    @Test
    void makesNoMoreInstancesThanTheLimit() {
        var engine = Engine.create();
        var store = Store.of(engine, Limits.DEFAULT.withInstances(2));
        var module = Module.parseText(engine, LOOPS);
        Instance.of(store, module);
        Instance.of(store, module);
        assertThat(trap(() -> Instance.of(store, module)))
                .hasMessage("limit exceeded: an instance more than the 2 of the store")
                .extracting(TrapException::code)
                .isEqualTo(TrapException.Code.LIMIT);
    }

    @Test
    @Timeout(60)
    void stopsALoopWhenAnotherThreadCancels() throws InterruptedException {
        var instance = instance(Limits.DEFAULT, LOOPS);
        var canceller =
                Thread.ofVirtual()
                        .start(() -> {
                            try {
                                Thread.sleep(Duration.ofMillis(50));
                            } catch (InterruptedException e) {
                                Thread.currentThread().interrupt();
                            }
                            instance.store.cancel();
                        });
        assertThat(trap(() -> instance.func("spin").call()).code())
                .isEqualTo(TrapException.Code.CANCELLED);
        canceller.join();
    }

    @Test
    void growsNoMemoryBeyondTheLimit() {
        var instance =
                instance(
                        Limits.DEFAULT.withMemoryBytes(3 * 65536),
                        """
                        (module (memory (export "m") 1)
                          (func (export "grow") (param i32) (result i32)
                            (memory.grow (local.get 0))))
                        """);
        assertThat(instance.func("grow").call(1)).containsExactly(1);
        assertThat(instance.func("grow").call(2)).containsExactly(-1);
        assertThat(instance.func("grow").call(-1)).containsExactly(-1);
        assertThat(instance.memory("m").pages()).isEqualTo(2);
    }

    @Test
    void growsNoTableBeyondTheLimitAndWorksOn() {
        var instance =
                instance(
                        new Limits(1 << 20, 10, 1_000, 10_000, -1, 1),
                        """
                        (module (table $a (export "a") 4 funcref) (table $b (export "b") 4 externref)
                          (func (export "a+") (param i32) (result i32)
                            (table.grow $a (ref.null func) (local.get 0)))
                          (func (export "b+") (param i32) (result i32)
                            (table.grow $b (ref.null extern) (local.get 0))))
                        """);
        assertThat(instance.func("a+").call(3)).containsExactly(-1);
        assertThat(instance.func("a+").call(1)).containsExactly(4);
        assertThat(instance.func("b+").call(2)).containsExactly(-1);
        assertThat(instance.func("b+").call(-1)).containsExactly(-1);
        assertThat(instance.func("b+").call(1)).containsExactly(4);
        assertThat(instance.table("a").size()).isEqualTo(5);
        assertThat(instance.table("b").size()).isEqualTo(5);
    }

    @Test
    void refusesAMemoryThatStartsBeyondTheLimit() {
        var limits = Limits.DEFAULT.withMemoryBytes(65536);
        assertThat(trap(() -> instance(limits, "(module (memory 2))")))
                .hasMessageStartingWith(
                        "limit exceeded: a memory of 2 pages of 65536 bytes, where the store has"
                                + " 65536 bytes")
                .extracting(TrapException::code)
                .isEqualTo(TrapException.Code.LIMIT);
    }

    @Test
    void refusesATableThatStartsBeyondTheLimit() {
        assertThat(trap(() -> instance(Limits.DEFAULT, "(module (table 0xffffffff funcref))")))
                .hasMessageStartingWith("limit exceeded: a table of 4294967295 elements")
                .extracting(TrapException::code)
                .isEqualTo(TrapException.Code.LIMIT);
    }

    @Test
    void aHostFunctionThatThrowsIsTheCauseOfATrap() {
        var failure = new IllegalStateException("no");
        var instance =
                withHost(arguments -> {
                    throw failure;
                });
        var trap = trap(() -> instance.func("call").call());
        assertThat(trap.code()).isEqualTo(TrapException.Code.HOST);
        assertThat(trap).hasCause(failure);
        assertThat(trap.guestTrace()).containsExactly("caller");
        assertThat(instance.func("twice").call(21)).containsExactly(42);
    }

    @Test
    void aTrapInsideACallBackUnwindsToTheFirstCaller() {
        var holder = new Instance[1];
        holder[0] =
                withHost(arguments -> {
                    holder[0].func("boom").call();
                    return new Object[0];
                });
        var trap = trap(() -> holder[0].func("call").call());
        assertThat(trap.code()).isEqualTo(TrapException.Code.UNREACHABLE);
        assertThat(trap.guestTrace()).containsExactly("func[3]", "caller");
        assertThat(holder[0].func("twice").call(4)).containsExactly(8);
    }

    @Test
    void callBacksWithoutEndExhaustTheStack() {
        var holder = new Instance[1];
        holder[0] =
                withHost(arguments -> {
                    holder[0].func("call").call();
                    return new Object[0];
                });
        assertThat(trap(() -> holder[0].func("call").call()).code())
                .isEqualTo(TrapException.Code.STACK_EXHAUSTED);
        assertThat(holder[0].func("twice").call(4)).containsExactly(8);
    }

    @Test
    void aCallBackLeavesTheCallersStackAsItWas() {
        var holder = new Instance[1];
        holder[0] =
                withHost(arguments -> {
                    assertThat(holder[0].func("twice").call(1000)).containsExactly(2000);
                    return new Object[0];
                });
        assertThat(holder[0].func("around").call(7)).containsExactly(14);
    }

    @Test
    void argumentsOfTheWrongTypeAreTheCallersBug() {
        var instance = withHost(arguments -> new Object[0]);
        assertThatThrownBy(() -> instance.func("twice").call(1L))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("i32");
        assertThatThrownBy(() -> instance.func("twice").call())
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(instance.func("twice").call(1)).containsExactly(2);
    }

    private Instance withHost(HostFunction body) {
        var engine = Engine.create(mode);
        var module =
                Module.parseText(
                        engine,
                        """
                        (module
                          (import "host" "f" (func $f))
                          (func $caller (export "call") (call $f))
                          (func (export "twice") (param i32) (result i32)
                            (i32.add (local.get 0) (local.get 0)))
                          (func (export "boom") unreachable)
                          (func (export "around") (param i32) (result i32)
                            (local.get 0) (call $f) (i32.add (local.get 0))))
                        """);
        return Linker.of(Store.of(engine, Limits.DEFAULT))
                .func("host", "f", NOTHING, body)
                .instantiate(module);
    }

    @Test
    void importsThatAreMissingOrDoNotFitDoNotLink() {
        var engine = Engine.create(mode);
        var module = Module.parseText(engine, "(module (import \"a\" \"b\" (func (param i32))))");
        var linker = Linker.of(Store.of(engine, Limits.DEFAULT));
        assertThatThrownBy(() -> linker.instantiate(module))
                .isInstanceOf(LinkException.class)
                .hasMessage("unknown import \"a\" \"b\"");
        linker.func("a", "b", NOTHING, arguments -> new Object[0]);
        assertThatThrownBy(() -> linker.instantiate(module)).isInstanceOf(LinkException.class);
        assertThat(module.imports())
                .isEqualTo(
                        List.of(
                                new Module.Import(
                                        "a",
                                        "b",
                                        Module.Kind.FUNC,
                                        new FuncType(List.of(ValType.I32), List.of()))));
    }

    @Test
    void nothingOfAnotherStoreIsLinked() {
        var engine = Engine.create(mode);
        var other = Memory.of(Store.of(engine, Limits.DEFAULT), 1, 1);
        var linker = Linker.of(Store.of(engine, Limits.DEFAULT));
        assertThatThrownBy(() -> linker.define("m", "m", other))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
