package dev.weir.reconcile;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/// A histogram that two workers record in.
final class HistogramStress {
    private HistogramStress() {}

    @JCStressTest
    @State
    @Outcome(id = "2, 7", expect = Expect.ACCEPTABLE, desc = "each duration counts once")
    @Outcome(expect = Expect.FORBIDDEN, desc = "a duration lost or counted twice")
    public static class Recording {
        private final Histogram histogram = new Histogram(new double[] {1});

        @Actor
        public void one() {
            histogram.observe(3_000_000_000L);
        }

        @Actor
        public void two() {
            histogram.observe(4_000_000_000L);
        }

        @Arbiter
        public void rest(II_Result result) {
            var seen = histogram.snapshot();
            result.r1 = (int) seen.counts()[1];
            result.r2 = (int) seen.sum();
        }
    }
}
