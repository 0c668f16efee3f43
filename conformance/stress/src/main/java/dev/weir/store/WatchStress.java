package dev.weir.store;

import java.time.Duration;
import java.util.List;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.I_Result;

/// The ring and its watches under one writer, a reader, and whoever closes.
final class WatchStress {
    private static final Duration LONG = Duration.ofSeconds(20);

    private WatchStress() {}

    private static StoreEvent event(String key, long revision) {
        return Changes.put(key, revision, null).event();
    }

    private static int next(RingWatch watch, Duration wait) {
        try {
            return watch.next(10, wait).size();
        } catch (StoreException _) {
            return -1;
        } catch (InterruptedException _) {
            return -2;
        }
    }

    @JCStressTest
    @State
    @Outcome(
            id = {"0, 0", "0, 1", "1, 1"},
            expect = Expect.ACCEPTABLE,
            desc = "what the tip tells is in its slot")
    @Outcome(expect = Expect.FORBIDDEN, desc = "a tip ahead of its slot")
    public static class Tip {
        private final WatchRing ring = new WatchRing(4);

        @Actor
        public void write() {
            ring.put(event("k", 1));
            ring.publish(1);
        }

        @Actor
        public void read(II_Result result) {
            result.r1 = (int) ring.tip();
            result.r2 = ring.get(1) == null ? 0 : 1;
        }
    }

    @JCStressTest
    @State
    @Outcome(
            id = {"0", "1"},
            expect = Expect.ACCEPTABLE,
            desc = "the event asked for, or none")
    @Outcome(expect = Expect.FORBIDDEN, desc = "the event that lapped it")
    public static class Lapped {
        private final WatchRing ring = new WatchRing(2);

        public Lapped() {
            ring.put(event("k", 1));
            ring.publish(1);
        }

        @Actor
        public void write() {
            ring.put(event("k", 3));
            ring.publish(3);
        }

        @Actor
        public void read(I_Result result) {
            var event = ring.get(1);
            result.r1 = event == null ? 0 : (int) event.revision();
        }
    }

    /// A reader and a writer that share a ring.
    public static class Watched {
        final Index index = new Index();
        final WatchRing ring = new WatchRing(8);
        final RingWatch watch = new RingWatch("p/", 0, index, ring);

        Watched() {
            ring.add(watch);
        }

        void show(Version version) {
            index.apply(version);
            ring.put(version.event());
            index.publish(version.revision());
            ring.publish(version.revision());
        }
    }

    @JCStressTest
    @State
    @Outcome(id = "1", expect = Expect.ACCEPTABLE, desc = "the reader is woken for its event")
    @Outcome(expect = Expect.FORBIDDEN, desc = "a wake-up was lost")
    public static class WakeUp extends Watched {
        @Actor
        public void write() {
            show(Changes.put("q/other", 1, null));
            show(Changes.put("p/mine", 2, null));
        }

        @Actor
        public void read(I_Result result) {
            result.r1 = next(watch, LONG);
        }
    }

    @JCStressTest
    @State
    @Outcome(
            id = {"0, 0", "0, 1", "1, 2", "1, 3"},
            expect = Expect.ACCEPTABLE,
            desc = "the bookmark covers what was told")
    @Outcome(expect = Expect.FORBIDDEN, desc = "a bookmark ahead of an event")
    public static class Bookmark extends Watched {
        @Actor
        public void write() {
            show(Changes.put("q/other", 1, null));
            show(Changes.put("p/mine", 2, null));
            show(Changes.put("q/more", 3, null));
        }

        @Actor
        public void read(II_Result result) {
            result.r1 = next(watch, Duration.ofNanos(1));
            result.r2 = (int) watch.revision();
        }
    }

    @JCStressTest
    @State
    @Outcome(id = "-1", expect = Expect.ACCEPTABLE, desc = "the reader learns that it is closed")
    @Outcome(expect = Expect.FORBIDDEN, desc = "the reader stays parked")
    public static class Close extends Watched {
        @Actor
        public void close() {
            watch.close();
        }

        @Actor
        public void read(I_Result result) {
            result.r1 = next(watch, LONG);
        }
    }

    @JCStressTest
    @State
    @Outcome(id = "-1", expect = Expect.ACCEPTABLE, desc = "a late watch is closed too")
    @Outcome(expect = Expect.FORBIDDEN, desc = "a watch of a closed store waits for ever")
    public static class LateWatch {
        private final WatchRing ring = new WatchRing(4);
        private final Index index = new Index();

        @Actor
        public void close() {
            ring.close();
        }

        @Actor
        public void open(I_Result result) {
            var watch = new RingWatch("", 0, index, ring);
            ring.add(watch);
            result.r1 = next(watch, LONG);
        }
    }

    @JCStressTest
    @State
    @Outcome(
            id = {"-1", "2", "1"},
            expect = Expect.ACCEPTABLE,
            desc = "from the history on: gapless, or refused as compacted")
    @Outcome(expect = Expect.FORBIDDEN, desc = "an event left out")
    public static class HistoryThenRing {
        private final Index index;
        private final WatchRing ring = new WatchRing(2);

        public HistoryThenRing() {
            var first = Changes.put("k", 1, null);
            index = Changes.index(first, Changes.put("k", 2, first));
            ring.publish(2);
        }

        @Actor
        public void write() {
            index.compact(2);
            index.cut(10);
        }

        @Actor
        public void read(I_Result result) {
            var watch = new RingWatch("", 0, index, ring);
            try {
                var events = watch.next(10, Duration.ZERO);
                result.r1 = gapless(events) ? events.size() : 100;
            } catch (StoreException _) {
                result.r1 = -1;
            } catch (InterruptedException _) {
                result.r1 = -2;
            }
        }

        private static boolean gapless(List<StoreEvent> events) {
            long expected = 1;
            for (var event : events) {
                var before = event.previous();
                if (event.revision() != expected
                        || (before == null ? 0 : before.revision()) != expected - 1) {
                    return false;
                }
                expected++;
            }
            return true;
        }
    }

    @JCStressTest
    @State
    @Outcome(id = "7, 7", expect = Expect.ACCEPTABLE, desc = "both get the encoding")
    @Outcome(expect = Expect.FORBIDDEN, desc = "a half-made encoding")
    public static class Encoded {
        private final StoreEvent event = event("k", 7);

        @Actor
        public void one(II_Result result) {
            result.r1 = event.encoded(e -> new int[] {(int) e.revision()})[0];
        }

        @Actor
        public void two(II_Result result) {
            result.r2 = event.encoded(e -> new int[] {(int) e.revision()})[0];
        }
    }
}
