package dev.weir.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Spans that several threads use.
class SpanThreadsTest {
    private final Fixture fixture = new Fixture();

    @AfterEach
    void close() {
        fixture.close();
    }

    private Span start() {
        return fixture.tracer.spanBuilder("op").setNoParent().startSpan();
    }

    private static void elsewhere(Runnable action) {
        var thread = Thread.ofPlatform().start(action);
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void appliesCallsInTheOrderBetweenThreads() {
        var span = start();
        span.setAttribute("k", "first").setAttribute("mine", 1);
        elsewhere(() -> span.setAttribute("k", "second").addEvent("other").updateName("renamed"));
        span.setAttribute("k", "third").setStatus(StatusCode.ERROR, "bad");
        elsewhere(() -> span.setAttribute("more", 2));
        span.end();
        var sent = fixture.only();
        assertThat(Fixture.attributes(sent.getAttributesList()))
                .containsEntry("k", "third")
                .containsOnlyKeys("k", "mine", "more");
        assertThat(sent.getName()).isEqualTo("renamed");
        assertThat(sent.getEventsCount()).isEqualTo(1);
        assertThat(sent.getStatus().getMessage()).isEqualTo("bad");
    }

    @Test
    void endsOnAnotherThread() {
        var span = start();
        span.setAttribute("k", "v");
        elsewhere(span::end);
        span.setAttribute("late", true);
        span.end();
        assertThat(Fixture.attributes(fixture.only().getAttributesList())).containsOnlyKeys("k");
    }

    @Test
    void isUnharmedByASpanThatUsesItsDraftLater() {
        var first = start();
        first.end();
        var second = start();
        elsewhere(() -> first.setAttribute("wrong", true).end());
        first.setAttribute("wrong", true);
        second.end();
        assertThat(fixture.spans()).allSatisfy(s -> assertThat(s.getAttributesCount()).isZero());
    }

    @Test
    void manyThreadsSetDistinctKeysAndLoseNone() throws Exception {
        int threads = 4;
        int keys = 25;
        for (int round = 0; round < 50; round++) {
            var span = start();
            var barrier = new CyclicBarrier(threads);
            try (var pool = Executors.newThreadPerTaskExecutor(Thread.ofVirtual().factory())) {
                var all = new ArrayList<Future<?>>();
                for (int t = 0; t < threads; t++) {
                    int number = t;
                    all.add(
                            pool.submit(() -> {
                                barrier.await();
                                for (int k = 0; k < keys; k++) {
                                    span.setAttribute("k" + number + "." + k, k);
                                    span.setAttribute("shared", k);
                                }
                                return null;
                            }));
                }
                await(all);
            }
            span.end();
        }
        assertThat(fixture.spans())
                .hasSize(50)
                .allSatisfy(s -> assertThat(s.getAttributesCount()).isEqualTo(threads * keys + 1))
                .allSatisfy(s -> assertThat(s.getDroppedAttributesCount()).isZero());
    }

    @Test
    void ownerAndOthersRaceAndNothingIsTorn() throws Exception {
        int spans = 2000;
        var next = new AtomicReference<Span>();
        var done = new CountDownLatch(1);
        var other =
                Thread.ofPlatform()
                        .start(() -> {
                            while (done.getCount() > 0) {
                                var span = next.get();
                                if (span != null) {
                                    span.setAttribute("other", "o");
                                    span.addEvent("e");
                                    span.end();
                                }
                                Thread.onSpinWait();
                            }
                        });
        for (int i = 0; i < spans; i++) {
            var span = start();
            next.set(span);
            span.setAttribute("mine", i).setAttribute("long", "x".repeat(i % 700));
            span.setAttribute("mine", -1);
            span.end();
        }
        done.countDown();
        other.join();
        var sent = fixture.spans();
        var ids = new HashSet<Object>();
        sent.forEach(span -> ids.add(span.getSpanId()));
        // Each ended exactly once, and is a message that can be read.
        assertThat(sent).hasSize(spans);
        assertThat(ids).hasSize(spans);
    }

    @Test
    void manyVirtualThreadsLoseNothing() throws Exception {
        int threads = 200;
        int each = 50;
        try (var pool = Executors.newVirtualThreadPerTaskExecutor()) {
            var all = new ArrayList<Future<?>>();
            for (int t = 0; t < threads; t++) {
                all.add(
                        pool.submit(() -> {
                            for (int i = 0; i < each; i++) {
                                var span = start();
                                span.setAttribute("i", i);
                                Thread.yield();
                                span.end();
                            }
                        }));
            }
            await(all);
        }
        assertThat(fixture.spans())
                .hasSize(threads * each)
                .allSatisfy(span -> assertThat(span.getAttributesCount()).isEqualTo(1));
        assertThat(fixture.sink.items()).isEqualTo(threads * each);
        assertThat(fixture.telemetry.spanCounts().dropped()).isZero();
        assertThat(fixture.telemetry.spanCounts().waitingBytes()).isZero();
    }

    private static void await(ArrayList<Future<?>> all)
            throws InterruptedException, ExecutionException {
        for (var one : all) {
            one.get();
        }
    }
}
