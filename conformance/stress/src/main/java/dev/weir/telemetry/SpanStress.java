package dev.weir.telemetry;

import dev.weir.telemetry.otlp.Payload;
import dev.weir.telemetry.otlp.Sink;
import io.opentelemetry.api.trace.Span;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;
import org.openjdk.jcstress.infra.results.II_Result;

/// A span that several threads use, and the pages that spans are handed over in.
public final class SpanStress {
    private SpanStress() {}

    /// Counts spans, and looks for attributes by the byte that their key is.
    private static final class Counting implements Sink {
        private int spans;
        private int first;
        private int second;

        @Override
        public synchronized void accept(Payload payload) {
            spans += payload.items();
            for (var part : payload.parts()) {
                first += count(part.duplicate(), (byte) 'Q');
                second += count(part.duplicate(), (byte) 'Z');
            }
            payload.release();
        }

        private static int count(ByteBuffer part, byte key) {
            int count = 0;
            // A key of one letter is tag 0x0a, length 1, the letter.
            for (int i = part.position(); i + 2 < part.limit(); i++) {
                if (part.get(i) == 0x0a && part.get(i + 1) == 1 && part.get(i + 2) == key) {
                    count++;
                }
            }
            return count;
        }

        synchronized int spans() {
            return spans;
        }

        synchronized int first() {
            return first;
        }

        synchronized int second() {
            return second;
        }

        @Override
        public boolean flush(Duration timeout) {
            return true;
        }

        @Override
        public void close() {}
    }

    /// An engine without threads.
    public static class Engine {
        final Counting sink = new Counting();
        final SpanPipeline pipeline =
                new SpanPipeline(
                        new byte[0], SpanLimits.DEFAULT, Redactor.NONE, Batching.DEFAULT, sink);
        final EngineTracerProvider tracers =
                new EngineTracerProvider(
                        pipeline, null, Samplers.of(new Sampling.AlwaysOn()), Time.SYSTEM);

        Span start() {
            return tracers.get("s").spanBuilder("op").setNoParent().startSpan();
        }
    }

    @JCStressTest
    @State
    @Outcome(id = "1, 1, 1", expect = Expect.ACCEPTABLE, desc = "both attributes are sent")
    @Outcome(expect = Expect.FORBIDDEN, desc = "an attribute or the span is lost")
    public static class OwnerAndAnotherSet extends Engine {
        private final Span[] span = new Span[1];

        /// The owner has to be the thread that starts the span.
        @Actor
        public void owner() {
            var mine = start();
            synchronized (span) {
                span[0] = mine;
            }
            mine.setAttribute("Q", 1);
        }

        @Actor
        public void other() {
            while (true) {
                synchronized (span) {
                    if (span[0] != null) {
                        break;
                    }
                }
                Thread.onSpinWait();
            }
            span[0].setAttribute("Z", 1);
        }

        @Arbiter
        public void end(III_Result result) {
            span[0].end();
            pipeline.flush();
            result.r1 = sink.spans();
            result.r2 = sink.first();
            result.r3 = sink.second();
        }
    }

    @JCStressTest
    @State
    @Outcome(
            id = {"1, 0", "1, 1"},
            expect = Expect.ACCEPTABLE,
            desc = "the span is sent once; an attribute that races with its end may come late")
    @Outcome(expect = Expect.FORBIDDEN, desc = "the span is lost or sent twice")
    public static class OwnerSetsAnotherEnds extends Engine {
        private final Span[] span = new Span[1];

        @Actor
        public void owner() {
            var mine = start();
            synchronized (span) {
                span[0] = mine;
            }
            mine.setAttribute("Q", 1);
            mine.end();
        }

        @Actor
        public void other() {
            while (true) {
                synchronized (span) {
                    if (span[0] != null) {
                        break;
                    }
                }
                Thread.onSpinWait();
            }
            span[0].end();
        }

        @Arbiter
        public void flush(II_Result result) {
            pipeline.flush();
            result.r1 = sink.spans();
            result.r2 = sink.first();
        }
    }

    @JCStressTest
    @State
    @Outcome(id = "2, 1", expect = Expect.ACCEPTABLE, desc = "the late call changes no other span")
    @Outcome(expect = Expect.FORBIDDEN, desc = "a span wrote into a draft that is another's now")
    public static class DraftUsedAgain extends Engine {
        private final Span[] span = new Span[1];

        @Actor
        public void owner() {
            var first = start();
            synchronized (span) {
                span[0] = first;
            }
            first.end();
            var second = start();
            second.setAttribute("Q", 1);
            second.end();
        }

        @Actor
        public void other() {
            while (true) {
                synchronized (span) {
                    if (span[0] != null) {
                        break;
                    }
                }
                Thread.onSpinWait();
            }
            span[0].isRecording();
            span[0].end();
        }

        @Arbiter
        public void flush(II_Result result) {
            pipeline.flush();
            result.r1 = sink.spans();
            result.r2 = sink.first();
        }
    }

    @JCStressTest
    @State
    @Outcome(id = "2, 0", expect = Expect.ACCEPTABLE, desc = "each span is handed over once")
    @Outcome(expect = Expect.FORBIDDEN, desc = "a span is lost or handed over twice")
    public static class EndsWhileSealing extends Engine {
        @Actor
        public void end() {
            start().end();
            start().end();
        }

        @Actor
        public void seal() {
            pipeline.flush();
        }

        @Arbiter
        public void flush(II_Result result) {
            pipeline.flush();
            result.r1 = sink.spans();
            result.r2 = (int) pipeline.waitingBytes();
        }
    }
}
