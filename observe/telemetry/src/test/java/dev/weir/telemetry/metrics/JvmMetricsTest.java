package dev.weir.telemetry.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

final class JvmMetricsTest {
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final Requests requests = new Requests();

    @Test
    void tellsWhatTheConventionsName() {
        try (var meters = start();
                var _ = JvmMetrics.install(meters)) {
            meters.flush(MINUTE);
            var points = requests.points();
            for (var name :
                    List.of(
                            "jvm.memory.used",
                            "jvm.memory.committed",
                            "jvm.memory.limit",
                            "jvm.memory.used_after_last_gc",
                            "jvm.thread.count",
                            "jvm.class.loaded",
                            "jvm.class.unloaded",
                            "jvm.class.count",
                            "jvm.cpu.time",
                            "jvm.cpu.count",
                            "jvm.cpu.recent_utilization")) {
                assertThat(points).as(name).anyMatch(point -> point.contains("\"" + name + "\""));
            }
            assertThat(points)
                    .anyMatch(point ->
                            point.contains("jvm.memory.used\"")
                                    && point.contains("jvm.memory.pool.name")
                                    && point.contains("\"non_heap\""));
        }
    }

    @Test
    void timesGarbageCollections() throws Exception {
        try (var meters = start();
                var _ = JvmMetrics.install(meters)) {
            boolean told = false;
            for (int i = 0; i < 600 && !told; i++) {
                meters.flush(MINUTE);
                told = requests.points().stream().anyMatch(p -> p.contains("jvm.gc.duration"));
                System.gc();
                Thread.sleep(10);
            }
            assertThat(told).isTrue();
        }
    }

    @Test
    void closedMetricsEnd() {
        try (var meters = start()) {
            JvmMetrics.install(meters).close();
            meters.flush(MINUTE);
        }
        assertThat(requests.points()).noneMatch(point -> point.contains("jvm.class"));
    }

    private Meters start() {
        return Meters.start(
                MeterOptions.standard().withInterval(Duration.ofDays(1)),
                () -> new byte[0],
                requests,
                System::nanoTime);
    }
}
