package dev.weir.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class WorkQueueTest {
    private final Clock clock = new Clock();
    private final WorkQueue queue =
            new WorkQueue(clock, new Backoff(Duration.ofMillis(5), Duration.ofSeconds(1)));

    @Test
    void servesARequestOnceHoweverOftenItIsAdded() {
        add("n", "a");
        add("n", "a");
        assertThat(queue.poll()).isEqualTo(new Request("n", "a"));
        assertThat(queue.poll()).isNull();
    }

    @Test
    void holdsBackARequestThatIsBeingServedAndServesItAgain() {
        add("n", "a");
        var request = queue.poll();
        add("n", "a");
        assertThat(queue.poll()).isNull();
        queue.done(request);
        assertThat(queue.poll()).isEqualTo(request);
        queue.done(request);
        assertThat(queue.poll()).isNull();
    }

    @Test
    void servesChangesBeforeResyncs() {
        for (int i = 0; i < 50; i++) {
            queue.add(new Request("n", "old" + i), Priority.Low);
        }
        add("n", "new");
        assertThat(queue.poll().name()).isEqualTo("new");
    }

    @Test
    void promotesAWaitingRequest() {
        for (int i = 0; i < 5; i++) {
            queue.add(new Request("n", "r" + i), Priority.Low);
        }
        add("n", "r4");
        assertThat(queue.poll().name()).isEqualTo("r4");
    }

    @Test
    void letsNamespacesTakeTurns() {
        for (int i = 0; i < 10; i++) {
            add("loud", "x" + i);
        }
        add("quiet", "y");
        var first = List.of(queue.poll().namespace(), queue.poll().namespace());
        assertThat(first).containsExactlyInAnyOrder("loud", "quiet");
    }

    @Test
    void keepsBackWhatIsDelayed() {
        queue.addAfter(new Request("n", "late"), Priority.Normal, Duration.ofSeconds(2));
        queue.addAfter(new Request("n", "soon"), Priority.Normal, Duration.ofSeconds(1));
        assertThat(queue.poll()).isNull();
        clock.pass(Duration.ofSeconds(1));
        assertThat(queue.poll().name()).isEqualTo("soon");
        assertThat(queue.poll()).isNull();
        clock.pass(Duration.ofSeconds(1));
        assertThat(queue.poll().name()).isEqualTo("late");
    }

    @Test
    void doublesTheDelayUntilItIsForgotten() {
        assertThat(retryDelays(3)).containsExactly(5L, 10L, 20L);
        queue.forget(new Request("n", "a"));
        assertThat(retryDelays(1)).containsExactly(5L);
    }

    private List<Long> retryDelays(int count) {
        var delays = new ArrayList<Long>();
        for (int i = 0; i < count; i++) {
            add("n", "a");
            var request = queue.poll();
            queue.retry(request);
            queue.done(request);
            long millis = 0;
            while (!queue.ready()) {
                clock.pass(Duration.ofMillis(1));
                millis++;
            }
            delays.add(millis);
            queue.done(queue.poll());
        }
        return delays;
    }

    /// Against a plain model: everything added is served after its last add, nothing else is.
    @Test
    void losesAndInventsNothing() {
        for (int seed = 0; seed < 300; seed++) {
            var random = new Random(seed);
            var dirty = new HashSet<Request>();
            var running = new ArrayList<Request>();
            for (int step = 0; step < 400; step++) {
                var request = new Request("n" + random.nextInt(3), "r" + random.nextInt(6));
                switch (random.nextInt(4)) {
                    case 0 -> {
                        queue.add(request, random.nextBoolean() ? Priority.Low : Priority.Normal);
                        dirty.add(request);
                    }
                    case 1 -> {
                        queue.addAfter(
                                request, Priority.Low, Duration.ofMillis(random.nextInt(50)));
                        dirty.add(request);
                    }
                    case 2 -> {
                        var next = queue.poll();
                        if (next != null) {
                            assertThat(dirty.remove(next)).as("seed %d", seed).isTrue();
                            assertThat(running).as("seed %d", seed).doesNotContain(next);
                            running.add(next);
                        }
                    }
                    default -> {
                        if (!running.isEmpty()) {
                            queue.done(running.remove(random.nextInt(running.size())));
                        }
                        clock.pass(Duration.ofMillis(random.nextInt(20)));
                    }
                }
            }
            running.forEach(queue::done);
            clock.pass(Duration.ofSeconds(1));
            for (var next = queue.poll(); next != null; next = queue.poll()) {
                assertThat(dirty.remove(next)).as("seed %d", seed).isTrue();
                queue.done(next);
            }
            assertThat(dirty).as("seed %d", seed).isEmpty();
        }
    }

    @Test
    void givesEachRequestToOneWorkerAtATime() throws InterruptedException {
        var shared = WorkQueue.of(Duration.ofMillis(1), Duration.ofSeconds(1));
        var active = new HashMap<String, AtomicInteger>();
        for (int i = 0; i < 8; i++) {
            active.put("r" + i, new AtomicInteger());
        }
        var served = new AtomicInteger();
        var collisions = new AtomicInteger();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int w = 0; w < 4; w++) {
                threads.submit(() -> {
                    for (var request = shared.take(); request != null; request = shared.take()) {
                        var count = active.get(request.name());
                        if (count.incrementAndGet() > 1) {
                            collisions.incrementAndGet();
                        }
                        Thread.yield();
                        count.decrementAndGet();
                        served.incrementAndGet();
                        shared.done(request);
                    }
                    return null;
                });
            }
            for (int i = 0; i < 20_000; i++) {
                shared.add(new Request("n", "r" + i % 8), Priority.Normal);
            }
            while (shared.ready()) {
                Thread.sleep(1);
            }
            shared.close();
        }
        assertThat(collisions).hasValue(0);
        assertThat(served).hasValueGreaterThanOrEqualTo(8);
    }

    private void add(String namespace, String name) {
        queue.add(new Request(namespace, name), Priority.Normal);
    }
}
