package dev.weir.maven;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.wasm.Engine;
import dev.weir.wasm.Module;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.apache.maven.plugin.MojoExecutionException;
import org.junit.jupiter.api.Test;

/// Whatever a module's names are, the source is Java, and of the module's shape.
class WasmSourceTest {
    private static String source(String text) {
        return WasmSource.of(
                "shop", "PolicyModule", "shop/policy.wat", Module.parseText(Engine.create(), text));
    }

    /// The compiler's complaints.
    private static List<?> complaints(String source) {
        var found = new DiagnosticCollector<JavaFileObject>();
        var file =
                new SimpleJavaFileObject(
                        URI.create("string:///shop/PolicyModule.java"),
                        JavaFileObject.Kind.SOURCE) {
                    @Override
                    public CharSequence getCharContent(boolean ignored) {
                        return source;
                    }
                };
        var options =
                List.of(
                        "-proc:none",
                        "-Xlint:all",
                        "-Xdoclint:all,-missing",
                        "-d",
                        System.getProperty("java.io.tmpdir"));
        ToolProvider.getSystemJavaCompiler()
                .getTask(null, null, found, options, null, List.of(file))
                .call();
        return found.getDiagnostics();
    }

    @Test
    void namesAreJavas() {
        var names = new JavaNames(Set.of("wait"));
        assertThat(names.member("risk-level.of/all")).isEqualTo("riskLevelOfAll");
        assertThat(names.member("risk_level")).isEqualTo("risk_level");
        assertThat(names.member("Judge")).isEqualTo("judge");
        assertThat(names.member("judge")).isEqualTo("judge_");
        assertThat(names.member("class")).isEqualTo("class_");
        assertThat(names.member("wait")).isEqualTo("wait_");
        assertThat(names.member("1st")).isEqualTo("_1st");
        assertThat(names.member("*/")).isEqualTo("__");
        assertThat(names.member("")).isEqualTo("___");
        assertThat(names.type("wasi_snapshot")).isEqualTo("Wasi_snapshot");
    }

    @Test
    void filesBecomeClassesByTheirPaths() throws Exception {
        assertThat(WasmMojo.className(Path.of("shop", "risk", "my-policy.wat")))
                .isEqualTo("shop.risk.MyPolicyModule");
        assertThat(WasmMojo.className(Path.of("policy.wasm"))).isEqualTo("PolicyModule");
        for (var wrong : List.of("1.wat", "a b.wat", "class/a.wat", "shop.x/1/a.wat", "a.b.wat")) {
            assertThatThrownBy(() -> WasmMojo.className(Path.of(wrong)))
                    .isInstanceOf(MojoExecutionException.class)
                    .hasMessageContaining("expected a name of letters");
        }
    }

    @Test
    void hostileNamesStayInTheirLiterals() {
        var source =
                source(
                        """
                        (module
                          (import "\\22;}*/" "\\0a1\\00" (func (param externref)))
                          (import "\\5cu000a" "\\c3\\a9" (func (result v128)))
                          (func (export "*/ class X {") (param i32 i64 f32 f64 v128 funcref))
                          (func (export "\\5cu0022); }") (result i32 i32) (i32.const 1) (i32.const 2))
                          (func (export "toString") (result i32) (i32.const 1))
                          (func (export "getClass"))
                          (func (export "exports")) (func (export "Exports")) (func (export "load"))
                          (func (export "")))
                        """);
        assertThat(complaints(source)).isEmpty();
        assertThat(source)
                .contains("@WasmName(\"\\0121\\000\")", "@WasmName(\"\\u00e9\")")
                .contains("@WasmName(\"\\\\u0022); }\")");
    }

    @Test
    void whatJavaHasNoTypeForIsLeftToTheLinker() {
        var source =
                source(
                        """
                        (module
                          (import "m" "memory" (memory 1))
                          (import "m" "call" (func (param funcref)))
                          (import "wasi_snapshot_preview1" "sched_yield" (func (result i32)))
                          (func (export "run")))
                        """);
        assertThat(complaints(source)).isEmpty();
        assertThat(source)
                .contains("public PolicyModule(Module module, Linker linker) {")
                .doesNotContain("interface M", "sched_yield", "PolicyModule(Engine engine)");
    }
}
