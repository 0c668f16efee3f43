package dev.weir.telemetry;

import dev.weir.telemetry.otlp.Payload;
import dev.weir.telemetry.otlp.Redactor;
import dev.weir.telemetry.otlp.Sink;
import io.opentelemetry.api.trace.Span;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
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
    // Keys that random ids do not contain.
    private static final String FIRST = "first-attribute";
    private static final String SECOND = "second-attribute";

    private SpanStress() {}

    /// Counts spans, and looks for attributes by their keys.
    private static final class Counting implements Sink {
        private int spans;
        private int first;
        private int second;

        @Override
        public synchronized void accept(Payload payload) {
            spans += payload.items();
            for (var part : payload.parts()) {
                first += count(part.duplicate(), FIRST);
                second += count(part.duplicate(), SECOND);
            }
            payload.release();
        }

        private static int count(ByteBuffer part, String key) {
            var bytes = new byte[part.remaining()];
            part.get(bytes);
            var text = new String(bytes, StandardCharsets.ISO_8859_1);
            int count = 0;
            for (int at = text.indexOf(key); at >= 0; at = text.indexOf(key, at + 1)) {
                count++;
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
                        () -> new byte[0],
                        SpanLimits.DEFAULT,
                        Redactor.NONE,
                        Batching.DEFAULT,
                        sink);
        final EngineTracerProvider tracers =
                new EngineTracerProvider(
                        pipeline, null, Samplers.of(new Sampling.AlwaysOn()), Time.SYSTEM);

        private @Nullable Span shown;

        Span start() {
            return tracers.get("s").spanBuilder("op").setNoParent().startSpan();
        }

        /// Starts a span, of which the calling thread is the owner, and shows it to others.
        Span show() {
            var span = start();
            synchronized (this) {
                shown = span;
            }
            return span;
        }

        /// The span that the owner shows.
        Span shown() {
            while (true) {
                synchronized (this) {
                    if (shown != null) {
                        return shown;
                    }
                }
                Thread.onSpinWait();
            }
        }
    }

    @JCStressTest
    @State
    @Outcome(id = "1, 1, 1", expect = Expect.ACCEPTABLE, desc = "both attributes are sent")
    @Outcome(expect = Expect.FORBIDDEN, desc = "an attribute or the span is lost")
    public static class OwnerAndAnotherSet extends Engine {
        @Actor
        public void owner() {
            var mine = show();
            mine.setAttribute(FIRST, 1);
        }

        @Actor
        public void other() {
            shown().setAttribute(SECOND, 1);
        }

        @Arbiter
        public void end(III_Result result) {
            shown().end();
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
        @Actor
        public void owner() {
            var mine = show();
            mine.setAttribute(FIRST, 1);
            mine.end();
        }

        @Actor
        public void other() {
            shown().end();
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
        @Actor
        public void owner() {
            var first = show();
            first.end();
            var second = start();
            second.setAttribute(FIRST, 1);
            second.end();
        }

        @Actor
        public void other() {
            var span = shown();
            span.isRecording();
            span.end();
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
