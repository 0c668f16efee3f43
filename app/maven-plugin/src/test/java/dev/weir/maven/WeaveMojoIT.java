package dev.weir.maven;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The goal in real builds. Skipped where there is no Maven to run.
class WeaveMojoIT {
    private static final String PROGRAM =
            """
            package shop;
            import java.sql.DriverManager;
            public class Program {
                public static void main(String[] arguments) throws Exception {
                    try (var c = DriverManager.getConnection("jdbc:h2:mem:x");
                            var s = c.createStatement();
                            var rows = s.executeQuery("SELECT 40 + 2")) {
                        rows.next();
                        System.out.println("answer " + rows.getInt(1));
                    }
                }
            }
            """;

    @TempDir private static Path place;
    private static MavenBuild build;

    @TempDir private Path project;

    @BeforeAll
    static void prepare() throws IOException {
        assumeTrue(MavenBuild.maven().isPresent(), "needs mvn");
        build = MavenBuild.in(place);
    }

    private void project(String configuration) throws IOException {
        var sources = Files.createDirectories(project.resolve("src/main/java/shop"));
        Files.writeString(sources.resolve("Program.java"), PROGRAM);
        Files.writeString(
                project.resolve("pom.xml"),
                """
                <project><modelVersion>4.0.0</modelVersion>
                  <groupId>shop</groupId><artifactId>shop</artifactId><version>1</version>
                  <properties>
                    <maven.compiler.release>25</maven.compiler.release>
                    <project.build.sourceEncoding>UTF-8</project.build.sourceEncoding>
                    <weir.otlp.endpoint>http://collector:4318</weir.otlp.endpoint>
                  </properties>
                  <dependencies>%s%s</dependencies>
                  <build><plugins>
                    <plugin><artifactId>maven-resources-plugin</artifactId><version>3.3.1</version></plugin>
                    <plugin><artifactId>maven-compiler-plugin</artifactId><version>3.15.0</version></plugin>
                    <plugin>
                      <groupId>dev.weir</groupId><artifactId>weir-maven-plugin</artifactId>
                      <version>0.1.0-SNAPSHOT</version>
                      <executions><execution><goals><goal>weave</goal></goals></execution></executions>
                      <configuration>%s</configuration>
                    </plugin>
                  </plugins></build>
                </project>
                """
                        .formatted(
                                MavenBuild.dependency("dev.weir", "weir-weave", "0.1.0-SNAPSHOT"),
                                MavenBuild.dependency("com.h2database", "h2", "2.4.240"),
                                configuration));
    }

    private String build(String... arguments) throws Exception {
        var result = build.run(project, arguments);
        assertThat(result.code()).as(result.output()).isZero();
        return result.output();
    }

    private TreeMap<String, String> snapshot() throws IOException {
        var contents = new TreeMap<String, String>();
        try (var files = Files.walk(project.resolve("target"))) {
            for (var file : files.filter(Files::isRegularFile).toList()) {
                var name = project.relativize(file).toString();
                if (name.endsWith(".class") || name.endsWith(".jar") || name.endsWith("erties")) {
                    contents.put(name, HexFormat.of().formatHex(Files.readAllBytes(file)));
                }
            }
        }
        return contents;
    }

    @Test
    void weavesTheProjectAndChosenDependenciesTheSameEachTime() throws Exception {
        project("<dependencies><dependency>com.h2database:*</dependency></dependencies>");

        var output = build("process-classes");

        assertThat(output).containsPattern("classes woven in \\d+ ms: \\{.*jdbc=");
        assertThat(project.resolve("target/classes/META-INF/weir/telemetry.properties"))
                .hasContent("weir.otlp.endpoint=http://collector:4318");
        assertThat(project.resolve("target/woven/h2-2.4.240.jar")).exists();
        assertThat(
                        Files.readString(
                                project.resolve("target/classes/shop/Program.class"), ISO_8859_1))
                .contains("dev/weir/weave/hook/JdbcHooks");
        var first = snapshot();

        assertThat(build("process-classes")).contains("0 of 1 classes woven");
        assertThat(snapshot()).isEqualTo(first);

        deleteTarget();
        build("process-classes");
        assertThat(snapshot()).isEqualTo(first);
    }

    @Test
    void wovenProgramsRunWithNobodyListening() throws Exception {
        project("");
        build("process-classes");
        assertThat(run()).contains("answer 42");
    }

    @Test
    void weavesNothingWhenToldToSkip() throws Exception {
        project("");
        assertThat(build("process-classes", "-Dweir.weave.skip")).contains("weaving is skipped");
    }

    @Test
    void saysWhatIsWrongWithItsParameters() throws Exception {
        project(
                "<without><name>jdbcs</name></without><dependencies><dependency>no:such</dependency>"
                        + "</dependencies>");
        assertThat(build.run(project, "process-classes").output())
                .contains("instrumentation jdbcs: expected one of");
        project("<dependencies><dependency>no:such</dependency></dependencies>");
        assertThat(build.run(project, "process-classes").output())
                .contains("dependencies: no:such matches none of the project's");
    }

    @Test
    void describesItself() throws Exception {
        project("");
        assertThat(
                        build(
                                "dev.weir:weir-maven-plugin:0.1.0-SNAPSHOT:help",
                                "-Ddetail",
                                "-Dgoal=weave"))
                .contains("weir.otlp.endpoint")
                .contains("weir.weave.dependencies");
    }

    private void deleteTarget() throws IOException {
        try (var files = Files.walk(project.resolve("target"))) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    private String run() throws Exception {
        var result = MavenBuild.program(project);
        assertThat(result.code()).as(result.output()).isZero();
        return result.output();
    }
}
