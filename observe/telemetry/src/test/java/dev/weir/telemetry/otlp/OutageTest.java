package dev.weir.telemetry.otlp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.telemetry.otlp.OtlpEndpoint.Protocol;
import dev.weir.telemetry.otlp.OtlpOptions.SpoolOptions;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Receivers that are down, slow, reset, or lie: memory stays bounded, what is lost is counted, and
/// the application is never held up.
class OutageTest {
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final long MEMORY = 256 << 10;
    private static final Duration TIMEOUT = Duration.ofMillis(200);
    private static final int PAYLOADS = 200;
    private static final int ITEMS = 20;

    private static OtlpOptions options(URI uri, Protocol protocol) {
        var endpoint = OtlpEndpoint.of(uri, protocol).withTimeout(TIMEOUT);
        return OtlpOptions.of(Map.of(Signal.TRACES, endpoint))
                .withMemoryBytes(MEMORY)
                .withRetry(
                        new RetryPolicy(
                                Duration.ofMillis(5),
                                Duration.ofMillis(20),
                                1.5,
                                0.2,
                                Duration.ofMillis(300)))
                .withCloseTimeout(Duration.ofMillis(500));
    }

    private static void write(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static WildPeer.Behavior answer(String text) {
        return socket -> {
            write(socket, text);
            WildPeer.swallow(socket);
        };
    }

    static Stream<Arguments> misbehaviors() {
        var settings = "\0\0\0\4\0\0\0\0\0";
        return Stream.of(
                        Map.entry("silent", (WildPeer.Behavior) WildPeer::swallow),
                        Map.entry("reads nothing", (WildPeer.Behavior) s -> sleep()),
                        Map.entry("resets", (WildPeer.Behavior) s -> s.setSoLinger(true, 0)),
                        Map.entry("ends", (WildPeer.Behavior) s -> {}),
                        Map.entry("garbage", answer("\1\2\3 garbage \r\n\r\n".repeat(1000))),
                        Map.entry("HTTP/1.0 in words", answer("HTTP/1.0 two hundred\r\n\r\n")),
                        Map.entry(
                                "a status that is none",
                                answer("HTTP/1.1 999 What\r\ncontent-length: 0\r\n\r\n")),
                        Map.entry(
                                "endless head",
                                answer("HTTP/1.1 200 OK\r\n" + "a: b\r\n".repeat(99_999))),
                        Map.entry(
                                "endless body",
                                answer("HTTP/1.1 503 No\r\n\r\n" + "x".repeat(1 << 20))),
                        Map.entry("settings, then nothing", answer(settings)),
                        Map.entry(
                                "a frame that is too large",
                                answer(settings + "\u00ff\u00ff\u00ff\0\0\0\0\0\1")),
                        Map.entry(
                                "pings without end",
                                answer(settings + "\0\0\10\6\0\0\0\0\0pingping".repeat(50_000))),
                        Map.entry(
                                "goes away",
                                answer(settings + "\0\0\10\7\0\0\0\0\0\0\0\0\0\0\0\0\0")),
                        Map.entry(
                                "headers of chance",
                                answer(settings + "\0\0\4\1\5\0\0\0\1\u00ff\u00ff\u00ff\u00ff")))
                .flatMap(wild ->
                        Stream.of(Protocol.GRPC, Protocol.HTTP_PROTOBUF)
                                .map(p -> Arguments.of(wild.getKey(), p, wild.getValue())));
    }

    private static void sleep() {
        try {
            Thread.sleep(2000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// Hands over far more than fits; tells how long all of it took.
    private static Duration offerMuch(Exporter exporter) {
        long taken = 0;
        for (int i = 0; i < PAYLOADS; i++) {
            var payload = Samples.payload(Signal.TRACES, ITEMS, i);
            long start = System.nanoTime();
            exporter.accept(payload);
            taken += System.nanoTime() - start;
            assertThat(exporter.stats().memoryBytes()).isLessThanOrEqualTo(MEMORY);
        }
        return Duration.ofNanos(taken);
    }

    @ParameterizedTest(name = "{0} over {1}")
    @MethodSource("misbehaviors")
    void countsWhatIsLost(String name, Protocol protocol, WildPeer.Behavior behavior) {
        try (var peer = new WildPeer(behavior)) {
            // All that such a peer gets is lost: there is nothing to wait for.
            var options = options(peer.uri(), protocol).withCloseTimeout(TIMEOUT.dividedBy(2));
            var exporter = Exporter.start(options);
            var taken = offerMuch(exporter);
            exporter.close();
            var stats = exporter.stats().signals().get(Signal.TRACES);
            assertThat(stats.accepted()).isEqualTo(PAYLOADS * ITEMS);
            assertThat(stats.droppedItems() + stats.delivered()).isEqualTo(PAYLOADS * ITEMS);
            assertThat(stats.delivered()).isZero();
            assertThat(exporter.stats().memoryBytes()).isZero();
            // Had each waited for the receiver, it would have been 40 s.
            assertThat(taken).isLessThan(Duration.ofSeconds(10));
        }
    }

    @Test
    void countsWhatIsLostWhenNobodyListens() {
        var exporter = Exporter.start(options(URI.create("http://localhost:1"), Protocol.GRPC));
        offerMuch(exporter);
        exporter.close();
        var stats = exporter.stats().signals().get(Signal.TRACES);
        assertThat(stats.droppedItems()).isEqualTo(PAYLOADS * ITEMS);
        exporter.accept(Samples.payload(Signal.TRACES, 1, 1));
        exporter.accept(Samples.payload(Signal.LOGS, 2, 1));
        assertThat(exporter.stats().dropped(DropReason.CLOSED)).isPositive();
        assertThat(exporter.stats().dropped(DropReason.NO_ENDPOINT)).isEqualTo(2);
        exporter.close();
    }

    @Test
    void losesNothingThatFitsOnDisk(@TempDir Path directory) {
        var wild = new WildPeer(WildPeer::swallow);
        var options =
                options(wild.uri(), Protocol.GRPC)
                        .withSpool(new SpoolOptions(directory, 64L << 20));
        try (var exporter = Exporter.start(options)) {
            for (int i = 0; i < PAYLOADS; i++) {
                exporter.accept(Samples.payload(Signal.TRACES, ITEMS, i));
                if (i % 50 == 0) {
                    assertThat(exporter.flush(LONG)).isTrue();
                }
            }
            assertThat(exporter.flush(LONG)).isTrue();
            assertThat(exporter.stats().spoolBytes()).isPositive();
            assertThat(exporter.stats().memoryBytes()).isZero();
        }
        wild.close();
        try (var peer = new GrpcPeer();
                var next =
                        Exporter.start(
                                options(peer.uri("http"), Protocol.GRPC)
                                        .withSpool(new SpoolOptions(directory, 64L << 20)))) {
            Await.until(() -> next.stats().delivered() == PAYLOADS * ITEMS);
            assertThat(next.stats().spoolBytes()).isZero();
        }
    }

    @Test
    void doesWithoutASpoolThatCannotBeMade(@TempDir Path directory) throws IOException {
        var file = Files.writeString(directory.resolve("file"), "no folder");
        try (var peer = new GrpcPeer();
                var exporter =
                        Exporter.start(
                                options(peer.uri("http"), Protocol.GRPC)
                                        .withSpool(new SpoolOptions(file, 64L << 20)))) {
            exporter.accept(Samples.payload(Signal.TRACES, 3, 1));
            assertThat(exporter.flush(LONG)).isTrue();
            assertThat(exporter.stats().delivered()).isEqualTo(3);
        }
    }

    @Test
    void getsThroughToAReceiverThatIsSlow() {
        try (var peer =
                        new WildPeer(socket -> {
                            while (true) {
                                slowly(socket);
                            }
                        });
                var exporter = Exporter.start(options(peer.uri(), Protocol.HTTP_PROTOBUF))) {
            for (int i = 0; i < 5; i++) {
                exporter.accept(Samples.payload(Signal.TRACES, 10, i));
            }
            assertThat(exporter.flush(LONG)).isTrue();
            assertThat(exporter.stats().delivered() + exporter.stats().dropped(DropReason.DEADLINE))
                    .isEqualTo(50);
        }
    }

    /// Reads a request, and answers byte by byte.
    private static void slowly(Socket socket) throws IOException {
        var message = new Http1Message(false, 1 << 20);
        var buffer = new byte[4096];
        while (!message.done()) {
            int count = socket.getInputStream().read(buffer);
            if (count < 0) {
                throw new IOException("ended");
            }
            message.consume(ByteBuffer.wrap(buffer, 0, count));
        }
        for (char character : "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n".toCharArray()) {
            write(socket, String.valueOf(character));
        }
    }
}
