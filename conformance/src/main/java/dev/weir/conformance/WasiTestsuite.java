package dev.weir.conformance;

import dev.weir.wasm.Engine;
import dev.weir.wasm.Limits;
import dev.weir.wasm.Linker;
import dev.weir.wasm.Module;
import dev.weir.wasm.Store;
import dev.weir.wasm.wasi.Wasi;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/// The official suite of WASI, preview 1: each built test is run, and held to the expectations in
/// the `.json` beside it. Directories that tests write to are copies.
final class WasiTestsuite implements Suite {
    @Override
    public String name() {
        return "wasi";
    }

    @Override
    public String summary() {
        return "the official suite of WASI, preview 1: C, Rust and AssemblyScript programs";
    }

    @Override
    public void run(Report report) throws Exception {
        var folder =
                report.data(
                                "wasi-testsuite",
                                "the folder of github.com/WebAssembly/wasi-testsuite, branch"
                                        + " prod/testsuite-base")
                        .resolve("tests");
        try (var scratch = new Scratch()) {
            for (var test : tests(folder)) {
                report.check(
                        folder.relativize(test).toString().replace('\\', '/'),
                        () -> new Run(test, scratch.path()).check());
            }
        }
    }

    private static List<Path> tests(Path folder) throws IOException {
        try (var all = Files.walk(folder)) {
            return all.filter(file -> file.toString().endsWith(".wasm"))
                    .filter(file -> file.toString().contains("wasm32-wasip1"))
                    .sorted()
                    .toList();
        }
    }

    /// One test, as the suite's document on specifications says.
    private static final class Run {
        private final Path test;
        private final Path scratch;
        private final Map<?, ?> expected;
        private final ByteArrayOutputStream out = new ByteArrayOutputStream();
        private final ByteArrayOutputStream err = new ByteArrayOutputStream();

        Run(Path test, Path scratch) throws IOException {
            this.test = test;
            this.scratch = scratch;
            var json = test.resolveSibling(stem() + ".json");
            expected =
                    Files.exists(json)
                            ? (Map<?, ?>)
                                    new Load(LoadSettings.builder().build())
                                            .loadFromString(Files.readString(json))
                            : Map.of();
        }

        private String stem() {
            return String.valueOf(test.getFileName()).replaceFirst("\\.wasm$", "");
        }

        void check() throws IOException {
            var engine = Engine.create();
            var module = Module.parse(engine, Files.readAllBytes(test));
            long code;
            try (var wasi = wasi()) {
                code = wasi.run(Linker.of(Store.of(engine, Limits.DEFAULT)), module);
            }
            same("exit_code", 0, (int) code);
            same("stdout", null, out.toString(StandardCharsets.UTF_8));
            same("stderr", null, err.toString(StandardCharsets.UTF_8));
        }

        private Wasi wasi() throws IOException {
            var builder = Wasi.builder().arguments(stem()).output(out).error(err);
            if (expected.get("args") instanceof List<?> arguments) {
                arguments.forEach(argument -> builder.arguments(String.valueOf(argument)));
            }
            if (expected.get("env") instanceof Map<?, ?> environment) {
                environment.forEach((name, value) ->
                        builder.environment(String.valueOf(name), String.valueOf(value)));
            }
            if (expected.get("root") instanceof String root) {
                builder.directory(copy(test.resolveSibling(root)), "/");
            }
            return builder.build();
        }

        private Path copy(Path root) throws IOException {
            var copy = Files.createTempDirectory(scratch, "root");
            try (var all = Files.walk(root)) {
                for (var from : all.skip(1).toList()) {
                    Files.copy(from, copy.resolve(root.relativize(from).toString()));
                }
            }
            return copy;
        }

        private void same(String what, Object usual, Object found) {
            var wanted = expected.containsKey(what) ? expected.get(what) : usual;
            if (wanted != null && !wanted.equals(found)) {
                throw new AssertionError(
                        what + " " + found + ", expected " + wanted + "; it said: " + out + err);
            }
        }
    }
}
