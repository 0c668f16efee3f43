package dev.weir.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/// Builds the programs of `guests/` for WASI and for this machine.
///
/// @param guests the folder of the sources
/// @param scratch where what is built goes
record GuestBuilder(Path guests, Path scratch, Report report) {
    /// The folder of the program on SQLite, whose own sources are not in this tree.
    static final String SQLITE = "sqlite";

    private static final String KOTLIN = "org.jetbrains.kotlin.cli.";

    /// The program of a source, or of a folder of sources.
    ///
    /// @throws AbsentException with what is missing here
    GuestProgram build(Path source) throws IOException, InterruptedException {
        var name = String.valueOf(source.getFileName());
        if (name.equals(SQLITE)) {
            return sqlite(source.resolve("shop.c"));
        }
        return switch (name.substring(name.lastIndexOf('.') + 1)) {
            case "c" ->
                    twice(name, List.of("clang", "--target=wasm32-wasi"), List.of("clang"), source);
            case "rs" -> twice(name, rust(), List.of("rustc"), source);
            case "kt" -> kotlin(source, name.substring(0, name.lastIndexOf('.')));
            default -> throw new IllegalStateException("in what language is " + source + "?");
        };
    }

    /// The compiler that `conformance/peers/rust.sh` fetched, where it did.
    private static List<String> rust() {
        var fetched = KubernetesPeer.folder().resolve("rust/rustc");
        return Files.exists(fetched)
                ? List.of(fetched.toString())
                : List.of(
                        "rustc",
                        "--target",
                        System.getenv().getOrDefault("WEIR_RUST_TARGET", "wasm32-wasip1"));
    }

    private GuestProgram twice(String name, List<String> guest, List<String> host, Path source)
            throws IOException, InterruptedException {
        var optimized = List.of(name.endsWith(".rs") ? "-O" : "-O2", source.toString());
        return twice(name, guest, host, optimized, List.of());
    }

    private GuestProgram twice(
            String name,
            List<String> guest,
            List<String> host,
            List<String> rest,
            List<String> libraries)
            throws IOException, InterruptedException {
        var module = scratch.resolve(name + ".wasm");
        var program = scratch.resolve(name + ".host");
        execute(guest, rest, List.of("-o", module.toString()));
        execute(host, rest, List.of("-o", program.toString()), libraries);
        return new GuestProgram(module, List.of(program.toString()));
    }

    private GuestProgram sqlite(Path source) throws IOException, InterruptedException {
        var from = sqliteSources();
        // Both do what WASI can: one thread, and no libraries loaded at run time.
        var rest =
                List.of(
                        "-O2",
                        "-DSQLITE_THREADSAFE=0",
                        "-DSQLITE_OMIT_LOAD_EXTENSION",
                        "-I" + from,
                        source.toString(),
                        from.resolve("sqlite3.c").toString());
        return twice(
                SQLITE,
                List.of("clang", "--target=wasm32-wasi"),
                List.of("clang"),
                rest,
                List.of("-lm"));
    }

    private Path sqliteSources() {
        var peers = KubernetesPeer.folder().resolve(SQLITE);
        return Files.exists(peers.resolve("sqlite3.h"))
                ? peers
                : report.data(
                        SQLITE,
                        "SQLite's sqlite3.c and sqlite3.h (or run conformance/peers/sqlite.sh once)");
    }

    /// By the compiler of `conformance/kotlin`, for WASI in the two steps that it takes for that.
    private GuestProgram kotlin(Path source, String name) throws IOException, InterruptedException {
        var jars = scratch.resolve("kotlin");
        try {
            Maven.find()
                    .run(
                            guests.resolveSibling("kotlin"),
                            "org.apache.maven.plugins:maven-dependency-plugin:3.9.0:copy-dependencies",
                            "-DoutputDirectory=" + jars);
        } catch (IOException e) {
            throw new AbsentException(
                    "needs what conformance/kotlin/pom.xml names: " + e.getMessage());
        }
        var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        var compiler =
                List.of(java, "--enable-native-access=ALL-UNNAMED", "-cp", list(jars, "", ".jar"));
        var wasm =
                List.of(
                        KOTLIN + "js.KotlinWasmCompiler",
                        "-Xwasm-target=wasm-wasi",
                        "-Xwasm-enable-array-range-checks",
                        "-libraries",
                        list(jars, "", ".klib"),
                        "-ir-output-dir",
                        scratch.toString(),
                        "-ir-output-name",
                        name);
        execute(compiler, wasm, List.of("-Xir-produce-klib-file", source.toString()));
        execute(compiler, wasm, List.of("-Xinclude=" + scratch.resolve(name + ".klib")));

        var library = list(jars, "kotlin-stdlib-", ".jar");
        var classes = scratch.resolve(name + ".classes").toString();
        var jvm =
                List.of(KOTLIN + "jvm.K2JVMCompiler", "-no-stdlib", "-no-reflect", "-cp", library);
        execute(compiler, jvm, List.of("-d", classes, source.toString()));
        var main = Character.toUpperCase(name.charAt(0)) + name.substring(1) + "Kt";
        return new GuestProgram(
                scratch.resolve(name + ".wasm"),
                List.of(
                        java,
                        "-Dstdout.encoding=UTF-8",
                        "-cp",
                        classes + File.pathSeparator + library,
                        main));
    }

    private static String list(Path folder, String beginning, String ending) throws IOException {
        try (var files = Files.list(folder)) {
            return files.map(Path::toString)
                    .filter(file -> Path.of(file).getFileName().toString().startsWith(beginning))
                    .filter(file -> file.endsWith(ending))
                    .sorted()
                    .collect(Collectors.joining(File.pathSeparator));
        }
    }

    /// @throws AbsentException where the compiler is not there, or does not build it
    @SafeVarargs
    private static void execute(List<String>... words) throws IOException, InterruptedException {
        var line = new ArrayList<String>();
        for (var some : words) {
            line.addAll(some);
        }
        var tool = line.getFirst();
        Process process;
        try {
            process = new ProcessBuilder(line).redirectErrorStream(true).start();
        } catch (IOException e) {
            throw new AbsentException(tool + " is not on the PATH; see conformance/README.md");
        }
        process.getOutputStream().close();
        var said = new String(process.getInputStream().readAllBytes(), UTF_8);
        if (process.waitFor() != 0) {
            throw new AbsentException(
                    tool
                            + " failed; see conformance/README.md: "
                            + said.lines().findFirst().orElse(""));
        }
    }
}
