package dev.weir.cli;

import dev.weir.wasm.Engine;
import dev.weir.wasm.Func;
import dev.weir.wasm.Instance;
import dev.weir.wasm.Limits;
import dev.weir.wasm.Module;
import dev.weir.wasm.Store;
import dev.weir.wasm.TrapException;
import dev.weir.wasm.ValType;
import dev.weir.wasm.WasmException;
import dev.weir.wasm.Wat;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/// `weir wasm`: checks, runs or converts a WebAssembly module, in binary or in text.
@Command(
        name = "wasm",
        description = "Checks, runs or converts a WebAssembly module (.wasm or .wat).",
        footer = {
            "",
            "Examples:",
            "  weir wasm validate policy.wasm",
            "  weir wasm run policy.wat --invoke judge --fuel 100000 4999",
            "  weir wasm wat2wasm policy.wat -o policy.wasm"
        })
final class WasmCommand implements Runnable {
    private static final int MAGIC = 4;

    @ParentCommand private @Nullable Weir weir;

    @Parameters(index = "0", paramLabel = "ACTION", description = "${COMPLETION-CANDIDATES}")
    private @Nullable Action action;

    @Parameters(index = "1", paramLabel = "FILE", description = "The module.")
    private @Nullable Path file;

    @Parameters(index = "2..*", paramLabel = "ARGUMENT", description = "Numbers for run.")
    private List<String> arguments = List.of();

    @Option(
            names = "--invoke",
            paramLabel = "NAME",
            description = "run: the exported function to call. Default: only instantiate.")
    private @Nullable String invoke;

    @Option(
            names = "--fuel",
            paramLabel = "N",
            description = "run: about how many instructions may run. Default: no end.")
    private long fuel = -1;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            description = "wat2wasm: where to write. Default: beside the module, as .wasm.")
    private @Nullable Path output;

    /// What to do with the module.
    enum Action {
        validate,
        run,
        wat2wasm
    }

    @Override
    public void run() {
        var path = Objects.requireNonNull(file, "a command without its file");
        try {
            switch (Objects.requireNonNull(action, "a command without its action")) {
                case validate -> module(path, Engine.create());
                case run -> execute(path);
                case wat2wasm -> convert(path);
            }
        } catch (TrapException e) {
            throw new Problem(
                    path
                            + ": trap: "
                            + e.getMessage()
                            + " in "
                            + String.join(" < ", e.guestTrace()),
                    e);
        } catch (WasmException e) {
            throw new Problem(path + ": " + e.getMessage(), e);
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

    private void convert(Path path) throws IOException {
        byte[] bytes = binary(path);
        Module.parse(Engine.create(), bytes);
        var name = String.valueOf(path.getFileName()).replaceFirst("\\.[^.]*$", "") + ".wasm";
        Files.write(output == null ? path.resolveSibling(name) : output, bytes);
    }

    private void execute(Path path) throws IOException {
        var engine = Engine.create();
        var limits = Limits.DEFAULT.withFuel(Math.max(-1, fuel));
        var instance = Instance.of(Store.of(engine, limits), module(path, engine));
        if (invoke == null) {
            return;
        }
        var function = instance.func(invoke);
        for (var result : function.call(values(function))) {
            Weir.of(weir).shell.out().println(result);
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
