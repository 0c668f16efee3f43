package dev.weir.reconcile;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/// An election whose term ran out, as both its thread and its alarm find.
final class ElectionStress {
    private ElectionStress() {}

    private static final class Moment implements Time {
        volatile long nanos = 1_000;

        @Override
        public Instant now() {
            return Instant.EPOCH;
        }

        @Override
        public long nanos() {
            return nanos;
        }
    }

    @JCStressTest
    @State
    @Outcome(
            id = "1, 1, 1",
            expect = Expect.ACCEPTABLE,
            desc = "the end is told once, then that it leads again, and nothing is wrong")
    @Outcome(expect = Expect.FORBIDDEN, desc = "a leader that does not work")
    public static class EndAndBeginning {
        private final Moment time = new Moment();
        private final AtomicInteger ends = new AtomicInteger();
        private volatile @Nullable Term told;
        private final Election election =
                new Election(
                        new LeaseClient(),
                        LeaderElection.on("n", "lease").identity("me"),
                        time,
                        this::hear);

        public EndAndBeginning() {
            election.step();
            time.nanos += Duration.ofSeconds(11).toNanos();
        }

        private void hear(@Nullable Term term) {
            told = term;
            if (term == null) {
                ends.getAndIncrement();
            }
        }

        @Actor
        public void step() {
            election.step();
        }

        @Actor
        public void alarm() {
            election.expire();
        }

        @Arbiter
        public void rest(III_Result result) {
            var term = election.term();
            result.r1 = ends.get();
            result.r2 = term != null && term.current() && term == told ? 1 : 0;
            result.r3 = election.problem().isEmpty() ? 1 : 0;
        }
    }
}
