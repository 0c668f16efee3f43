package dev.weir.saga;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A process with an H2 file that is killed while it runs sagas: what it acknowledged is done, and
/// what it began is finished by the next process, each effect once.
class KillTest {
    private static final int KILLS = 4;
    private static final Duration LONG = Duration.ofSeconds(30);

    @TempDir Path folder;

    @Test
    void whatWasAcknowledgedIsThereAfterAKill() throws Exception {
        var random = new Random(5);
        var acknowledged = new ArrayList<String>();
        for (int kill = 0; kill < KILLS; kill++) {
            var process = launch();
            try (var lines = process.inputReader()) {
                int enough = acknowledged.size() + 5 + random.nextInt(40);
                for (var line = lines.readLine(); line != null; line = lines.readLine()) {
                    if (!line.matches("[0-9a-f]{32}")) {
                        continue;
                    }
                    acknowledged.add(line);
                    if (acknowledged.size() == enough) {
                        process.toHandle().destroyForcibly();
                    }
                }
            }
            process.waitFor();
        }
        assertThat(acknowledged).hasSizeGreaterThanOrEqualTo(5 * KILLS);
        try (var pool = new Pool(source(folder));
                var engine = SagaEngine.open(pool, SagaOptions.DEFAULT, Effects.saga())) {
            for (var id : acknowledged) {
                assertThat(engine.find(id).orElseThrow().status()).isEqualTo(SagaStatus.DONE);
            }
            EngineContract.until(() -> engine.list(null, SagaStatus.RUNNING, 1).isEmpty());
            int done = engine.list(null, SagaStatus.DONE, 10_000).size();
            assertThat(done).isGreaterThanOrEqualTo(acknowledged.size());
            Effects.assertOnce(pool, done);
        }
    }

    private Process launch() throws Exception {
        var path =
                Stream.concat(
                                Stream.of("target/test-classes", "target/classes"),
                                Stream.of("jdk.module.path", "java.class.path")
                                        .map(name -> System.getProperty(name, "")))
                        .collect(Collectors.joining(File.pathSeparator));
        return new ProcessBuilder(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-XX:TieredStopAtLevel=1",
                                "-cp",
                                path,
                                KillTest.class.getName(),
                                folder.toString()))
                .redirectErrorStream(true)
                .start();
    }

    private static JdbcDataSource source(Path folder) {
        var source = new JdbcDataSource();
        // Copies that H2 makes of itself wait for nobody.
        source.setURL("jdbc:h2:" + folder.resolve("db") + ";WRITE_DELAY=3600000");
        return source;
    }

    /// The process: prints the id of each saga that is done. Argument: a folder.
    public static void main(String[] arguments) throws Exception {
        var pool = new Pool(source(Path.of(arguments[0])));
        Effects.create(pool);
        var saga = Effects.saga();
        var engine = SagaEngine.open(pool, SagaOptions.DEFAULT, saga);
        for (int i = 0; i < 8; i++) {
            Thread.ofPlatform()
                    .start(() -> {
                        while (true) {
                            try {
                                var handle = engine.start(saga, null, "x");
                                handle.await(LONG);
                                synchronized (System.out) {
                                    System.out.println(handle.id());
                                }
                            } catch (Exception e) {
                                e.printStackTrace();
                                System.exit(1);
                            }
                        }
                    });
        }
    }
}
