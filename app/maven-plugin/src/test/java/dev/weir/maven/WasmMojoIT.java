package dev.weir.maven;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.weir.wasm.Engine;
import dev.weir.wasm.Module;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The goal in real builds. Skipped where there is no Maven to run.
class WasmMojoIT {
    private static final String POLICY =
            """
            (module
              (import "host" "limit" (func $limit (result i32)))
              (import "host" "split-up" (func $split (param i64) (result i64 i64)))
              (func (export "judge") (param $cents i32) (param $fee i32) (result i32)
                (i32.le_u (i32.add (local.get $cents) (local.get $fee)) (call $limit)))
              (func (export "twice-split") (param i64) (result i64 i64)
                (call $split (i64.mul (local.get 0) (i64.const 2))))
              (func (export "class") (result f64) (f64.const 1.5)))
            """;

    private static final String PROGRAM =
            """
            package shop;
            import dev.weir.wasm.Engine;
            public class Program {
                public static void main(String[] arguments) {
                    var policy = new RiskPolicyModule(Engine.create(), new RiskPolicyModule.Host() {
                        public int limit() {
                            return 5000;
                        }
                        public RiskPolicyModule.SplitUpResults splitUp(long value) {
                            return new RiskPolicyModule.SplitUpResults(value / 3, value % 3);
                        }
                    });
                    var both = policy.twiceSplit(50);
                    System.out.println(
                            policy.judge(4990, 10) + " " + policy.judge(4990, 11) + " "
                                    + both.p0() + " " + both.p1() + " " + policy.class_());
                }
            }
            """;

    @TempDir private static Path place;
    private static MavenBuild build;

    @TempDir private Path project;
    private Path module;

    @BeforeAll
    static void prepare() throws IOException {
        assumeTrue(MavenBuild.maven().isPresent(), "needs mvn");
        build = MavenBuild.in(place);
    }

    @BeforeEach
    void project() throws IOException {
        var sources = Files.createDirectories(project.resolve("src/main/java/shop"));
        Files.writeString(sources.resolve("Program.java"), PROGRAM);
        var modules = Files.createDirectories(project.resolve("src/main/wasm/shop"));
        module = Files.writeString(modules.resolve("risk-policy.wat"), POLICY);
        Files.writeString(
                project.resolve("pom.xml"),
                """
                <project><modelVersion>4.0.0</modelVersion>
                  <groupId>shop</groupId><artifactId>shop</artifactId><version>1</version>
                  <properties>
                    <maven.compiler.release>25</maven.compiler.release>
                    <project.build.sourceEncoding>UTF-8</project.build.sourceEncoding>
                  </properties>
                  <dependencies>%s</dependencies>
                  <build><plugins>
                    <plugin><artifactId>maven-resources-plugin</artifactId><version>3.3.1</version></plugin>
                    <plugin>
                      <artifactId>maven-compiler-plugin</artifactId><version>3.15.0</version>
                      <configuration><compilerArgs>
                        <arg>-Xlint:all</arg><arg>-Xdoclint:all,-missing</arg><arg>-Werror</arg>
                      </compilerArgs></configuration>
                    </plugin>
                    <plugin>
                      <groupId>dev.weir</groupId><artifactId>weir-maven-plugin</artifactId>
                      <version>0.1.0-SNAPSHOT</version>
                      <executions><execution><goals><goal>wasm</goal></goals></execution></executions>
                    </plugin>
                  </plugins></build>
                </project>
                """
                        .formatted(
                                MavenBuild.dependency("dev.weir", "weir-wasm", "0.1.0-SNAPSHOT")));
    }

    @Test
    void modulesBecomeClassesWithTheirCodeBesideThem() throws Exception {
        var result = build.run(project, "process-classes");
        assertThat(result.code()).as(result.output()).isZero();
        assertThat(result.output()).contains("1 WebAssembly modules compiled");
        assertThat(run()).isEqualTo("1 0 33 1 1.5");

        // This engine, which is the one that the plugin had, finds the code.
        var asked = new ArrayList<String>();
        Module.load(Engine.create(), "RiskPolicyModule", name -> open(name, asked));
        assertThat(asked)
                .hasSize(2)
                .anyMatch(name -> name.matches("RiskPolicyModule\\.code/[0-9a-f]{64}\\.code"));

        // The same again stays, and what changed replaces what there was.
        var java = project.resolve("target/generated-sources/weir-wasm/shop/RiskPolicyModule.java");
        Files.setLastModifiedTime(java, FileTime.fromMillis(1_000));
        Files.writeString(module, POLICY.replace("1.5", "2.5"));
        result = build.run(project, "process-classes");
        assertThat(result.code()).as(result.output()).isZero();
        assertThat(Files.getLastModifiedTime(java)).isEqualTo(FileTime.fromMillis(1_000));
        assertThat(run()).isEqualTo("1 0 33 1 2.5");
        try (var code = Files.list(classes().resolve("RiskPolicyModule.code"))) {
            assertThat(code).hasSize(1);
        }
    }

    @Test
    void saysWhatIsWrongWithAModule() throws Exception {
        Files.writeString(module, "(module (func (result i32)))");
        var result = build.run(project, "generate-sources");
        assertThat(result.code()).isNotZero();
        assertThat(result.output())
                .contains("risk-policy.wat: type mismatch: expected an operand, found none");
    }

    private Path classes() {
        return project.resolve("target/classes/shop");
    }

    private @Nullable InputStream open(String name, List<String> asked) {
        var file = classes().resolve(name);
        try {
            if (!Files.isRegularFile(file)) {
                return null;
            }
            asked.add(name);
            return Files.newInputStream(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String run() throws Exception {
        var result = MavenBuild.program(project);
        assertThat(result.code()).as(result.output()).isZero();
        return result.output().strip();
    }
}
