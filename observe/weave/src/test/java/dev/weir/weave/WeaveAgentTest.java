package dev.weir.weave;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WeaveAgentTest {
    @TempDir private Path folder;

    @Test
    void weavesAProgramThatNobodyWove() throws Exception {
        assertThat(run("sample.Traced"))
                .contains("GET CLIENT <- parent")
                .contains("GET /stock SERVER <- GET")
                .contains("SELECT item CLIENT <- GET /stock");
    }

    @Test
    void leavesOutWhatItIsTold() throws Exception {
        assertThat(run("sample.Traced", "=jdbc, http-client"))
                .doesNotContain("SELECT item CLIENT")
                .doesNotContain("GET CLIENT")
                .contains("GET /stock SERVER");
    }

    private String run(String program, String... arguments)
            throws IOException, InterruptedException {
        var manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes()
                .put(new Attributes.Name("Premain-Class"), "dev.weir.weave.WeaveAgent");
        var agent = folder.resolve("agent.jar");
        new JarOutputStream(Files.newOutputStream(agent), manifest).close();
        var output = folder.resolve("output.txt");
        var process =
                new ProcessBuilder(
                                List.of(
                                        Path.of(System.getProperty("java.home"), "bin", "java")
                                                .toString(),
                                        // A program this short is none for the second compiler.
                                        "-XX:TieredStopAtLevel=1",
                                        "-XX:+UseSerialGC",
                                        "-javaagent:" + agent + String.join("", arguments),
                                        "-Xverify:all",
                                        "-cp",
                                        System.getProperty("java.class.path"),
                                        program))
                        .redirectErrorStream(true)
                        .redirectOutput(output.toFile())
                        .start();
        assertThat(process.waitFor()).as(Files.readString(output, UTF_8)).isZero();
        return Files.readString(output, UTF_8);
    }
}
