package dev.weir.bench;

import com.sun.management.ThreadMXBean;
import dev.weir.wasm.Engine;
import dev.weir.wasm.Func;
import dev.weir.wasm.Limits;
import dev.weir.wasm.Linker;
import dev.weir.wasm.Module;
import dev.weir.wasm.Store;
import java.lang.management.ManagementFactory;
import java.util.function.IntBinaryOperator;

/// One process of [WasmBenchmark]. A compiled guest calls a lambda in a loop, and Java calls a
/// compiled function of the guest in one: by an interface, and boxed. Prints the nanoseconds of the
/// thread's CPU time for a turn of the loop with its call, the best of some runs; and the bytes
/// that a call by the interface allocated in the last of them.
final class WasmCalls {
    private static final int RUNS = 10;
    private static final int CALLS = 50_000_000;
    private static final int BOXED_CALLS = 2_000_000;
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private WasmCalls() {}

    /// The guest's function, as Java sees it.
    public interface Guest {
        /// The next of a row of numbers.
        int next(int s, int n);
    }

    private interface Loop {
        int run(int calls);
    }

    public static void main(String[] arguments) {
        var engine = Engine.create(Engine.Mode.COMPILED);
        var module =
                Module.parseText(
                        engine,
                        """
                        (module
                          (import "host" "next" (func $next (param i32 i32) (result i32)))
                          (func (export "next") (param i32 i32) (result i32)
                            (i32.add (i32.mul (local.get 0) (i32.const 31)) (local.get 1)))
                          (func (export "run") (param $n i32) (result i32) (local $s i32)
                            (loop $l
                              (local.set $s (call $next (local.get $s) (local.get $n)))
                              (br_if $l (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
                            (local.get $s)))
                        """);
        var instance =
                Linker.of(Store.of(engine, Limits.DEFAULT))
                        .func("host", "next", IntBinaryOperator.class, (s, n) -> s * 31 + n)
                        .instantiate(module);
        var run = instance.func("run");
        System.out.println(best(CALLS, n -> (int) run.call(n).getFirst()));
        var guest = instance.as(Guest.class);
        System.out.println(best(CALLS, n -> typed(guest, n)));
        var next = instance.func("next");
        System.out.println(best(BOXED_CALLS, n -> boxed(next, n)));
        long before = THREADS.getCurrentThreadAllocatedBytes();
        typed(guest, CALLS);
        System.out.println((double) (THREADS.getCurrentThreadAllocatedBytes() - before) / CALLS);
    }

    private static int typed(Guest guest, int calls) {
        int s = 0;
        for (int n = calls; n > 0; n--) {
            s = guest.next(s, n);
        }
        return s;
    }

    private static int boxed(Func next, int calls) {
        int s = 0;
        for (int n = calls; n > 0; n--) {
            s = (int) next.call(s, n).getFirst();
        }
        return s;
    }

    private static double best(int calls, Loop loop) {
        int expected = 0;
        for (int n = calls; n > 0; n--) {
            expected = expected * 31 + n;
        }
        long best = Long.MAX_VALUE;
        for (int i = 0; i < RUNS; i++) {
            long start = THREADS.getCurrentThreadCpuTime();
            int result = loop.run(calls);
            best = Math.min(best, THREADS.getCurrentThreadCpuTime() - start);
            if (result != expected) {
                throw new IllegalStateException("the guest gave " + result);
            }
        }
        return (double) best / calls;
    }
}
