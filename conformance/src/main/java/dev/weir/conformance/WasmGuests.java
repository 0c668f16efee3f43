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

/// Programs built from their sources twice, for this machine and for WASI: both print the same, and
/// end with the same code.
final class WasmGuests implements Suite {
    private static final String INPUT = "The quick Brown fox\njumps over the lazy dog\nthe End\n";
    private static final String GREETING = "hello, wörld";

    private final Path folder;

    WasmGuests(Path folder) {
        this.folder = folder;
    }

    /// A language: how a source is built for WASI, and how for here; `@` stands for the source.
    private record Language(String ending, List<String> guest, List<String> host) {}

    private static final List<Language> LANGUAGES =
            List.of(
                    new Language(
                            ".c",
                            List.of("clang", "--target=wasm32-wasi", "-O2", "@"),
                            List.of("clang", "-O2", "@")),
                    new Language(
                            ".rs",
                            List.of("rustc", "--target", rustTarget(), "-O", "@"),
                            List.of("rustc", "-O", "@")));

    private static String rustTarget() {
        return System.getenv().getOrDefault("WEIR_RUST_TARGET", "wasm32-wasip1");
    }

    @Override
    public String name() {
        return "wasm-guests";
    }

    @Override
    public String summary() {
        return "programs in C and Rust, for WASI and for this machine: the same output and code";
    }

    @Override
    public void run(Report report) throws Exception {
        try (var scratch = new Scratch();
                var sources = Files.list(folder)) {
            for (var source : sources.sorted().toList()) {
                for (var language : LANGUAGES) {
                    if (source.toString().endsWith(language.ending())) {
                        compare(report, source, language, scratch.path());
                    }
                }
            }
        }
    }

    private static void compare(Report report, Path source, Language language, Path scratch)
            throws IOException, InterruptedException {
        var name = String.valueOf(source.getFileName());
        var guest = scratch.resolve(name + ".wasm");
        var host = scratch.resolve(name + ".host");
        var problem = build(language.guest(), source, guest) + build(language.host(), source, host);
        if (!problem.isEmpty()) {
            report.skip(
                    name, problem.lines().findFirst().orElse("") + "; see conformance/README.md");
            return;
        }
        var expected = host(host, Files.createDirectory(scratch.resolve(name + ".a")));
        var found = guest(guest, Files.createDirectory(scratch.resolve(name + ".b")));
        report.check(name + " code", () -> same(expected.code(), found.code()));
        report.check(name + " stdout", () -> same(expected.out(), found.out()));
        report.check(name + " stderr", () -> same(expected.err(), found.err()));
    }

    private static void same(Object expected, Object found) {
        if (!expected.equals(found)) {
            throw new AssertionError("found\n" + found + "\nexpected\n" + expected);
        }
    }

    /// Builds, and says what went wrong; empty where nothing did.
    private static String build(List<String> command, Path source, Path to)
            throws IOException, InterruptedException {
        var line = new ArrayList<>(command);
        line.replaceAll(word -> word.equals("@") ? source.toString() : word);
        line.addAll(List.of("-o", to.toString()));
        try {
            var process = new ProcessBuilder(line).redirectErrorStream(true).start();
            process.getOutputStream().close();
            var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return process.waitFor() == 0 ? "" : command.getFirst() + " failed: " + said;
        } catch (IOException e) {
            return command.getFirst() + " is not on the PATH";
        }
    }

    /// What came out of a program.
    private record Ended(long code, String out, String err) {}

    private static Ended host(Path program, Path in) throws IOException, InterruptedException {
        var err = in.resolveSibling(in.getFileName() + ".err");
        var builder = new ProcessBuilder(program.toString(), "one", "zwei drei");
        builder.environment().put("GREETING", GREETING);
        var process = builder.directory(in.toFile()).redirectError(err.toFile()).start();
        try (var input = process.getOutputStream()) {
            input.write(INPUT.getBytes(StandardCharsets.UTF_8));
        }
        var out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Ended(process.waitFor(), out, Files.readString(err));
    }

    private static Ended guest(Path program, Path in) throws IOException {
        var out = new ByteArrayOutputStream();
        var err = new ByteArrayOutputStream();
        var engine = Engine.create();
        var builder =
                Wasi.builder()
                        .arguments("guest", "one", "zwei drei")
                        .environment("GREETING", GREETING)
                        .directory(in, ".")
                        .input(new ByteArrayInputStream(INPUT.getBytes(StandardCharsets.UTF_8)))
                        .output(out)
                        .error(err);
        try (var wasi = builder.build()) {
            long code =
                    wasi.run(
                            Linker.of(Store.of(engine, Limits.DEFAULT)),
                            Module.parse(engine, Files.readAllBytes(program)));
            return new Ended(
                    code,
                    out.toString(StandardCharsets.UTF_8),
                    err.toString(StandardCharsets.UTF_8));
        }
    }
}
