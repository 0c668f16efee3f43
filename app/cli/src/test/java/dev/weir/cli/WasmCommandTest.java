package dev.weir.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WasmCommandTest {
    @TempDir private Path folder;
    private Path module;

    @BeforeEach
    void write() throws IOException {
        module =
                Files.writeString(
                        folder.resolve("policy.wat"),
                        """
                        (module $policy
                          (func (export "add") (param i32 i64) (result i64)
                            (i64.add (i64.extend_i32_s (local.get 0)) (local.get 1)))
                          (memory 2)
                          (func $spin (export "spin") (loop $l (br $l)))
                          (func $down (export "down") (param i32)
                            (if (local.get 0)
                              (then (call $down (i32.sub (local.get 0) (i32.const 1))))
                              (else unreachable))))
                        """);
    }

    private Call weir(String... arguments) {
        return new Call(folder, Map.of(), "").run(arguments);
    }

    @Test
    void convertsTextAndRunsBoth() {
        var binary = folder.resolve("policy.wasm");
        assertThat(weir("wasm", "wat2wasm", module.toString()).code()).isZero();
        assertThat(weir("wasm", "validate", binary.toString()).code()).isZero();
        for (var file : new Path[] {module, binary}) {
            var call = weir("wasm", "run", file.toString(), "--invoke", "add", "40", "2");
            assertThat(call.lines()).containsExactly("42");
        }
    }

    @Test
    void writesABinaryModuleAsTextAndShowsWhatIsInIt() throws IOException {
        var binary = folder.resolve("policy.wasm");
        var again = folder.resolve("again.wasm");
        var text = folder.resolve("again.wat");
        weir("wasm", "wat2wasm", module.toString());
        assertThat(weir("wasm", "wasm2wat", binary.toString()).out()).startsWith("(module $policy");
        weir("wasm", "wasm2wat", binary.toString(), "-o", text.toString());
        weir("wasm", "wat2wasm", text.toString(), "-o", again.toString());
        assertThat(again).hasSameBinaryContentAs(binary);
        assertThat(weir("wasm", "objdump", binary.toString()).out())
                .contains("sections")
                .contains("policy.spin")
                .contains("i64.add");
    }

    @Test
    void keepsCompiledCode() throws IOException {
        Files.writeString(
                module,
                """
                (module (func $one (result i32) (i32.const 1))
                  (func (export "sum") (param i32) (result i32) (local i32)
                    (loop $l
                      (local.set 1 (i32.add (local.get 1) (call $one)))
                      (br_if $l (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))
                    (local.get 1)))
                """);
        var cache = folder.resolve("cache");
        String[] command = {
            "wasm", "run", module.toString(), "--cache", cache.toString(), "--invoke", "sum", "2000"
        };
        assertThat(weir(command).lines()).containsExactly("2000");
        assertThat(cache).isDirectoryContaining("glob:**.code");
        assertThat(weir(command).lines()).containsExactly("2000");
        command[4] = module.toString();
        assertThat(weir(command).err()).contains("--cache: ");
    }

    @Test
    void namesWhatWasStoppedAndWhy() {
        var call = weir("wasm", "run", module.toString(), "--invoke", "spin", "--fuel", "1000");
        assertThat(call.code()).isEqualTo(1);
        assertThat(call.err()).contains("trap: fuel exhausted\n  at policy.spin\n");
    }

    @Test
    void stopsWhatTakesTooLongOrTooMuch() {
        var late = weir("wasm", "run", module.toString(), "--invoke", "spin", "--timeout", "0.05");
        assertThat(late.code()).isEqualTo(1);
        assertThat(late.err()).contains("trap: deadline", "at policy.spin");
        var large = weir("wasm", "run", module.toString(), "--memory", "0");
        assertThat(large.code()).isEqualTo(1);
        assertThat(large.err()).contains("a memory of 2 pages");
        assertThat(weir("wasm", "run", module.toString(), "--memory", "-1").err())
                .contains("expected no negative number");
    }

    @Test
    void letsCallsNestAsDeepAsTheLimitSays() {
        for (int depth : new int[] {19_000, 50_000}) {
            var call =
                    weir(
                            "wasm",
                            "run",
                            module.toString(),
                            "--invoke",
                            "down",
                            Integer.toString(depth));
            var why = depth < 20_000 ? "unreachable" : "call stack exhausted";
            assertThat(call.err())
                    .contains("trap: " + why + "\n  at policy.down\n  at policy.down");
        }
    }

    @Test
    void namesAFileThatIsNotThere() {
        assertThat(weir("wasm", "run", folder.resolve("no.wasm").toString()).err())
                .isEqualTo("weir: " + folder.resolve("no.wasm") + ": no such file\n");
    }

    @Test
    void saysWhatIsWrongWithAModule() throws IOException {
        Files.writeString(module, "(module (func (result i32)))");
        var call = weir("wasm", "validate", module.toString());
        assertThat(call.code()).isEqualTo(1);
        assertThat(call.err()).contains("type mismatch: expected an operand, found none");
    }

    @Test
    void refusesArgumentsThatDoNotFit() {
        assertThat(weir("wasm", "run", module.toString(), "--invoke", "add", "1").err())
                .contains("add takes [I32, I64], found 1 arguments");
        assertThat(weir("wasm", "run", module.toString(), "--invoke", "add", "x", "1").err())
                .contains("x: expected I32");
    }

    private Path program(String body) throws IOException {
        return Files.writeString(
                folder.resolve("program.wat"),
                """
                (module
                  (import "wasi_snapshot_preview1" "fd_read"
                    (func $read (param i32 i32 i32 i32) (result i32)))
                  (import "wasi_snapshot_preview1" "fd_write"
                    (func $write (param i32 i32 i32 i32) (result i32)))
                  (import "wasi_snapshot_preview1" "args_get" (func $args (param i32 i32) (result i32)))
                  (import "wasi_snapshot_preview1" "environ_get" (func $env (param i32 i32) (result i32)))
                  (import "wasi_snapshot_preview1" "path_open" (func $open
                    (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
                  (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
                  (memory (export "memory") 1)
                  (data (i32.const 0) "\\00\\01\\00\\00\\40\\00\\00\\00")
                  (data (i32.const 512) "file.txt")
                  (func (export "_start") %s))
                """
                        .formatted(body));
    }

    @Test
    void passesBytesThroughAndEndsWithTheGuestsCode() throws IOException {
        var program =
                program(
                        """
                        (drop (call $read (i32.const 0) (i32.const 0) (i32.const 1) (i32.const 64)))
                        (i32.store (i32.const 4) (i32.load (i32.const 64)))
                        (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 64)))
                        (drop (call $write (i32.const 2) (i32.const 0) (i32.const 1) (i32.const 64)))
                        (call $exit (i32.const 33))
                        """);
        var call = new Call(folder, Map.of(), "hé").run("wasm", "run", program.toString());
        assertThat(call.out()).isEqualTo("hé");
        assertThat(call.err()).isEqualTo("hé");
        assertThat(call.code()).isEqualTo(33);
    }

    @Test
    void givesArgumentsAndEnvironment() throws IOException {
        var program =
                program(
                        """
                        (drop (call $args (i32.const 1024) (i32.const 256)))
                        (drop (call $env (i32.const 1024) (i32.const 300)))
                        (i32.store (i32.const 4) (i32.const 60))
                        (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 64)))
                        """);
        var call =
                new Call(folder, Map.of("HERE", "h"), "")
                        .run(
                                "wasm",
                                "run",
                                program.toString(),
                                "--env",
                                "A=b=c",
                                "--env",
                                "HERE",
                                "x",
                                "--",
                                "-y");
        assertThat(call.code()).isZero();
        assertThat(call.out()).startsWith("program.wat\0x\0-y\0").contains("A=b=c\0HERE=h\0");
    }

    @Test
    void opensOnlyDirectoriesThatAreGiven() throws IOException {
        Files.writeString(folder.resolve("file.txt"), "content");
        var program =
                program(
                        """
                        (call $exit (call $open (i32.const 3) (i32.const 0) (i32.const 512) (i32.const 8)
                          (i32.const 0) (i64.const 2) (i64.const 0) (i32.const 0) (i32.const 64)))
                        """);
        assertThat(weir("wasm", "run", program.toString()).code()).isEqualTo(8);
        assertThat(weir("wasm", "run", program.toString(), "--dir", folder + "::/").code())
                .isZero();
        var missing =
                weir("wasm", "run", program.toString(), "--dir", folder.resolve("no").toString());
        assertThat(missing.code()).isEqualTo(1);
        assertThat(missing.err()).contains("--dir: " + folder.resolve("no") + " is no directory");
    }
}
