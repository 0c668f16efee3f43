package dev.weir.bench;

import dev.weir.wasm.CodeCache;
import dev.weir.wasm.Engine;
import dev.weir.wasm.Instance;
import dev.weir.wasm.Limits;
import dev.weir.wasm.Module;
import dev.weir.wasm.Store;
import dev.weir.wasm.Wat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// How soon a new JVM has the first result of a large module whose functions are all compiled, with
/// its code in a cache and without. Wall clock, from before the module is read.
final class WasmStart {
    private static final int FORKS = 3;
    private static final int FUNCTIONS = 2_000;
    private static final int STEPS = 150;

    private WasmStart() {}

    static void run(Report report) throws IOException, InterruptedException {
        var folder = Folders.fresh();
        try {
            var module = folder.resolve("large.wasm");
            Files.write(module, Wat.toBinary(text()));
            report.row("large module", Files.size(module) / 1e6, "MB");
            var cache = folder.resolve("cache").toString();
            var without = new double[FORKS];
            var with = new double[FORKS];
            for (int i = 0; i < FORKS; i++) {
                without[i] = child(module.toString());
            }
            // The first fills it.
            report.row("first result of it, into a cache", child(module.toString(), cache), "ms");
            for (int i = 0; i < FORKS; i++) {
                with[i] = child(module.toString(), cache);
            }
            report.row("first result of it", Median.of(without), "ms");
            report.row("first result of it, from a cache", Median.of(with), "ms");
        } finally {
            Folders.remove(folder);
        }
    }

    private static double child(String... arguments) throws IOException, InterruptedException {
        return Double.parseDouble(Child.java(List.of(), WasmStart.class, arguments).strip());
    }

    private static String text() {
        var text = new StringBuilder("(module\n");
        var all = new StringBuilder("(i32.const 0)");
        for (int function = 0; function < FUNCTIONS; function++) {
            text.append("(func $f" + function + " (param i32) (result i32) (local i32)\n");
            for (int step = 0; step < STEPS; step++) {
                text.append(
                        "(local.set 1 (i32.add (i32.mul (local.get 1) (i32.const "
                                + (function * 31 + step)
                                + ")) (i32.xor (local.get 0) (i32.const "
                                + step * 1_000_003
                                + "))))\n");
            }
            text.append("(local.get 1))\n");
            all.append("\n(i32.add (call $f" + function + " (i32.const " + function + ")))");
        }
        return text + "(func (export \"all\") (result i32) " + all + "))\n";
    }

    /// A process: the module, and the cache if there is one.
    public static void main(String[] arguments) throws IOException {
        long start = System.nanoTime();
        var engine =
                arguments.length > 1
                        ? Engine.create(Engine.Mode.COMPILED, CodeCache.in(Path.of(arguments[1])))
                        : Engine.create(Engine.Mode.COMPILED);
        var module = Module.parse(engine, Files.readAllBytes(Path.of(arguments[0])));
        Instance.of(Store.of(engine, Limits.DEFAULT), module).func("all").call();
        System.out.println((System.nanoTime() - start) / 1e6);
    }
}
