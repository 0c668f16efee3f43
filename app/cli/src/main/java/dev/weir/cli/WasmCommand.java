package dev.weir.cli;

import dev.weir.wasm.CodeCache;
import dev.weir.wasm.Engine;
import dev.weir.wasm.Func;
import dev.weir.wasm.Instance;
import dev.weir.wasm.Limits;
import dev.weir.wasm.Linker;
import dev.weir.wasm.Module;
import dev.weir.wasm.Store;
import dev.weir.wasm.TrapException;
import dev.weir.wasm.ValType;
import dev.weir.wasm.WasmException;
import dev.weir.wasm.Wat;
import dev.weir.wasm.wasi.Wasi;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/// `weir wasm`: checks, runs, converts or shows a WebAssembly module, in binary or in text.
@Command(
        name = "wasm",
        description = "Checks, runs, converts or shows a WebAssembly module (.wasm or .wat).",
        footer = {
            "",
            "Examples:",
            "  weir wasm validate policy.wasm",
            "  weir wasm run program.wasm --dir data::/data --env LEVEL=debug first second",
            "  weir wasm run program.wasm --dir . -- --option of the program",
            "  weir wasm run policy.wat --invoke judge --fuel 100000 4999",
            "  weir wasm run --cache ~/.cache/weir-wasm program.wasm",
            "  weir wasm wat2wasm policy.wat -o policy.wasm",
            "  weir wasm wasm2wat policy.wasm -o policy.wat",
            "  weir wasm objdump policy.wasm"
        })
final class WasmCommand implements Callable<Integer> {
    private static final int MAGIC = 4;

    /// Calls of guests nest as deep as [Limits#callDepth] allows only where the thread's own stack
    /// is deep enough; of this one, the system gives only what is used.
    private static final long STACK_BYTES = 1L << 28;

    private static final double MILLIS = 1000;

    @ParentCommand private @Nullable Weir weir;

    @Parameters(index = "0", paramLabel = "ACTION", description = "${COMPLETION-CANDIDATES}")
    private @Nullable Action action;

    @Parameters(index = "1", paramLabel = "FILE", description = "The module.")
    private @Nullable Path file;

    @Parameters(
            index = "2..*",
            paramLabel = "ARGUMENT",
            description =
                    "run: what the program is passed; with --invoke, numbers for the function.")
    private List<String> arguments = List.of();

    @Option(
            names = "--dir",
            paramLabel = "HOST[::GUEST]",
            description =
                    "run: a directory that the program may read and change, and where it finds it."
                            + " Default: no directory; the same name.")
    private List<String> directories = List.of();

    @Option(
            names = "--env",
            paramLabel = "NAME[=VALUE]",
            description =
                    "run: a variable of the program's environment; without a value, the one that it"
                            + " has here. Default: none.")
    private List<String> environment = List.of();

    @Option(
            names = "--invoke",
            paramLabel = "NAME",
            description =
                    "run: the exported function to call. Default: _start, or only instantiate.")
    private @Nullable String invoke;

    @Option(
            names = "--fuel",
            paramLabel = "N",
            description = "run: about how many instructions may run. Default: no end.")
    private long fuel = -1;

    @Option(
            names = "--timeout",
            paramLabel = "SECONDS",
            description = "run: how long it may run. Default: for ever.")
    private double timeout;

    @Option(
            names = "--memory",
            paramLabel = "MIB",
            defaultValue = "1024",
            description = "run: how much memory it may have. Default: ${DEFAULT-VALUE}.")
    private int memory;

    @Option(
            names = "--cache",
            paramLabel = "DIR",
            description =
                    "run: where compiled code is kept for the next time, at most 256 MiB; a directory"
                            + " that only you can write to. Default: nowhere.")
    private @Nullable Path cache;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            description =
                    "wat2wasm, wasm2wat, objdump: where to write. Default: beside the module, as"
                            + " .wasm; standard output.")
    private @Nullable Path output;

    /// What to do with the module.
    enum Action {
        validate,
        run,
        wat2wasm,
        wasm2wat,
        objdump
    }

    @Override
    public Integer call() {
        var path = Objects.requireNonNull(file, "a command without its file");
        try {
            switch (Objects.requireNonNull(action, "a command without its action")) {
                case validate -> module(path, Engine.create());
                case run -> {
                    return execute(path);
                }
                case wat2wasm -> convert(path);
                case wasm2wat -> show(Wat.toText(binary(path)));
                case objdump -> show(Wat.dump(binary(path)));
            }
            return 0;
        } catch (TrapException e) {
            var shell = Weir.of(weir).shell;
            int code = Problems.report(shell, new Problem(path + ": trap: " + e.getMessage(), e));
            for (var place : e.guestTrace()) {
                shell.err().println("  at " + Shell.visible(place));
            }
            return code;
        } catch (WasmException e) {
            throw new Problem(path + ": " + e.getMessage(), e);
        } catch (NoSuchFileException e) {
            throw new Problem(e.getFile() + ": no such file", e);
        } catch (IOException e) {
            throw new Problem(path + " cannot be read or written: " + e, e);
        }
    }

    private static Module module(Path path, Engine engine) throws IOException {
        return Module.parse(engine, binary(path));
    }

    private static byte[] binary(Path path) throws IOException {
        byte[] bytes = Files.readAllBytes(path);
        boolean binary = bytes.length >= MAGIC && bytes[0] == 0 && bytes[1] == 'a';
        return binary ? bytes : Wat.toBinary(new String(bytes, StandardCharsets.UTF_8));
    }

    private void show(String text) throws IOException {
        if (output == null) {
            Weir.of(weir).shell.out().print(text);
        } else {
            Files.writeString(output, text);
        }
    }

    private void convert(Path path) throws IOException {
        byte[] bytes = binary(path);
        Module.parse(Engine.create(), bytes);
        var name = String.valueOf(path.getFileName()).replaceFirst("\\.[^.]*$", "") + ".wasm";
        Files.write(output == null ? path.resolveSibling(name) : output, bytes);
    }

    private int execute(Path path) throws IOException {
        var engine = engine();
        var module = module(path, engine);
        var store = Store.of(engine, limits());
        var shell = Weir.of(weir).shell;
        shell.out().flush();
        try (var wasi = system(path, shell)) {
            var guest = new FutureTask<>(() -> execute(wasi, store, module, shell));
            new Thread(null, guest, "guest", STACK_BYTES).start();
            return guest.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException known) {
                throw known;
            }
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            store.cancel();
            Thread.currentThread().interrupt();
            throw new Problem(path + ": interrupted", e);
        }
    }

    private Limits limits() {
        if (memory < 0 || timeout < 0) {
            throw new Problem("--memory and --timeout: expected no negative number");
        }
        return Limits.DEFAULT.withFuel(Math.max(-1, fuel)).withMemoryBytes((long) memory << 20);
    }

    private int execute(Wasi wasi, Store store, Module module, Shell shell) {
        if (timeout > 0) {
            store.deadline(Duration.ofMillis((long) Math.ceil(timeout * MILLIS)));
        }
        var linker = Linker.of(store);
        boolean command =
                module.exports().stream().anyMatch(export -> export.name().equals("_start"));
        try {
            if (invoke == null && command) {
                return (int) wasi.run(linker, module);
            }
            invoke(wasi.instantiate(linker, module), shell);
            return 0;
        } catch (TrapException e) {
            return (int) Wasi.exitCode(e);
        }
    }

    private Engine engine() {
        try {
            return cache == null
                    ? Engine.create()
                    : Engine.create(Engine.Mode.TIERED, CodeCache.in(cache));
        } catch (UncheckedIOException e) {
            throw new Problem("--cache: " + Objects.requireNonNull(e.getCause()).getMessage(), e);
        }
    }

    private void invoke(Instance instance, Shell shell) {
        if (invoke != null) {
            var function = instance.func(invoke);
            for (var result : function.call(values(function))) {
                shell.out().println(result);
            }
        }
    }

    private Wasi system(Path path, Shell shell) {
        var builder =
                Wasi.builder()
                        .arguments(String.valueOf(path.getFileName()))
                        .arguments(arguments.toArray(String[]::new))
                        .input(shell.in())
                        .output(shell.output())
                        .error(shell.error());
        boolean terminal = shell.colour();
        builder.terminals(terminal, terminal, terminal);
        for (var variable : environment) {
            var parts = variable.split("=", 2);
            if (parts[0].isEmpty()) {
                throw new Problem("--env " + variable + ": expected NAME=VALUE");
            }
            builder.environment(parts[0], parts.length > 1 ? parts[1] : shell.variable(parts[0]));
        }
        for (var directory : directories) {
            var parts = directory.split("::", 2);
            builder.directory(Path.of(parts[0]), parts[parts.length - 1]);
        }
        try {
            return builder.build();
        } catch (UncheckedIOException e) {
            // What `build` throws has the file's own failure as its cause.
            var which = Objects.requireNonNull(e.getCause()).getMessage();
            throw new Problem("--dir: " + which + " is no directory here", e);
        }
    }

    private Object[] values(Func function) {
        var params = function.type().params();
        if (params.size() != arguments.size()) {
            throw new Problem(
                    invoke + " takes " + params + ", found " + arguments.size() + " arguments");
        }
        var values = new Object[params.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = value(params.get(i), arguments.get(i));
        }
        return values;
    }

    private static Object value(ValType type, String text) {
        try {
            return switch (type) {
                case I32 -> Integer.parseInt(text);
                case I64 -> Long.parseLong(text);
                case F32 -> Float.parseFloat(text);
                case F64 -> Double.parseDouble(text);
                case V128, FUNCREF, EXTERNREF, ANYREF, EXNREF ->
                        throw new Problem(
                                "a function that takes " + type + " cannot be called here");
            };
        } catch (NumberFormatException e) {
            throw new Problem(text + ": expected " + type, e);
        }
    }
}
