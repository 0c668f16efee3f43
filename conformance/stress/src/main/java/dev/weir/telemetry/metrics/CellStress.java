package dev.weir.telemetry.metrics;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.I_Result;

/// A cell that writers meet in, and the collector.
final class CellStress {
    private CellStress() {}

    private static boolean add(Cell cell, long value) {
        var stripe = cell.acquire();
        if (stripe == null) {
            return false;
        }
        ((LongSum) stripe).sum += value;
        stripe.release();
        return true;
    }

    private static int collect(Cell cell) {
        var sum = new LongSum();
        cell.collect(sum, true);
        return (int) sum.sum;
    }

    @JCStressTest
    @State
    @Outcome(id = "7", expect = Expect.ACCEPTABLE, desc = "each value is in one collection")
    @Outcome(expect = Expect.FORBIDDEN, desc = "a value lost or counted twice")
    public static class Collection {
        private final Cell cell = new LongSum();
        private int early;

        @Actor
        public void one() {
            add(cell, 1);
            add(cell, 2);
        }

        @Actor
        public void two() {
            add(cell, 4);
            early = collect(cell);
        }

        @Arbiter
        public void rest(I_Result result) {
            result.r1 = early + collect(cell);
        }
    }

    @JCStressTest
    @State
    @Outcome(id = "1, 0", expect = Expect.ACCEPTABLE, desc = "recorded, so not closed")
    @Outcome(id = "0, 1", expect = Expect.ACCEPTABLE, desc = "closed, so the writer is told")
    @Outcome(expect = Expect.FORBIDDEN, desc = "recorded in a cell that nobody collects")
    public static class Closing {
        private final Cell cell = new LongSum();

        @Actor
        public void writer(II_Result result) {
            result.r1 = add(cell, 1) ? 1 : 0;
        }

        @Actor
        public void collector(II_Result result) {
            result.r2 = cell.closeIfIdle() ? 1 : 0;
        }
    }

    @JCStressTest
    @State
    @Outcome(id = "3, 9", expect = Expect.ACCEPTABLE, desc = "the parts of a value stay together")
    @Outcome(id = "0, 0", expect = Expect.ACCEPTABLE, desc = "collected before")
    @Outcome(expect = Expect.FORBIDDEN, desc = "a value seen by half")
    public static class Whole {
        private final Cell cell = new ExponentialHistogram(160, 20);

        @Actor
        public void writer() {
            var stripe = cell.acquire();
            if (stripe != null) {
                var histogram = (ExponentialHistogram) stripe;
                histogram.record(3);
                histogram.record(3);
                histogram.record(3);
                stripe.release();
            }
        }

        @Actor
        public void collector(II_Result result) {
            var sum = new ExponentialHistogram(160, 20);
            cell.collect(sum, true);
            result.r1 = (int) sum.count();
            result.r2 = (int) sum.sum;
        }
    }

    @JCStressTest
    @State
    @Outcome(id = "0", expect = Expect.ACCEPTABLE, desc = "not there yet")
    @Outcome(id = "5", expect = Expect.ACCEPTABLE, desc = "there, and whole")
    @Outcome(expect = Expect.FORBIDDEN, desc = "a key without its cell")
    public static class Publication {
        private final CellTable table = new CellTable();
        private final Attributes key = Attributes.of(AttributeKey.longKey("a"), 1L);

        @Actor
        public void owner() {
            var cell = new LongSum();
            cell.sum = 5;
            table.put(key, cell);
        }

        @Actor
        public void reader(I_Result result) {
            var found = table.get(key);
            result.r1 = found == null ? 0 : (int) ((LongSum) found).sum;
        }
    }
}
