package dev.weir.wasm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What is called by a reference is what the reference is to: of whichever instance, module or
/// host.
class IndirectTest {
    /// More than one method chooses among.
    private static final int FUNCTIONS = 50;

    /// Functions add their number to what they are given and to what their instance has.
    private static String text(String name) {
        return """
        (module
          (type $t (func (param i32) (result i32)))
          (global $own (export "own") (mut i32) (i32.const 0))
          (table (export "table") 100 funcref)
          (elem (i32.const 0) func %s)
          %s
          (func $other (param f64))
          (elem (i32.const 60) func $other)
          (func (export "call") (param $i i32) (param $x i32) (result i32)
            (call_indirect (type $t) (local.get $x) (local.get $i)))
          (func (export "ref") (param $i i32) (param $x i32) (result i32)
            (call_ref $t (local.get $x)
              (ref.cast (ref null $t) (table.get (local.get $i)))))
          (func (export "tail") (param $i i32) (param $x i32) (result i32)
            (return_call_indirect (type $t) (local.get $x) (local.get $i)))
          (func $get (export "get") (param $i i32) (result funcref)
            (table.get (local.get $i)))
          (func (export "set") (param $i i32) (param $f funcref)
            (table.set (local.get $i) (local.get $f))))
        """
                .formatted(
                        IntStream.range(0, FUNCTIONS)
                                .mapToObj(i -> "$f" + i)
                                .collect(Collectors.joining(" ")),
                        IntStream.range(0, FUNCTIONS)
                                .mapToObj(i -> function(name, i))
                                .collect(Collectors.joining("\n")));
    }

    private static String function(String name, int i) {
        return "(func $f%d (export \"%s%d\") (param i32) (result i32) (i32.add (i32.add (i32.const %d) (local.get 0)) (global.get $own)))"
                .formatted(i, name, i, i);
    }

    private static Instance instance(Store store, Module module, int own) {
        var made = Instance.of(store, module);
        made.global("own").set(own);
        return made;
    }

    private static void check(Instance caller, int at, int expected) {
        for (var how : List.of("call", "ref", "tail")) {
            assertThat(caller.func(how).call(at, 1_000)).isEqualTo(List.of(expected));
        }
    }

    @ParameterizedTest
    @EnumSource(Engine.Mode.class)
    void theFunctionOfTheReferenceIsCalled(Engine.Mode mode) {
        var engine = Engine.create(mode);
        var store = Store.of(engine, Limits.DEFAULT);
        var module = Module.parseText(engine, text("f"));
        var first = instance(store, module, 0);
        var second = instance(store, module, 10_000);
        var foreign = instance(store, Module.parseText(engine, text("g")), 20_000);
        for (int i = 0; i < FUNCTIONS; i++) {
            check(first, i, 1_000 + i);
            check(second, i, 11_000 + i);
        }
        for (int turn = 0; turn < 300; turn++) {
            int i = turn % FUNCTIONS;
            first.func("set").call(i, second.func("f" + i));
            check(first, i, 11_000 + i);
            first.func("set").call(i, foreign.func("g" + i));
            check(first, i, 21_000 + i);
            var host =
                    Func.of(
                            store,
                            first.func("f0").type(),
                            arguments ->
                                    new Object[] {
                                        (int) Objects.requireNonNull(arguments[0]) + i * i
                                    });
            first.func("set").call(i, host);
            check(first, i, 1_000 + i * i);
            first.func("set").call(i, first.func("f" + (i + 1) % FUNCTIONS));
            check(first, i, 1_000 + (i + 1) % FUNCTIONS);
        }
    }

    @ParameterizedTest
    @EnumSource(Engine.Mode.class)
    void whatIsNoSuchFunctionTraps(Engine.Mode mode) {
        var engine = Engine.create(mode);
        var guest =
                Instance.of(Store.of(engine, Limits.DEFAULT), Module.parseText(engine, text("f")));
        for (int turn = 0; turn < 300; turn++) {
            assertThat(guest.func("call").call(3, turn)).isEqualTo(List.of(3 + turn));
            assertThat(trap(guest, 60)).isEqualTo(TrapException.Code.INDIRECT_TYPE);
            assertThat(trap(guest, 99)).isEqualTo(TrapException.Code.UNINITIALIZED_ELEMENT);
            assertThat(trap(guest, -1)).isEqualTo(TrapException.Code.UNDEFINED_ELEMENT);
        }
    }

    private static TrapException.Code trap(Instance guest, int at) {
        return catchThrowableOfType(TrapException.class, () -> guest.func("call").call(at, 0))
                .code();
    }
}
