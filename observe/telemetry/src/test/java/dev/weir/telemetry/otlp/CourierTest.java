package dev.weir.telemetry.otlp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.telemetry.otlp.Counters.Event;
import dev.weir.telemetry.otlp.OtlpEndpoint.Protocol;
import dev.weir.telemetry.otlp.Outcome.Accepted;
import dev.weir.telemetry.otlp.Outcome.Rejected;
import dev.weir.telemetry.otlp.Outcome.Retry;
import io.opentelemetry.api.common.Attributes;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// The courier in virtual time, with a receiver that does what a test says.
class CourierTest {
    private static final long SECOND = 1_000_000_000L;
    private static final OtlpEndpoint ENDPOINT =
            OtlpEndpoint.of(URI.create("http://receiver:4317"), Protocol.GRPC);
    private static final Map<Signal, OtlpEndpoint> ENDPOINTS =
            Map.of(Signal.TRACES, ENDPOINT, Signal.LOGS, ENDPOINT);

    private final Counters counters = new Counters();
    private final List<ByteBuffer> delivered = new ArrayList<>();
    private final MemoryFolder folder = new MemoryFolder();
    private long now;
    private int released;
    private int attempts;
    private long given;
    private Function<Request, Outcome> receiver = request -> Accepted.WHOLE;
    private Memory memory = new Memory(1 << 20);
    private @Nullable Spool spool;
    private Backlog backlog = new Backlog(ENDPOINTS.keySet(), memory, () -> now);
    private Courier courier = courier();

    private final class Receiver implements Transport {
        @Override
        public Outcome send(Request request, long deadline) {
            attempts++;
            given = deadline - now;
            var outcome = receiver.apply(request);
            if (outcome instanceof Accepted) {
                var whole = ByteBuffer.allocate((int) request.length());
                request.parts().forEach(part -> whole.put(part.duplicate()));
                delivered.add(whole.flip());
            }
            return outcome;
        }

        @Override
        public void idle() {}

        @Override
        public void close() {}
    }

    private Courier courier() {
        return courier(ENDPOINTS);
    }

    private Courier courier(Map<Signal, OtlpEndpoint> endpoints) {
        return new Courier(
                endpoints,
                backlog,
                spool,
                new Receiver(),
                OtlpOptions.of(endpoints),
                counters,
                new Notices("receiver", () -> now),
                () -> now,
                new Random(1));
    }

    private void withSpool(long memoryBytes, long spoolBytes) {
        memory = new Memory(memoryBytes);
        spool = new Spool(folder, spoolBytes, counters, new Notices("spool", () -> now), () -> now);
        backlog = new Backlog(ENDPOINTS.keySet(), memory, () -> now);
        courier = courier();
    }

    private void offer(Signal signal, byte[] bytes, int items) {
        counters.add(signal, Event.ACCEPTED, items);
        var payload = new Payload(signal, List.of(ByteBuffer.wrap(bytes)), items, () -> released++);
        var offer = backlog.offer(payload);
        if (offer == Backlog.Offer.FULL) {
            counters.drop(signal, DropReason.QUEUE_FULL, items);
        }
    }

    /// Lets time pass, with the steps that the courier asks for.
    private void pass(long nanos) {
        long end = now + nanos;
        while (true) {
            long next = courier.step();
            if (next >= end - now) {
                now = end;
                return;
            }
            now += next;
        }
    }

    private ExportStats stats() {
        return new ExportStats(
                counters.snapshot(), memory.used(), spool == null ? 0 : spool.bytes());
    }

    @Test
    void sendsWhatWaitsTogetherAsOneRequest() {
        for (int i = 0; i < 10; i++) {
            offer(Signal.TRACES, new byte[] {10, 1, (byte) i}, 1);
        }
        offer(Signal.LOGS, new byte[] {10, 0}, 1);
        pass(0);
        assertThat(delivered).hasSize(2);
        assertThat(released).isEqualTo(11);
        assertThat(memory.used()).isZero();
        assertThat(backlog.settled()).isTrue();
    }

    @Test
    void waitsLongerAfterEachFailureAndAsLongAsItIsAsked() {
        var times = new ArrayList<Long>();
        receiver =
                request -> {
                    times.add(now / 1_000_000);
                    return new Retry(times.size() == 3 ? Duration.ofMinutes(1) : null, "not now");
                };
        offer(Signal.TRACES, new byte[] {10, 0}, 1);
        pass(120 * SECOND);
        assertThat(times.get(0)).isZero();
        assertThat(times.get(1)).isBetween(800L, 1200L);
        assertThat(times.get(2) - times.get(1)).isBetween(1280L, 1920L);
        assertThat(times.get(3) - times.get(2)).isEqualTo(60_000);
    }

    @Test
    void dropsWhatIsTooOldWithoutASpool() {
        receiver = request -> new Retry(null, "away");
        offer(Signal.TRACES, new byte[] {10, 0}, 5);
        pass(280 * SECOND);
        assertThat(stats().dropped(DropReason.DEADLINE)).isZero();
        pass(60 * SECOND);
        assertThat(stats().dropped(DropReason.DEADLINE)).isEqualTo(5);
        assertThat(released).isEqualTo(1);
    }

    @Test
    void dropsWhatFailedForTheTimeoutOfAnExport() {
        courier =
                courier(
                        Map.of(
                                Signal.TRACES,
                                ENDPOINT.withExportTimeout(Duration.ofSeconds(4)),
                                Signal.LOGS,
                                ENDPOINT));
        receiver = request -> new Retry(null, "away");
        offer(Signal.TRACES, new byte[] {10, 0}, 5);
        offer(Signal.LOGS, new byte[] {10, 0}, 7);
        pass(20 * SECOND);
        assertThat(stats().dropped(DropReason.DEADLINE)).isEqualTo(5);
        offer(Signal.TRACES, new byte[] {10, 0}, 1);
        receiver =
                request -> {
                    if (request.signal() == Signal.TRACES) {
                        assertThat(given).isEqualTo(4 * SECOND);
                    }
                    return Accepted.WHOLE;
                };
        pass(60 * SECOND);
        assertThat(stats().dropped(DropReason.DEADLINE)).isEqualTo(5);
        assertThat(released).isEqualTo(3);
    }

    @Test
    void oneSignalsFailuresDoNotHoldUpTheOther() {
        receiver =
                request ->
                        request.signal() == Signal.TRACES
                                ? new Retry(Duration.ofMinutes(10), "busy")
                                : Accepted.WHOLE;
        offer(Signal.TRACES, new byte[] {10, 0}, 1);
        offer(Signal.LOGS, new byte[] {10, 0}, 1);
        pass(SECOND);
        assertThat(stats().signals().get(Signal.LOGS).delivered()).isEqualTo(1);
        assertThat(stats().signals().get(Signal.TRACES).delivered()).isZero();
    }

    @Test
    void movesToDiskWhatWaitsBehindAHangingReceiver() {
        withSpool(100_000, 1 << 20);
        receiver =
                request -> {
                    for (int i = 0; i < 100; i++) {
                        offer(Signal.TRACES, filled(i + 1, 2000), 1);
                        courier.pulse();
                    }
                    return new Retry(null, "timed out");
                };
        offer(Signal.TRACES, filled(0, 2000), 1);
        courier.step();
        receiver = request -> Accepted.WHOLE;
        pass(60 * SECOND);
        assertThat(stats().delivered()).isEqualTo(101);
        assertThat(stats().dropped(DropReason.QUEUE_FULL)).isZero();
        assertThat(firstBytes()).isSorted();
    }

    @Test
    void deliversOnceWhatWasWrittenToDiskWhileItWasUnderWay() {
        withSpool(10_000, 1 << 20);
        receiver =
                request -> {
                    receiver = again -> Accepted.WHOLE;
                    offer(Signal.TRACES, filled(2, 3000), 1);
                    courier.pulse();
                    return Accepted.WHOLE;
                };
        offer(Signal.TRACES, filled(1, 3000), 1);
        pass(60 * SECOND);
        assertThat(firstBytes()).containsExactly(1, 2);
        assertThat(stats().delivered()).isEqualTo(2);
    }

    @Test
    void keepsInMemoryWhatAFullDiskDoesNotTake() {
        withSpool(10_000, 1 << 20);
        folder.full = true;
        receiver = request -> new Retry(null, "away");
        for (int i = 1; i <= 20; i++) {
            offer(Signal.TRACES, filled(i, 1000), 1);
            pass(SECOND);
        }
        assertThat(memory.used()).isLessThanOrEqualTo(10_000);
        assertThat(stats().dropped(DropReason.QUEUE_FULL)).isBetween(8L, 12L);
        receiver = request -> Accepted.WHOLE;
        pass(60 * SECOND);
        assertThat(stats().delivered() + stats().dropped(DropReason.QUEUE_FULL)).isEqualTo(20);
        assertThat(firstBytes()).isSorted();
    }

    @Test
    void tellsHowManyFoundMemoryFull() {
        memory = new Memory(10_000);
        backlog = new Backlog(ENDPOINTS.keySet(), memory, () -> now);
        courier = courier();
        receiver = request -> new Retry(null, "away");
        var told = new ArrayList<Long>();
        var handler =
                new Handler() {
                    @Override
                    public void publish(LogRecord entry) {
                        var parameters = entry.getParameters();
                        if (parameters.length == 4 && parameters[3].equals("queue_full")) {
                            told.add((Long) parameters[2]);
                        }
                    }

                    @Override
                    public void flush() {}

                    @Override
                    public void close() {}
                };
        var logger = Logger.getLogger("dev.weir.telemetry.otlp");
        logger.addHandler(handler);
        try {
            for (int i = 0; i < 120; i++) {
                offer(Signal.TRACES, filled(i, 1000), 1);
                pass(SECOND);
            }
        } finally {
            logger.removeHandler(handler);
        }
        assertThat(told).hasSizeBetween(2, 3).startsWith(1L);
        assertThat(told.get(1)).isEqualTo(60);
    }

    @Test
    void leavesWhatItHasToTheNextProcess() {
        withSpool(100_000, 1 << 20);
        receiver = request -> new Retry(null, "away");
        for (int i = 1; i <= 3; i++) {
            offer(Signal.TRACES, filled(i, 1000), 1);
            pass(SECOND);
        }
        courier.finish();
        assertThat(backlog.settled()).isTrue();
        receiver = request -> Accepted.WHOLE;
        withSpool(100_000, 1 << 20);
        pass(SECOND);
        assertThat(stats().delivered()).isEqualTo(3);
        assertThat(counters.get(Signal.TRACES, Event.RECOVERED)).isEqualTo(3);
        assertThat(firstBytes()).isSorted().startsWith(1);
    }

    @Test
    void countsWhatIsRefusedForGood() {
        receiver = request -> new Rejected("no");
        offer(Signal.TRACES, new byte[] {10, 0}, 5);
        pass(SECOND);
        assertThat(stats().dropped(DropReason.REJECTED)).isEqualTo(5);
        assertThat(attempts).isEqualTo(1);
    }

    /// One hour without a receiver, 300 spans a second, each with 32 bytes of ids that do not
    /// compress, in 64 MiB of disk and 1 MiB of memory: every span arrives, in order, once.
    @Test
    void survivesAnHourWithoutAReceiver() {
        withSpool(1 << 20, 64L << 20);
        receiver = request -> new Retry(null, "away");
        int perSecond = 300;
        var hour = new Hour();
        for (int second = 0; second < 3600; second++) {
            offer(Signal.TRACES, hour.spans(perSecond), perSecond);
            pass(SECOND);
        }
        assertThat(stats().delivered()).isZero();
        assertThat(stats().dropped(DropReason.SPOOL_FULL)).isZero();
        assertThat(stats().spoolBytes()).isLessThanOrEqualTo(64L << 20);
        assertThat(folder.size()).isEqualTo(stats().spoolBytes());
        receiver =
                request -> {
                    hour.check(request);
                    return new Rejected("seen");
                };
        pass(60 * SECOND);
        assertThat(hour.seen).isEqualTo(3600 * perSecond);
        assertThat(stats().dropped(DropReason.REJECTED)).isEqualTo(3600 * perSecond);
        assertThat(stats().spoolBytes()).isZero();
        assertThat(memory.used()).isZero();
    }

    /// Spans whose ids look like chance and tell their number, so that order and gaps show.
    private static final class Hour {
        private static final long FACTOR = 0x9e3779b97f4a7c15L;

        final Random random = new Random(1);
        final ProtoWriter out = new ProtoWriter(1 << 16);
        long written;
        long seen;

        byte[] spans(int count) {
            out.clear();
            int resourceSpans = out.begin(1);
            int scopeSpans = out.begin(2);
            for (int i = 0; i < count; i++) {
                int span = out.begin(2);
                out.bytes(1, id(random.nextLong(), random.nextLong()));
                out.bytes(2, id(++written * FACTOR));
                out.bytes(4, id(random.nextLong()));
                out.string(5, "GET /users/{id}");
                out.varint(6, 2);
                out.fixed64(7, 1_700_000_000_000_000_000L + written * 3_333_333 + random.nextInt());
                out.fixed64(8, 1_700_000_000_500_000_000L + written * 3_333_333 + random.nextInt());
                out.attributes(
                        9,
                        Attributes.builder()
                                .put("http.request.method", "GET")
                                .put("url.path", "/users/" + random.nextInt(100_000))
                                .put("http.response.status_code", 200)
                                .build());
                out.end(span);
            }
            out.end(scopeSpans);
            out.end(resourceSpans);
            return out.toByteArray();
        }

        private static byte[] id(long... words) {
            var bytes = ByteBuffer.allocate(8 * words.length);
            for (long word : words) {
                bytes.putLong(word);
            }
            return bytes.array();
        }

        void check(Request request) {
            ScopeWalk.items(
                    request.parts().getFirst().array(),
                    (source, span) -> {
                        while (span.next()) {
                            if (span.field() == 2) {
                                long number = ByteBuffer.wrap(span.bytes()).getLong();
                                if (number != ++seen * FACTOR) {
                                    throw new AssertionError("another than span " + seen);
                                }
                            } else {
                                span.skip();
                            }
                        }
                    });
        }
    }

    private static byte[] filled(int number, int size) {
        var bytes = new byte[size];
        new Random(number).nextBytes(bytes);
        bytes[0] = (byte) number;
        return bytes;
    }

    private List<Integer> firstBytes() {
        return delivered.stream().map(bytes -> (int) bytes.get(0)).toList();
    }
}
