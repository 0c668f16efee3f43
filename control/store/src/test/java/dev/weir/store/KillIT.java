package dev.weir.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A process that writes is killed with -9 again and again: what it said was stored is there.
class KillIT {
    private static final int CYCLES = 20;

    @TempDir Path directory;

    @Test
    void losesNothingThatAKilledWriterAcknowledged() throws Exception {
        var random = new Random(42);
        Map<String, Long> acknowledged = new HashMap<>();
        for (int cycle = 0; cycle < CYCLES; cycle++) {
            runAndKill(random.nextInt(20, 250), acknowledged);
            try (var store = Store.open(directory, StoreContract.OPTIONS)) {
                acknowledged.forEach((key, revision) ->
                        assertThat(store.get(key))
                                .hasValueSatisfying(
                                        entry -> assertThat(entry.revision()).isEqualTo(revision)));
                assertThat(store.count("")).isEqualTo(store.revision());
            }
        }
        assertThat(acknowledged).hasSizeGreaterThan(CYCLES);
    }

    private void runAndKill(int millis, Map<String, Long> acknowledged)
            throws IOException, InterruptedException {
        var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        var classes =
                Path.of("target", "classes")
                        + System.getProperty("path.separator")
                        + Path.of("target", "test-classes");
        var child =
                new ProcessBuilder(
                                java,
                                "-XX:TieredStopAtLevel=1",
                                "-Xmx128m",
                                "-cp",
                                classes,
                                KillChild.class.getName(),
                                directory.toString())
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        try (var lines = child.inputReader(StandardCharsets.UTF_8)) {
            assertThat(lines.readLine()).isEqualTo("ready");
            Thread.ofVirtual()
                    .start(() -> {
                        try {
                            Thread.sleep(millis);
                        } catch (InterruptedException _) {
                            Thread.currentThread().interrupt();
                        }
                        child.toHandle().destroyForcibly();
                    });
            for (var line = lines.readLine(); line != null; line = lines.readLine()) {
                var parts = line.split(" ", -1);
                if (parts.length == 3) {
                    acknowledged.put(parts[0], Long.parseLong(parts[1]));
                }
            }
        }
        assertThat(child.waitFor(10, TimeUnit.SECONDS)).isTrue();
    }
}
