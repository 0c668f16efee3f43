package dev.weir.wasm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.abort;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.CsvSource;

/// Memories of more than 4 GiB. The machine has only what is touched of them.
@ParameterizedClass
@CsvSource({
    "INTERPRETED, 1",
    "COMPILED, 1",
    "TIERED, 1",
    "INTERPRETED, 1 80000 shared",
    "COMPILED, 1 80000 shared"
})
class FarMemoryTest {
    private static final long FOUR_GIB = 1L << 32;
    private static final long PAGES = (FOUR_GIB >>> 16) + 10;

    private final Instance instance;

    FarMemoryTest(Engine.Mode mode, String limits) {
        var engine = Engine.create(mode);
        var module = Module.parseText(engine, TEXT.formatted(limits));
        Instance made = null;
        try {
            made = Instance.of(Store.of(engine, Limits.DEFAULT.withMemoryBytes(6L << 30)), module);
        } catch (TrapException e) {
            abort("this machine has no address space for it: " + e.getCause());
        }
        instance = made;
        assertThat(call("grow", PAGES - 1)).isEqualTo(1);
    }

    private static final String TEXT =
            """
            (module
              (memory (export "memory") i64 %s)
              (data $words "some words")
              (func (export "grow") (param i64) (result i64) (memory.grow (local.get 0)))
              (func (export "size") (result i64) (memory.size))
              (func (export "numbers") (param i64) (result i64)
                (i32.store8 (local.get 0) (i32.const 0x81))
                (i64.store16 offset=2 (local.get 0) (i64.const 0x8002))
                (i32.store offset=4 (local.get 0) (i32.const 0x80000003))
                (f64.store offset=8 (local.get 0) (f64.const 2.5))
                (i64.add
                  (i64.add (i64.load8_s (local.get 0)) (i64.load16_u offset=2 (local.get 0)))
                  (i64.add
                    (i64.load32_s offset=4 (local.get 0))
                    (i64.trunc_f64_s (f64.load offset=8 (local.get 0))))))
              (func (export "vectors") (param i64) (result i64)
                (v128.store offset=16 (local.get 0) (v128.const i64x2 5 6))
                (v128.store32_lane offset=32 1 (local.get 0) (i32x4.splat (i32.const 9)))
                (i64.add (i64.load32_u offset=32 (local.get 0))
                  (i64x2.extract_lane 1 (i64x2.add
                    (v128.load offset=16 (local.get 0)) (v128.load64_splat offset=24 (local.get 0))))))
              (func (export "atomics") (param i64) (result i64)
                (i64.atomic.store (local.get 0) (i64.const 40))
                (drop (i64.atomic.rmw.add (local.get 0) (i64.const 2)))
                (i64.atomic.rmw.cmpxchg (local.get 0) (i64.const 42) (i64.const 1)))
              (func (export "bulk") (param i64) (result i64)
                (memory.fill (local.get 0) (i32.const 7) (i64.const 16))
                (memory.init $words (i64.add (local.get 0) (i64.const 4)) (i32.const 5) (i32.const 5))
                (memory.copy (i64.const 8) (local.get 0) (i64.const 16))
                (memory.copy (i64.add (local.get 0) (i64.const 20)) (i64.const 8) (i64.const 16))
                (i64.load (i64.add (local.get 0) (i64.const 22))))
              (func (export "read") (param i64) (result i64) (i64.load offset=0x10 (local.get 0)))
              (func (export "vector") (param i64) (result i64)
                (i64x2.extract_lane 0 (v128.load (local.get 0))))
              (func (export "copy") (param i64) (result i64)
                (memory.copy (local.get 0) (i64.const 0) (i64.const 9)) (i64.const 0)))
            """;

    private long call(String function, long argument) {
        return (long) instance.func(function).call(argument).getFirst();
    }

    @Test
    void areReadAndWrittenBeyondFourGib() {
        assertThat(instance.func("size").call()).containsExactly(PAGES);
        assertThat(instance.memory("memory").pages()).isEqualTo(PAGES);
        long at = FOUR_GIB + 4096;
        assertThat(call("numbers", at)).isEqualTo(-127 + 0x8002 + 0x80000003 + 2);
        assertThat(call("vectors", at)).isEqualTo(12 + 9);
        assertThat(call("atomics", at + 64)).isEqualTo(42);
        // The same place less 2^32 is another one.
        assertThat(call("read", 4096 - 16)).isZero();
        assertThat(call("read", at - 16)).isNotZero();
        var memory = instance.memory("memory");
        assertThat(memory.view(at + 64, 8).getLong()).isEqualTo(1);
        memory.write(at + 16, new byte[] {1, 2, 0, 0, 0, 0, 0, 0});
        assertThat(call("read", at)).isEqualTo(0x201);
        assertThat(memory.read(at + 16, 2)).containsExactly(1, 2);
    }

    @Test
    void areFilledAndCopiedAcrossFourGib() {
        assertThat(call("bulk", FOUR_GIB - 12)).isEqualTo(0x73_6472_6f77_0707L | 7L << 56);
        assertThat(instance.memory("memory").read(8 + 4, 5)).asString().isEqualTo("words");
    }

    @Test
    void endWhereTheyEnd() {
        long end = PAGES << 16;
        assertThat(call("read", end - 24)).isZero();
        for (var name : new String[] {"read", "vector", "copy", "numbers"}) {
            for (long at : new long[] {end - 7, end, Long.MAX_VALUE, -1, Long.MIN_VALUE}) {
                var trap = catchThrowableOfType(TrapException.class, () -> call(name, at));
                assertThat(trap).as("%s %x", name, at).isNotNull();
                assertThat(trap.code()).isEqualTo(TrapException.Code.MEMORY_BOUNDS);
            }
        }
        assertThat(call("grow", 80_000)).isEqualTo(-1);
        assertThat(call("grow", 1)).isEqualTo(PAGES);
        assertThat(call("read", end)).isZero();
    }
}
