package dev.weir.wasm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/// What the official suite does not ask of `try`, `catch`, `delegate` and `rethrow`.
@ParameterizedClass
@EnumSource
record LegacyExceptionsTest(Engine.Mode mode) {
    private static final String TEXT =
            """
            (module
              (tag $e (param i64 i32)) (tag $f)
              (func $throw (param i32) (throw $e (i64.const 1) (local.get 0)))
              (func (export "again") (param i32) (result i32)
                (try $a (result i32)
                  (do (call $throw (local.get 0)) (i32.const -1))
                  (catch $e
                    (local.set 0) (drop)
                    (try $b (result i32)
                      (do (call $throw (i32.const 100)) (i32.const -2))
                      (catch $e (drop) (drop)
                        (try $c (result i32)
                          (do (rethrow $a))
                          (catch $e (i32.add (local.get 0)) (br 1 (i32.add (i32.const 1000)))
                            unreachable)))))))
              (func (export "past") (result i32)
                (try $outer (result i32)
                  (do
                    (try $middle (result i32)
                      (do (try (result i32) (do (throw $f)) (delegate $outer)))
                      (catch_all (i32.const 1))))
                  (catch $f (i32.const 2))))
              (func (export "out") (try (do (throw $f)) (delegate 0)))
              (func (export "loop") (param i32) (result i32) (local $sum i32)
                (loop $l
                  (try (do (throw $e (i64.const 0) (local.get 0)))
                    (catch $e (local.set $sum (i32.add (local.get $sum))) (drop)))
                  (br_if $l (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))
                (local.get $sum)))
            """;

    private Instance instance() {
        var engine = Engine.create(mode);
        return Instance.of(Store.of(engine, Limits.DEFAULT), Module.parseText(engine, TEXT));
    }

    @Test
    void keepEachExceptionThatIsCaught() {
        var again = instance().func("again");
        // What is thrown again is the outer one, with its own values.
        assertThat(again.call(5)).containsExactly(1 + 5 + 5 + 1000 - 1);
    }

    @Test
    void delegatePastWhoIsInBetween() {
        assertThat(instance().func("past").call()).containsExactly(2);
    }

    @Test
    void delegateToTheCaller() {
        var out = instance().func("out");
        assertThatThrownBy(out::call).isInstanceOf(GuestException.class);
    }

    @Test
    void catchAgainAndAgain() {
        var loop = instance().func("loop");
        assertThat(loop.call(1000)).containsExactly(500_500);
    }
}
