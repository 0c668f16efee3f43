package dev.weir.telemetry.otlp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.telemetry.OtlpReceiverOptions;
import dev.weir.telemetry.ReceivedSpan;
import dev.weir.telemetry.TelemetryConsumer;
import dev.weir.telemetry.otlp.OtlpEndpoint.Protocol;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/// Receivers that end a connection, or a call, in the ways that HTTP allows: what they promise not
/// to have worked on is sent again, and no span is lost or doubled.
class ConnectionEndsTest {
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final String SETTINGS = "\0\0\0\4\0\0\0\0\0";
    private static final String PING = "\0\0\10\6\0\0\0\0\0weirweir";

    private final List<ReceivedSpan> spans = new CopyOnWriteArrayList<>();
    private final Intake intake =
            new Intake(
                    OtlpReceiverOptions.DEFAULT,
                    new TelemetryConsumer() {
                        @Override
                        public Refused spans(List<ReceivedSpan> more) {
                            spans.addAll(more);
                            return Refused.NONE;
                        }
                    });

    private static Exporter exporter(WildPeer peer, Protocol protocol) {
        var uri = peer.uri().resolve(protocol == Protocol.GRPC ? "" : "/v1/traces");
        return Exporter.start(
                OtlpOptions.of(Map.of(Signal.TRACES, OtlpEndpoint.of(uri, protocol)))
                        .withRetry(
                                new RetryPolicy(
                                        Duration.ofMillis(10), Duration.ofMillis(50), 2, 0, LONG)));
    }

    private void serve(Socket socket) throws IOException {
        new ServerConnection(socket, intake).run();
    }

    private static void write(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /// The first connection is left to a script, those after it to our receiver.
    private WildPeer first(WildPeer.Behavior script) {
        var done = new AtomicBoolean();
        return new WildPeer(socket -> {
            if (done.compareAndSet(false, true)) {
                script.serve(socket);
            } else {
                serve(socket);
            }
        });
    }

    private void deliversOneSpan(WildPeer peer, long retries) {
        try (peer;
                var exporter = exporter(peer, Protocol.GRPC)) {
            exporter.accept(Samples.payload(Signal.TRACES, 1, 1));
            assertThat(exporter.flush(LONG)).isTrue();
            assertThat(spans).hasSize(1);
            assertThat(exporter.stats().signals().get(Signal.TRACES).retries()).isEqualTo(retries);
            assertThat(peer.connections).hasValue(2);
        }
    }

    @Test
    void sendsAgainWhatWasRefusedByGoingAway() {
        var goAway = "\0\0\10\7\0\0\0\0\0\0\0\0\0\0\0\0\0";
        deliversOneSpan(
                first(socket -> {
                    write(socket, SETTINGS + goAway);
                    WildPeer.swallow(socket);
                }),
                1);
    }

    @Test
    void sendsAgainWhatWasRefusedByAReset() {
        var refused = "\0\0\4\3\0\0\0\0\1\0\0\0\7";
        deliversOneSpan(
                first(socket -> {
                    write(socket, SETTINGS);
                    var head = new byte[64];
                    assertThat(socket.getInputStream().read(head)).isPositive();
                    sleep();
                    write(socket, refused);
                    WildPeer.swallow(socket);
                }),
                1);
    }

    private static void sleep() {
        try {
            Thread.sleep(300);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void findsThatAKeptConnectionHasEnded() {
        for (var protocol : List.of(Protocol.GRPC, Protocol.HTTP_PROTOBUF)) {
            spans.clear();
            var open = new CopyOnWriteArrayList<Socket>();
            var ended = new AtomicInteger();
            var peer =
                    new WildPeer(socket -> {
                        open.add(socket);
                        try {
                            serve(socket);
                        } finally {
                            ended.incrementAndGet();
                        }
                    });
            try (peer;
                    var exporter = exporter(peer, protocol)) {
                for (int number = 1; number <= 3; number++) {
                    int i = number;
                    exporter.accept(Samples.payload(Signal.TRACES, 1, i));
                    assertThat(exporter.flush(LONG)).isTrue();
                    open.getLast().close();
                    Await.until(() -> ended.get() == i);
                }
                assertThat(spans).hasSize(3);
                assertThat(exporter.stats().signals().get(Signal.TRACES).retries()).isZero();
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    @Test
    void answersPingsWhileNothingIsSent() {
        var answered = new CountDownLatch(1);
        var peer =
                new WildPeer(socket -> {
                    var session = new ServerSession(intake);
                    var in = ByteBuffer.allocate(1 << 16);
                    var out = new Outbox(1 << 16, false);
                    while (spans.isEmpty()) {
                        int count =
                                socket.getInputStream()
                                        .read(in.array(), in.position(), in.remaining());
                        session.consume(in.position(in.position() + count).flip());
                        in.compact();
                        session.produce(out);
                        out.writeTo(socket.getOutputStream());
                    }
                    sleep();
                    write(socket, PING);
                    var text = new StringBuilder();
                    while (!text.toString().endsWith("weirweir")) {
                        text.append((char) socket.getInputStream().read());
                    }
                    answered.countDown();
                });
        try (peer;
                var exporter = exporter(peer, Protocol.GRPC)) {
            exporter.accept(Samples.payload(Signal.TRACES, 1, 1));
            assertThat(exporter.flush(LONG)).isTrue();
            Await.until(() -> answered.getCount() == 0);
        }
    }
}
