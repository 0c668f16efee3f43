package dev.weir.bench;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import run.endive.compiler.MachineFactoryCompiler;
import run.endive.runtime.Instance;
import run.endive.runtime.Machine;
import run.endive.runtime.Store;
import run.endive.wasi.WasiExitException;
import run.endive.wasi.WasiOptions;
import run.endive.wasi.WasiPreview1;
import run.endive.wasm.Parser;
import run.endive.wasm.WasmModule;

/// The same as [WasmCoreMark] in Endive, with its compiler: that is of 1.0.0, and fails on what
/// later runtimes decode.
final class WasmEndive {
    private static final int RUNS = 8;

    private WasmEndive() {}

    public static void main(String[] arguments) throws IOException {
        var module = Parser.parse(Path.of(arguments[0]));
        var machines = MachineFactoryCompiler.compile(module);
        int iterations = Integer.parseInt(arguments[1]);
        double best = 0;
        for (int i = 0; i < RUNS; i++) {
            best = Math.max(best, iterations / seconds(module, machines, arguments[1]));
        }
        System.out.println(best);
    }

    private static double seconds(
            WasmModule module, Function<Instance, Machine> machines, String iterations)
            throws IOException {
        var options =
                WasiOptions.builder()
                        .withStdout(OutputStream.nullOutputStream())
                        .withArguments(List.of("coremark", "0x0", "0x0", "0x66", iterations))
                        .build();
        try (var wasi = WasiPreview1.builder().withOptions(options).build()) {
            var imports = new Store().addFunction(wasi.toHostFunctions()).toImportValues();
            long start = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
            try {
                Instance.builder(module)
                        .withMachineFactory(machines)
                        .withImportValues(imports)
                        .build();
            } catch (WasiExitException e) {
                if (e.exitCode() != 0) {
                    throw new IOException("the guest failed", e);
                }
            }
            return (ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - start) / 1e9;
        }
    }
}
