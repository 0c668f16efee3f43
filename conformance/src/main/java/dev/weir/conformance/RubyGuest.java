package dev.weir.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.weir.wasm.Engine;
import dev.weir.wasm.FuncType;
import dev.weir.wasm.Instance;
import dev.weir.wasm.Limits;
import dev.weir.wasm.Linker;
import dev.weir.wasm.Memory;
import dev.weir.wasm.Module;
import dev.weir.wasm.Store;
import dev.weir.wasm.wasi.Wasi;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// A program in Ruby, in ruby.wasm as its makers give it out for browsers: 30 MB of code whose
/// exceptions and fibers unwind the stack, and which grows its memory by a page or two each time to
/// 600 MB. It is a library for WASI, with imports for JavaScript's objects, none of which the
/// program touches.
///
/// @param peers where `conformance/peers/ruby.sh` put it
/// @param sources the folder of the program and of what runs it on V8
record RubyGuest(Path peers, Path sources) {
    /// @throws AbsentException where it is not there
    RubyGuest {
        if (!Files.exists(peers.resolve("ruby.wasm"))) {
            throw new AbsentException("run conformance/peers/ruby.sh once");
        }
    }

    private Path module() {
        return peers.resolve("ruby.wasm");
    }

    private Path program() {
        return sources.resolve("words.rb");
    }

    /// What it prints on V8.
    ///
    /// @throws AbsentException where V8 does not get to its end
    String v8() throws IOException, InterruptedException {
        var process =
                new ProcessBuilder(
                                "node",
                                "--no-warnings",
                                sources.resolve("v8.mjs").toString(),
                                peers.toString(),
                                module().toString(),
                                program().toString())
                        .redirectErrorStream(true)
                        .start();
        process.getOutputStream().close();
        var out = new String(process.getInputStream().readAllBytes(), UTF_8);
        int code = process.waitFor();
        if (code != 0) {
            throw new AbsentException("node ended with " + code + ": " + out);
        }
        return out;
    }

    /// What it prints here.
    String weir(Engine.Mode tier) throws IOException {
        var engine = Engine.create(tier);
        var module = Module.parse(engine, Files.readAllBytes(module()));
        var linker = Linker.of(Store.of(engine, Limits.DEFAULT));
        for (var use : module.imports()) {
            if (!use.module().startsWith("wasi") && use.type() instanceof FuncType type) {
                linker.func(use.module(), use.name(), type, arguments -> answer(type, arguments));
            }
        }
        var out = new ByteArrayOutputStream();
        try (var wasi = Wasi.builder().arguments("ruby").output(out).error(out).build()) {
            var ruby = new Ruby(wasi.instantiate(linker, module));
            ruby.start("ruby.wasm", "-EUTF-8", "--disable-gems", "-e_=0");
            ruby.evaluate(Files.readString(program()));
        }
        return out.toString(UTF_8);
    }

    /// A handle stands for itself.
    private static Object[] answer(FuncType type, Object[] arguments) {
        return type.results().isEmpty() ? new Object[0] : new Object[] {arguments[0]};
    }

    /// Its instance, by its own binary interface.
    private record Ruby(Instance instance) {
        void start(String... arguments) {
            int list = allocate(8 * arguments.length, 4);
            var words = ByteBuffer.allocate(8 * arguments.length).order(ByteOrder.LITTLE_ENDIAN);
            for (var argument : arguments) {
                words.putInt(string(argument)).putInt(argument.length());
            }
            memory().write(list, words.array());
            call("ruby-init: ", list, arguments.length);
            call("ruby-init-loadpath: ");
        }

        void evaluate(String program) {
            call("rb-eval-string-protect: ", string(program), program.getBytes(UTF_8).length);
        }

        private int string(String text) {
            byte[] bytes = (text + "\0").getBytes(UTF_8);
            int at = allocate(bytes.length, 1);
            memory().write(at, bytes);
            return at;
        }

        private int allocate(int bytes, int align) {
            var found = instance.func("cabi_realloc").call(0, 0, align, bytes).getFirst();
            return found instanceof Integer at ? at : 0;
        }

        private List<?> call(String beginning, Object... arguments) {
            for (var name : instance.exports()) {
                if (name.startsWith(beginning)) {
                    return instance.func(name).call(arguments);
                }
            }
            throw new IllegalStateException("no export " + beginning);
        }

        private Memory memory() {
            return instance.memory("memory");
        }
    }
}
