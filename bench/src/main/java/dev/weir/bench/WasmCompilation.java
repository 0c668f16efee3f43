package dev.weir.bench;

import dev.weir.wasm.Engine;
import dev.weir.wasm.Instance;
import dev.weir.wasm.Limits;
import dev.weir.wasm.Module;
import dev.weir.wasm.Store;
import java.io.ByteArrayOutputStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// One process of [WasmBenchmark]. Prints the CPU time of compiling a module of 150 kB until its
/// first result (ms) and of making an instance of it (us), the best of some; and the time of the
/// first result of 20 MB in a fresh JVM (ms).
final class WasmCompilation {
    private static final int RUNS = 30;
    private static final int INSTANCES = 1_000;
    private static final int FUNCTION = 2_000;

    private WasmCompilation() {}

    public static void main(String[] arguments) {
        var large = bytes(20_000_000 / FUNCTION);
        long start = System.nanoTime();
        call(Engine.create(), large);
        double first = (System.nanoTime() - start) / 1e6;

        var small = bytes(150_000 / FUNCTION);
        var engine = Engine.create(Engine.Mode.COMPILED);
        double compile = best(() -> call(engine, small)) / 1e6;
        var module = Module.parse(engine, small);
        double instances =
                best(() -> {
                    for (int i = 0; i < INSTANCES; i++) {
                        Instance.of(Store.of(engine, Limits.DEFAULT), module);
                    }
                });
        System.out.println(compile + " " + instances / 1e3 / INSTANCES + " " + first);
    }

    private static void call(Engine engine, byte[] bytes) {
        var module = Module.parse(engine, bytes);
        var guest = Instance.of(Store.of(engine, Limits.DEFAULT), module);
        if (!guest.func("f").call(1).equals(List.of(1))) {
            throw new IllegalStateException("wrong result");
        }
    }

    private static double best(Runnable what) {
        long best = Long.MAX_VALUE;
        for (int i = 0; i < RUNS; i++) {
            long start = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
            what.run();
            long end = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
            best = Math.min(best, end - start);
        }
        return best;
    }

    // --- the module ---

    /// Functions that give what they get, in a long way; the first is exported.
    private static byte[] bytes(int functions) {
        // local.get 0, i32.const 1, i32.xor, local.set 0, an even number of times
        byte[] step = {0x20, 0, 0x41, 1, 0x73, 0x21, 0};
        var body = new ByteArrayOutputStream();
        body.write(0); // no locals
        for (int i = 0; i < FUNCTION / step.length / 2 * 2; i++) {
            body.writeBytes(step);
        }
        body.writeBytes(new byte[] {0x20, 0, 0x0b}); // local.get 0, end
        var types = new ByteArrayOutputStream();
        var codes = new ByteArrayOutputStream();
        leb(types, functions);
        leb(codes, functions);
        for (int i = 0; i < functions; i++) {
            leb(types, 0);
            leb(codes, body.size());
            codes.writeBytes(body.toByteArray());
        }
        var all = new ByteArrayOutputStream();
        all.writeBytes("\0asm\1\0\0\0".getBytes(StandardCharsets.ISO_8859_1));
        section(all, 1, new byte[] {1, 0x60, 1, 0x7f, 1, 0x7f});
        section(all, 3, types.toByteArray());
        section(all, 7, new byte[] {1, 1, 'f', 0, 0});
        section(all, 10, codes.toByteArray());
        return all.toByteArray();
    }

    private static void section(ByteArrayOutputStream to, int id, byte[] content) {
        to.write(id);
        leb(to, content.length);
        to.writeBytes(content);
    }

    private static void leb(ByteArrayOutputStream to, int value) {
        int rest = value;
        for (; rest > 0x7f; rest >>>= 7) {
            to.write(rest & 0x7f | 0x80);
        }
        to.write(rest);
    }
}
