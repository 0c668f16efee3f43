package dev.weir.conformance;

import dev.weir.wasm.Engine;
import dev.weir.wasm.Limits;
import dev.weir.wasm.Linker;
import dev.weir.wasm.Module;
import dev.weir.wasm.Store;
import dev.weir.wasm.wasi.Wasi;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A program built twice.
///
/// @param module the one for WASI
/// @param command what starts the one for this machine
record GuestProgram(Path module, List<String> command) {
    private static final String INPUT = "The quick Brown fox\njumps over the lazy dog\nthe End\n";
    private static final String GREETING = "hello, wörld";

    /// What came out of a program.
    record Ended(long code, String out, String err) {}

    /// Runs the one for this machine in a folder.
    Ended host(Path in, String... arguments) throws IOException, InterruptedException {
        var err = Files.createTempFile(in.resolveSibling("."), "err", "");
        var line = new ArrayList<>(command);
        line.addAll(List.of(arguments));
        var builder = new ProcessBuilder(line);
        builder.environment().put("GREETING", GREETING);
        var process = builder.directory(in.toFile()).redirectError(err.toFile()).start();
        try (var input = process.getOutputStream()) {
            input.write(INPUT.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            // It ended, and did not read to the end.
        }
        var out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Ended(process.waitFor(), out, Files.readString(err));
    }

    /// Runs the one for WASI with a folder as its own.
    Ended guest(Engine.Mode tier, Path in, String... arguments) throws IOException {
        return guest(tier, in, new ByteArrayOutputStream(), arguments);
    }

    /// The same.
    ///
    /// @param out takes its standard output
    Ended guest(Engine.Mode tier, Path in, ByteArrayOutputStream out, String... arguments)
            throws IOException {
        var err = new ByteArrayOutputStream();
        var line = new ArrayList<>(List.of("guest"));
        line.addAll(List.of(arguments));
        var engine = Engine.create(tier);
        var builder =
                Wasi.builder()
                        .arguments(line.toArray(String[]::new))
                        .environment("GREETING", GREETING)
                        .directory(in, ".")
                        .input(new ByteArrayInputStream(INPUT.getBytes(StandardCharsets.UTF_8)))
                        .output(out)
                        .error(err);
        try (var wasi = builder.build()) {
            long code =
                    wasi.run(
                            Linker.of(Store.of(engine, Limits.DEFAULT)),
                            Module.parse(engine, Files.readAllBytes(module)));
            return new Ended(
                    code,
                    out.toString(StandardCharsets.UTF_8),
                    err.toString(StandardCharsets.UTF_8));
        }
    }
}
