package dev.weir.conformance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// WebAssembly's official core suite, each assertion a check, in the interpreter.
final class WasmSpec implements Suite {
    @Override
    public String name() {
        return "wasm-spec";
    }

    @Override
    public String summary() {
        return "WebAssembly's core suite, every assertion, in the interpreter";
    }

    @Override
    public void run(Report report) throws Exception {
        var folder = folder(report);
        var files = files(folder);
        for (int i = 0; i < files.size(); i++) {
            report.progress(i, files.size());
            var name = folder.relativize(files.get(i)).toString().replace('\\', '/');
            new WasmScript(report, name).run(Files.readString(files.get(i)));
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
