package dev.weir.conformance;

import dev.weir.wasm.Engine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// WebAssembly's official core suite, each assertion a check, in one of the tiers.
final class WasmSpec implements Suite {
    private final Engine.Mode mode;

    WasmSpec(Engine.Mode mode) {
        this.mode = mode;
    }

    @Override
    public String name() {
        return mode == Engine.Mode.INTERPRETED ? "wasm-spec" : "wasm-spec-compiled";
    }

    @Override
    public String summary() {
        return "WebAssembly's core suite, every assertion, "
                + (mode == Engine.Mode.INTERPRETED ? "in the interpreter" : "compiled");
    }

    @Override
    public void run(Report report) throws Exception {
        var folder = folder(report);
        var files = files(folder);
        for (int i = 0; i < files.size(); i++) {
            report.progress(i, files.size());
            var name = folder.relativize(files.get(i)).toString().replace('\\', '/');
            new WasmScript(report, name, mode).run(Files.readString(files.get(i)));
        }
    }

    static Path folder(Report report) {
        return report.data("wasm-spec", "the folder of github.com/WebAssembly/spec with test/core")
                .resolve("test/core");
    }

    static List<Path> files(Path folder) throws IOException {
        try (var all = Files.walk(folder)) {
            return all.filter(file -> file.toString().endsWith(".wast")).sorted().toList();
        }
    }
}
