package dev.weir.bench;

import dev.weir.wasm.Engine;
import dev.weir.wasm.Limits;
import dev.weir.wasm.Linker;
import dev.weir.wasm.Module;
import dev.weir.wasm.Store;
import java.lang.management.ManagementFactory;
import java.util.function.IntBinaryOperator;

/// One process of [WasmBenchmark]: a compiled guest calls a lambda in a loop. Prints the
/// nanoseconds of the thread's CPU time for a turn of the loop with its call, the best of some
/// runs.
final class WasmHostCall {
    private static final int RUNS = 10;
    private static final int CALLS = 50_000_000;

    private WasmHostCall() {}

    public static void main(String[] arguments) {
        var engine = Engine.create(Engine.Mode.COMPILED);
        var module =
                Module.parseText(
                        engine,
                        """
                        (module
                          (import "host" "next" (func $next (param i32 i32) (result i32)))
                          (func (export "run") (param $n i32) (result i32) (local $s i32)
                            (loop $l
                              (local.set $s (call $next (local.get $s) (local.get $n)))
                              (br_if $l (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
                            (local.get $s)))
                        """);
        var run =
                Linker.of(Store.of(engine, Limits.DEFAULT))
                        .func("host", "next", IntBinaryOperator.class, (s, n) -> s * 31 + n)
                        .instantiate(module)
                        .func("run");
        int expected = 0;
        for (int n = CALLS; n > 0; n--) {
            expected = expected * 31 + n;
        }
        long best = Long.MAX_VALUE;
        for (int i = 0; i < RUNS; i++) {
            long start = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
            var result = run.call(CALLS).getFirst();
            best =
                    Math.min(
                            best,
                            ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - start);
            if (!Integer.valueOf(expected).equals(result)) {
                throw new IllegalStateException("the guest gave " + result);
            }
        }
        System.out.println((double) best / CALLS);
    }
}
