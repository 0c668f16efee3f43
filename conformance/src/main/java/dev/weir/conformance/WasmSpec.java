package dev.weir.conformance;

import dev.weir.wasm.Engine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordingFile;

/// WebAssembly's official core suite, each assertion a check, in one of the tiers; with legacy
/// exceptions and the suites of proposals.
final class WasmSpec implements Suite {
    /// Of the fourth, `custom-descriptors`, there is nothing: it changes the types of WasmGC, and
    /// is not finished.
    private static final List<String> PROPOSALS =
            List.of("threads", "custom-page-sizes", "wide-arithmetic");

    /// What the engine tells the JDK's recordings of each class that it makes.
    private static final String COMPILE = "dev.weir.wasm.Compile";

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
        return "WebAssembly's core suite and proposals, every assertion, "
                + (mode == Engine.Mode.INTERPRETED ? "in the interpreter" : "compiled");
    }

    @Override
    public void run(Report report) throws Exception {
        try (var recording = new Recording();
                var scratch = new Scratch()) {
            recording.enable(COMPILE);
            recording.start();
            scripts(report);
            recording.stop();
            if (mode == Engine.Mode.COMPILED) {
                var events = scratch.path().resolve("compiled.jfr");
                recording.dump(events);
                report.line(compiled(events) + " functions compiled");
            }
        }
    }

    private static int compiled(Path events) throws IOException {
        return RecordingFile.readAllEvents(events).stream()
                .filter(event -> event.getEventType().getName().equals(COMPILE))
                .mapToInt(event -> event.getInt("functions"))
                .sum();
    }

    private void scripts(Report report) throws Exception {
        for (var folder : folders(report).entrySet()) {
            var files = files(folder.getValue());
            for (int i = 0; i < files.size(); i++) {
                report.progress(i, files.size());
                new WasmScript(
                                report,
                                folder.getKey() + name(folder.getValue(), files.get(i)),
                                mode)
                        .run(Files.readString(files.get(i)));
            }
        }
    }

    static String name(Path folder, Path file) {
        return folder.relativize(file).toString().replace('\\', '/');
    }

    /// Where the scripts are, by what their names begin with.
    static Map<String, Path> folders(Report report) {
        var spec =
                report.data(
                        "wasm-spec", "the folder of github.com/WebAssembly/spec with test/core");
        var proposals =
                report.data("wasm-testsuite", "the folder of github.com/WebAssembly/testsuite")
                        .resolve("proposals");
        var folders = new LinkedHashMap<String, Path>();
        folders.put("", spec.resolve("test/core"));
        folders.put("legacy/", spec.resolve("test/legacy"));
        PROPOSALS.forEach(name -> folders.put(name + "/", proposals.resolve(name)));
        return folders;
    }

    static List<Path> files(Path folder) throws IOException {
        try (var all = Files.walk(folder)) {
            return all.filter(file -> file.toString().endsWith(".wast")).sorted().toList();
        }
    }
}
