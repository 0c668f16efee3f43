package dev.weir.wasm;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.function.IntSupplier;
import org.junit.jupiter.api.Test;

/// The example of the README.
class ReadmeTest {
    @Test
    void theExampleJudgesByTheLimitOfTheHost() {
        var engine = Engine.create();
        var module =
                Module.parseText(
                        engine,
                        """
                        (module
                          (import "host" "limit" (func $limit (result i32)))
                          (func (export "judge") (param $cents i32) (result i32)
                            (i32.le_u (local.get $cents) (call $limit))))\
                        """);
        var store = Store.of(engine, Limits.DEFAULT.withFuel(1_000_000));
        var linker = Linker.of(store).func("host", "limit", IntSupplier.class, () -> 5000);
        var judge = linker.instantiate(module).func("judge");
        assertThat(judge.call(4999)).containsExactly(1);
        assertThat(judge.call(5001)).containsExactly(0);
    }
}
