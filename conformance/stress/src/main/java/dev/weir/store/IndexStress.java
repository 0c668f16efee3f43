package dev.weir.store;

import java.util.List;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.I_Result;

/// The index under one writer and a reader.
final class IndexStress {
    private IndexStress() {}

    @JCStressTest
    @State
    @Outcome(
            id = {"0, 0", "0, 1", "1, 1"},
            expect = Expect.ACCEPTABLE,
            desc = "the change is there when its revision is")
    @Outcome(expect = Expect.FORBIDDEN, desc = "a revision without its change")
    public static class Publication {
        private final Index index = new Index();

        @Actor
        public void write() {
            Changes.apply(index, List.of(Changes.put("k", 1, null)));
        }

        @Actor
        public void read(II_Result result) {
            result.r1 = (int) index.revision();
            result.r2 = Changes.revision(index, "k", 0);
        }
    }

    @JCStressTest
    @State
    @Outcome(
            id = {"0", "2"},
            expect = Expect.ACCEPTABLE,
            desc = "all of a batch or nothing")
    @Outcome(expect = Expect.FORBIDDEN, desc = "a part of a batch")
    public static class WholeBatch {
        private final Index index = new Index();

        @Actor
        public void write() {
            Changes.apply(index, List.of(Changes.put("a", 1, null), Changes.put("b", 2, null)));
        }

        @Actor
        public void read(I_Result result) {
            result.r1 = index.list("", "", 0, 0).entries().size();
        }
    }

    @JCStressTest
    @State
    @Outcome(
            id = {"1, 3", "-1, 3"},
            expect = Expect.ACCEPTABLE,
            desc = "an old revision reads exactly or is refused, the newest always reads")
    @Outcome(expect = Expect.FORBIDDEN, desc = "a state that never was")
    public static class Compaction {
        private final Index index;

        public Compaction() {
            var first = Changes.put("k", 1, null);
            var second = Changes.delete(2, first);
            index = Changes.index(first, second, Changes.put("k", 3, second));
        }

        @Actor
        public void write() {
            index.compact(3);
            index.cut(10);
        }

        @Actor
        public void read(II_Result result) {
            result.r1 = Changes.revision(index, "k", 1);
            result.r2 = Changes.revision(index, "k", 0);
        }
    }

    @JCStressTest
    @State
    @Outcome(
            id = {"0", "3"},
            expect = Expect.ACCEPTABLE,
            desc = "deleted, or there again")
    @Outcome(expect = Expect.FORBIDDEN, desc = "the deleted state, or an error")
    public static class CutDeletion {
        private final Index index;

        public CutDeletion() {
            var first = Changes.put("k", 1, null);
            index = Changes.index(first, Changes.delete(2, first));
        }

        @Actor
        public void write() {
            index.compact(2);
            index.cut(10);
            Changes.apply(index, List.of(Changes.put("k", 3, index.head("k"))));
        }

        @Actor
        public void read(I_Result result) {
            result.r1 = Changes.revision(index, "k", 0);
        }
    }

    @JCStressTest
    @State
    @Outcome(
            id = {"0, 0", "1, 0", "1, 1"},
            expect = Expect.ACCEPTABLE,
            desc = "a published revision is in the history until it is cut")
    @Outcome(
            id = {"0, 1"},
            expect = Expect.FORBIDDEN,
            desc = "back after it was gone")
    @Outcome(expect = Expect.FORBIDDEN, desc = "another change")
    public static class HistoryCut {
        private final Index index;

        public HistoryCut() {
            var first = Changes.put("k", 1, null);
            index = Changes.index(first, Changes.put("k", 2, first));
        }

        @Actor
        public void write() {
            index.compact(2);
            index.cut(10);
        }

        @Actor
        public void read(II_Result result) {
            result.r1 = at();
            result.r2 = at();
        }

        private int at() {
            var version = index.change(1);
            return version == null ? 0 : (int) version.revision();
        }
    }

    @JCStressTest
    @State
    @Outcome(
            id = {"0", "1"},
            expect = Expect.ACCEPTABLE,
            desc = "a dump that is pinned before the writer cuts holds the state at its revision")
    @Outcome(expect = Expect.FORBIDDEN, desc = "a hole in a snapshot")
    public static class PinnedDump {
        private final Index index;
        private final long at;

        public PinnedDump() {
            var first = Changes.put("k", 1, null);
            index = Changes.index(first, Changes.put("k", 2, first));
            index.compact(1);
            at = index.pin();
        }

        @Actor
        public void write() {
            index.compact(2);
            index.cut(10);
        }

        @Actor
        public void dump(I_Result result) {
            int entries = 0;
            for (var entry : index.dump(at)) {
                entries += entry.revision() == 1 ? 1 : 100;
            }
            result.r1 = entries == 1 ? 1 : 2;
        }
    }
}
