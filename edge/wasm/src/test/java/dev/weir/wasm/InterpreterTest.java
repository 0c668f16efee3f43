package dev.weir.wasm;

import static dev.weir.wasm.Guests.instance;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.List;
import org.junit.jupiter.api.Test;

/// A little of each part of the language; the official suite has the rest.
class InterpreterTest {
    @Test
    void runsStructsArraysCastsAndExceptions() {
        var instance = instance(Limits.DEFAULT, Guests.VARIED.get(1));
        assertThat(instance.func("gc").call((Object) null)).containsExactly(1 + 7 - 4);
        assertThat(instance.func("throws").call()).containsExactly(5, null);
    }

    @Test
    void anExceptionThatNobodyCatchesReachesTheHostWithItsValues() {
        var instance =
                instance(
                        Limits.DEFAULT,
                        """
                        (module (tag $t (export "t") (param i64 f32))
                          (func (export "f") (throw $t (i64.const 7) (f32.const 0.5))))
                        """);
        var thrown = catchThrowableOfType(GuestException.class, () -> instance.func("f").call());
        assertThat(thrown.tag()).isSameAs(instance.export("t"));
        assertThat(thrown.values()).containsExactly(7L, 0.5f);
    }

    @Test
    void aGuestCatchesWhatTheHostThrowsOn() {
        var engine = Engine.create();
        var store = Store.of(engine, Limits.DEFAULT);
        var thrower =
                Instance.of(
                        store,
                        Module.parseText(
                                engine,
                                """
                                (module (tag $t (export "t") (param i32))
                                  (func (export "f") (throw $t (i32.const 9))))
                                """));
        var linker = Linker.of(store).instance("m", thrower);
        linker.func(
                "host",
                "through",
                Guests.NOTHING,
                arguments -> {
                    thrower.func("f").call();
                    return new Object[0];
                });
        var catcher =
                linker.instantiate(
                        Module.parseText(
                                engine,
                                """
                                (module (import "m" "t" (tag $t (param i32)))
                                  (import "host" "through" (func $f))
                                  (func (export "g") (result i32)
                                    (block $caught (result i32)
                                      (try_table (catch $t $caught) (call $f))
                                      (i32.const 0))))
                                """));
        assertThat(catcher.func("g").call()).containsExactly(9);
    }

    @Test
    void aMillionTailCallsNeedNoStack() {
        var instance =
                instance(
                        Limits.DEFAULT,
                        """
                        (module (func $count (export "count") (param i32) (result i32)
                          (if (i32.eqz (local.get 0)) (then (return (i32.const 3))))
                          (return_call $count (i32.sub (local.get 0) (i32.const 1)))))
                        """);
        assertThat(instance.func("count").call(1_000_000)).containsExactly(3);
    }

    @Test
    void vectorsCrossTheBorderBothWays() {
        var instance =
                instance(
                        Limits.DEFAULT,
                        """
                        (module (func (export "add") (param v128 i32 v128) (result i32 v128)
                          (local.get 1) (i64x2.add (local.get 0) (local.get 2))))
                        """);
        assertThat(instance.func("add").call(new V128(1, 2), 5, new V128(10, 20)))
                .isEqualTo(List.of(5, new V128(11, 22)));
    }

    @Test
    void memoriesTablesAndGlobalsAreSharedWithTheHost() {
        var instance =
                instance(
                        Limits.DEFAULT,
                        """
                        (module (memory (export "m") 1) (global $g (export "g") (mut i64) (i64.const 5))
                          (table (export "t") 2 funcref)
                          (func (export "f") (result i64)
                            (i64.add (global.get $g) (i64.load8_u (i32.const 3)))))
                        """);
        instance.memory("m").write(3, new byte[] {-1});
        instance.global("g").set(6L);
        assertThat(instance.func("f").call()).containsExactly(261L);
        assertThat(instance.memory("m").read(2, 2)).containsExactly(0, -1);
        assertThat(instance.table("t").size()).isEqualTo(2);
        assertThat(instance.table("t").get(0)).isNull();
    }

    @Test
    void customSectionsAreKept() {
        byte[] binary = Wat.toBinary("(module)");
        byte[] section = {0, 4, 1, 'x', 7, 8};
        byte[] both = java.util.Arrays.copyOf(binary, binary.length + section.length);
        System.arraycopy(section, 0, both, binary.length, section.length);
        var module = Module.parse(Engine.create(), both);
        assertThat(module.customSections("x")).containsExactly(new byte[] {7, 8});
        assertThat(module.customSections("y")).isEmpty();
    }

    @Test
    void errorsSayWhereAndWhatWasExpected() {
        var engine = Engine.create();
        var invalid =
                catchThrowableOfType(
                        InvalidException.class,
                        () ->
                                Module.parseText(
                                        engine, "(module (func (result i32) (i64.const 1)))"));
        assertThat(invalid).hasMessageContaining("expected i32, found i64");
        assertThat(invalid.offset()).isPositive();
        var malformed =
                catchThrowableOfType(
                        MalformedException.class, () -> Module.parse(engine, new byte[] {0, 'a'}));
        assertThat(malformed.offset()).isEqualTo(2);
    }
}
