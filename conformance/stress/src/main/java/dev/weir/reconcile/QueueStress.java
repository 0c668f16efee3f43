package dev.weir.reconcile;

import java.time.Duration;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.I_Result;

/// The work queue under informers that add and workers that take.
final class QueueStress {
    private static final Request KEY = new Request("n", "k");
    private static final Request OTHER = new Request("n", "other");

    private QueueStress() {}

    private static WorkQueue queue() {
        return WorkQueue.of(Duration.ofMillis(1), Duration.ofSeconds(1));
    }

    private static int polled(WorkQueue queue) {
        return queue.poll() == null ? 0 : 1;
    }

    private static int taken(WorkQueue queue) {
        try {
            return queue.take() == null ? 0 : 1;
        } catch (InterruptedException _) {
            return -1;
        }
    }

    @JCStressTest
    @State
    @Outcome(
            id = {"1, 0, 0", "0, 1, 0"},
            expect = Expect.ACCEPTABLE,
            desc = "one worker for a key")
    @Outcome(expect = Expect.FORBIDDEN, desc = "two workers, or none ever")
    public static class OneWorker {
        private final WorkQueue queue = queue();

        public OneWorker() {
            queue.add(KEY, Priority.Normal);
        }

        @Actor
        public void one(III_Result result) {
            result.r1 = polled(queue);
        }

        @Actor
        public void two(III_Result result) {
            result.r2 = polled(queue);
        }

        @Arbiter
        public void rest(III_Result result) {
            result.r3 = polled(queue);
        }
    }

    @JCStressTest
    @State
    @Outcome(
            id = {"1, 0", "0, 1"},
            expect = Expect.ACCEPTABLE,
            desc = "many adds, one request")
    @Outcome(expect = Expect.FORBIDDEN, desc = "a request twice, or never")
    public static class Merge {
        private final WorkQueue queue = queue();

        @Actor
        public void add() {
            queue.add(KEY, Priority.Low);
            queue.add(KEY, Priority.Normal);
        }

        @Actor
        public void poll(II_Result result) {
            result.r1 = polled(queue);
        }

        @Arbiter
        public void rest(II_Result result) {
            result.r2 = polled(queue);
        }
    }

    @JCStressTest
    @State
    @Outcome(id = "1", expect = Expect.ACCEPTABLE, desc = "an add while served comes again")
    @Outcome(expect = Expect.FORBIDDEN, desc = "a change that nobody reconciles")
    public static class AddWhileServed {
        private final WorkQueue queue = queue();

        public AddWhileServed() {
            queue.add(KEY, Priority.Normal);
            queue.poll();
        }

        @Actor
        public void add() {
            queue.add(KEY, Priority.Normal);
        }

        @Actor
        public void done() {
            queue.done(KEY);
        }

        @Arbiter
        public void rest(I_Result result) {
            result.r1 = polled(queue);
        }
    }

    @JCStressTest
    @State
    @Outcome(id = "1, 1", expect = Expect.ACCEPTABLE, desc = "the worker is woken each time")
    @Outcome(expect = Expect.FORBIDDEN, desc = "a wake-up was lost")
    public static class WakeUp {
        private final WorkQueue queue = queue();

        @Actor
        public void add() {
            queue.add(KEY, Priority.Normal);
            queue.addAfter(OTHER, Priority.Normal, Duration.ofNanos(100));
        }

        @Actor
        public void take(II_Result result) {
            result.r1 = taken(queue);
            result.r2 = taken(queue);
        }
    }

    @JCStressTest
    @State
    @Outcome(id = "0", expect = Expect.ACCEPTABLE, desc = "the worker learns that it is closed")
    @Outcome(expect = Expect.FORBIDDEN, desc = "the worker waits for ever")
    public static class Close {
        private final WorkQueue queue = queue();

        @Actor
        public void close() {
            queue.close();
        }

        @Actor
        public void take(I_Result result) {
            result.r1 = taken(queue);
        }
    }
}
