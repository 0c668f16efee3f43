package dev.weir.bench;

import dev.weir.wasm.Engine;
import dev.weir.wasm.Limits;
import dev.weir.wasm.Linker;
import dev.weir.wasm.Module;
import dev.weir.wasm.Store;
import dev.weir.wasm.wasi.Wasi;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;

/// One process of [WasmBenchmark]: runs the guest some times and prints the best rate, iterations
/// in a second of the thread's CPU time.
final class WasmCoreMark {
    private static final int RUNS = 8;

    private WasmCoreMark() {}

    public static void main(String[] arguments) throws IOException {
        var engine = Engine.create(Engine.Mode.COMPILED);
        var module = Module.parse(engine, Files.readAllBytes(Path.of(arguments[0])));
        int iterations = Integer.parseInt(arguments[1]);
        double best = 0;
        for (int i = 0; i < RUNS; i++) {
            best = Math.max(best, iterations / seconds(engine, module, arguments[1]));
        }
        System.out.println(best);
    }

    private static double seconds(Engine engine, Module module, String iterations)
            throws IOException {
        var linker = Linker.of(Store.of(engine, Limits.DEFAULT));
        try (var wasi =
                Wasi.builder().arguments("coremark", "0x0", "0x0", "0x66", iterations).build()) {
            long start = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
            if (wasi.run(linker, module) != 0) {
                throw new IOException("the guest failed");
            }
            return (ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - start) / 1e9;
        }
    }
}
