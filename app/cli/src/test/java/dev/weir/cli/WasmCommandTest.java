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
                          (func $spin (export "spin") (loop $l (br $l))))
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
    void namesWhatWasStoppedAndWhy() {
        var call = weir("wasm", "run", module.toString(), "--invoke", "spin", "--fuel", "1000");
        assertThat(call.code()).isEqualTo(1);
        assertThat(call.err()).contains("trap: fuel exhausted in policy.spin");
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
}
