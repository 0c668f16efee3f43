package dev.weir.telemetry.otlp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.telemetry.otlp.OtlpEndpoint.Protocol;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// Many threads hand over while others flush, read figures, and one closes: each payload is
/// released once, and each item is delivered or counted.
class ExporterThreadsTest {
    private static final int THREADS = 6;
    private static final int PAYLOADS = 2000;
    private static final int ROUNDS = 100;
    private static final byte[] SPANS = Samples.spans(3, 1).toByteArray();

    @Test
    void accountsForEveryItemAndReleasesEveryPayloadOnce() throws InterruptedException {
        try (var peer = new HttpPeer()) {
            var endpoint = OtlpEndpoint.of(peer.uri("http", "/v1/traces"), Protocol.HTTP_PROTOBUF);
            var exporter =
                    Exporter.start(
                            OtlpOptions.of(
                                            Arrays.stream(Signal.values())
                                                    .collect(
                                                            Collectors.toMap(
                                                                    signal -> signal,
                                                                    _ -> endpoint)))
                                    .withMemoryBytes(64 << 10));
            var releases = new ArrayList<AtomicInteger>();
            for (int i = 0; i < THREADS * PAYLOADS; i++) {
                releases.add(new AtomicInteger());
            }
            var threads = new ArrayList<Thread>();
            for (int i = 0; i < THREADS; i++) {
                var mine = releases.subList(i * PAYLOADS, (i + 1) * PAYLOADS);
                threads.add(Thread.ofVirtual().start(() -> handOver(exporter, mine)));
            }
            for (var thread : threads.subList(0, THREADS - 1)) {
                thread.join();
            }
            exporter.close();
            threads.getLast().join();
            Await.until(() -> releases.stream().allMatch(count -> count.get() == 1));
            var stats = exporter.stats();
            long dropped = 0;
            long accepted = 0;
            for (var signal : stats.signals().values()) {
                dropped += signal.droppedItems();
                accepted += signal.accepted();
            }
            assertThat(accepted).isEqualTo(3L * THREADS * PAYLOADS);
            assertThat(stats.delivered() + dropped).isEqualTo(accepted);
            assertThat(stats.memoryBytes()).isZero();
        }
    }

    /// Closing meets the payload that the thread is started for: whichever is first, the payload is
    /// delivered or dropped when both are done, and no thread is left.
    @Test
    void startsItsThreadForTheFirstPayload() throws InterruptedException {
        try (var peer = new HttpPeer()) {
            var endpoint = OtlpEndpoint.of(peer.uri("http", "/v1/traces"), Protocol.HTTP_PROTOBUF);
            var name = "weir-otlp-" + endpoint.authority();
            try (var idle = Exporter.start(OtlpOptions.of(Map.of(Signal.TRACES, endpoint)))) {
                assertThat(threads(name)).isEmpty();
                assertThat(idle.stats().delivered()).isZero();
            }
            for (int round = 0; round < ROUNDS; round++) {
                var exporter = Exporter.start(OtlpOptions.of(Map.of(Signal.TRACES, endpoint)));
                var released = new AtomicInteger();
                var giver = Thread.ofPlatform().start(() -> handOver(exporter, List.of(released)));
                if (round % 2 == 0) {
                    Thread.yield();
                }
                exporter.close();
                giver.join();
                Await.until(() -> released.get() == 1 && threads(name).isEmpty());
                var stats = exporter.stats();
                var signal = stats.signals().get(Signal.TRACES);
                assertThat(signal.delivered() + signal.droppedItems()).isEqualTo(3);
                assertThat(stats.memoryBytes()).isZero();
            }
        }
    }

    private static List<Thread> threads(String name) {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals(name))
                .toList();
    }

    private static void handOver(Exporter exporter, List<AtomicInteger> releases) {
        var signals = Signal.values();
        for (int i = 0; i < releases.size(); i++) {
            var release = releases.get(i);
            exporter.accept(
                    new Payload(
                            signals[i % signals.length],
                            List.of(ByteBuffer.wrap(SPANS)),
                            3,
                            release::incrementAndGet));
            if (i % 500 == 499) {
                exporter.flush(Duration.ofSeconds(5));
                assertThat(exporter.stats().memoryBytes()).isLessThanOrEqualTo(64 << 10);
            }
        }
    }
}
