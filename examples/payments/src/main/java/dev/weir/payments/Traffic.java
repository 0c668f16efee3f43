package dev.weir.payments;

import java.io.IOException;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;

/// Real payments at all terminals, from virtual threads, with every answer judged. Latencies are
/// those that a customer sees: from when the payment was due, which a slow answer before it delays,
/// by a second at most.
final class Traffic implements AutoCloseable {
    private static final int BUYERS_EACH = 2;

    private final Expectation expectation;
    private final HttpClient http =
            HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .connectTimeout(Duration.ofSeconds(2))
                    .build();
    private final List<Thread> threads = new ArrayList<>();
    private final Tally all = new Tally();
    private final AtomicReference<Tally> recent = new AtomicReference<>(all);
    private final LongAdder wrong = new LongAdder();
    private final AtomicReference<String> firstWrong = new AtomicReference<>("");

    private Traffic(Expectation expectation) {
        this.expectation = expectation;
    }

    /// Starts paying.
    ///
    /// @param perSecond how many payments a second at each terminal
    static Traffic start(List<Till> tills, Expectation expectation, int perSecond) {
        var traffic = new Traffic(expectation);
        var pause = Duration.ofSeconds(1).multipliedBy(BUYERS_EACH).dividedBy(perSecond);
        int number = 0;
        for (var till : tills) {
            for (int i = 0; i < BUYERS_EACH; i++) {
                var buyer = new Buyer(++number, till, traffic.http, traffic, pause);
                traffic.threads.add(Thread.ofVirtual().name("buyer-" + number).start(buyer));
            }
        }
        return traffic;
    }

    Expectation expectation() {
        return expectation;
    }

    /// Everything since the start.
    Tally all() {
        return all;
    }

    /// Begins a new tally, and returns it.
    Tally begin() {
        var tally = new Tally();
        recent.set(tally);
        return tally;
    }

    /// How many answers were wrong or missing.
    long wrong() {
        return wrong.sum();
    }

    /// What was wrong with the first of them.
    String firstWrong() {
        return firstWrong.get();
    }

    void answered(
            Till till, Expectation.Answer answer, Duration latency, Optional<String> mistake) {
        all.answered(answer.decision(), latency);
        var tally = recent.get();
        if (tally != all) {
            tally.answered(answer.decision(), latency);
        }
        mistake.ifPresent(why -> wrong(till, why));
    }

    void unanswered(Till till, boolean excused, IOException e) {
        if (excused) {
            all.unanswered();
        } else {
            wrong(till, "does not answer: " + e);
        }
    }

    private void wrong(Till till, String why) {
        wrong.increment();
        firstWrong.compareAndSet("", till.name() + " " + why);
    }

    @Override
    public void close() {
        threads.forEach(Thread::interrupt);
        http.shutdownNow();
        try {
            for (var thread : threads) {
                thread.join(Duration.ofSeconds(2));
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
