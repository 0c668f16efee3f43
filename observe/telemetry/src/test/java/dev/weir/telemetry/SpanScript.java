package dev.weir.telemetry;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.KeyValue;
import io.opentelemetry.api.common.Value;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/// A random sequence of calls to the tracing API: the same for the same seed, whoever implements
/// it.
final class SpanScript {
    private static final String[] KEYS = {
        "a",
        "b",
        "http.request.method",
        "http.route",
        "ключ",
        "k\u0000",
        "\ud83d\ude00",
        "long.key."
    };
    private static final String[] TEXTS = {
        "",
        "x",
        "GET",
        "/users/{id}",
        "größe",
        "日本語テキスト",
        "\ud83d\ude00\ud83d\ude01",
        "\ud800 alone",
        "tab\tline\n"
    };

    private final Random random;
    private final Tracer tracer;
    private final Runnable tick;
    private final List<Span> open = new ArrayList<>();
    private final List<Span> all = new ArrayList<>();

    SpanScript(long seed, Tracer tracer, Runnable tick) {
        random = new Random(seed);
        this.tracer = tracer;
        this.tick = tick;
    }

    /// Runs the script; all spans have ended after it.
    ///
    /// @return the spans in the order of their start
    List<Span> run(int spans) {
        for (int i = 0; i < spans; i++) {
            start();
            int calls = random.nextInt(random.nextInt(8) == 0 ? 60 : 8);
            for (int c = 0; c < calls; c++) {
                tick.run();
                call(all.get(random.nextInt(4) == 0 ? random.nextInt(all.size()) : all.size() - 1));
            }
            if (random.nextBoolean() && !open.isEmpty()) {
                end(open.remove(random.nextInt(open.size())));
            }
        }
        while (!open.isEmpty()) {
            end(open.removeLast());
        }
        return all;
    }

    private void start() {
        var builder = tracer.spanBuilder(random.nextInt(20) == 0 ? " " : text());
        switch (random.nextInt(4)) {
            case 0 -> builder.setNoParent();
            case 1 -> builder.setParent(Context.root().with(Span.wrap(context())));
            default -> {
                if (!all.isEmpty()) {
                    var parent = all.get(random.nextInt(all.size()));
                    builder.setParent(Context.root().with(parent));
                }
            }
        }
        if (random.nextBoolean()) {
            builder.setSpanKind(SpanKind.values()[random.nextInt(5)]);
        }
        if (random.nextInt(5) == 0) {
            builder.setStartTimestamp(random.nextInt(1000) + 1_600_000_000L, TimeUnit.SECONDS);
        }
        for (int i = random.nextInt(4); i > 0; i--) {
            switch (random.nextInt(7)) {
                case 0 -> builder.setAttribute(key(), text());
                case 1 -> builder.setAttribute(key(), number());
                case 2 -> builder.setAttribute(key(), random.nextDouble());
                case 3 -> builder.setAttribute(key(), random.nextBoolean());
                case 4 -> builder.addLink(context(), attributes());
                case 5 -> builder.addLink(context());
                default -> builder.setAllAttributes(attributes());
            }
        }
        var span = builder.startSpan();
        all.add(span);
        open.add(span);
    }

    private void call(Span span) {
        switch (random.nextInt(24)) {
            case 0, 1, 2 -> span.setAttribute(key(), text());
            case 3, 4 -> span.setAttribute(key(), number());
            case 5 -> span.setAttribute(key(), real());
            case 6 -> span.setAttribute(key(), random.nextBoolean());
            case 7, 8 -> rare(span);
            case 9 -> span.setAllAttributes(attributes());
            case 10 -> span.addEvent(text());
            case 11 -> span.addEvent(text(), attributes());
            case 12 -> span.addEvent(text(), random.nextInt(1 << 20), TimeUnit.MILLISECONDS);
            case 13 -> span.addEvent(text(), attributes(), Instant.ofEpochSecond(77, 7));
            case 14 -> span.addLink(context());
            case 15 -> span.addLink(context(), attributes());
            case 16 -> span.setStatus(StatusCode.values()[random.nextInt(3)], text());
            case 17 -> span.setStatus(StatusCode.values()[random.nextInt(3)]);
            case 18 -> span.recordException(exception());
            case 19 -> span.recordException(exception(), attributes());
            case 20 -> span.updateName(text());
            case 21 -> span.setAttribute(AttributeKey.longKey(key()), random.nextInt());
            case 22 -> span.setAttribute(AttributeKey.stringKey(key()), text());
            default -> {
                if (random.nextInt(4) == 0) {
                    end(span);
                    open.remove(span);
                }
            }
        }
    }

    private void end(Span span) {
        tick.run();
        switch (random.nextInt(4)) {
            case 0 -> span.end(1_800_000_000L + random.nextInt(100), TimeUnit.SECONDS);
            case 1 -> span.end(0, TimeUnit.NANOSECONDS);
            default -> span.end();
        }
    }

    private void rare(Span span) {
        switch (random.nextInt(6)) {
            case 0 ->
                    span.setAttribute(
                            AttributeKey.stringArrayKey(key()),
                            Arrays.asList(text(), null, text()));
            case 1 ->
                    span.setAttribute(
                            AttributeKey.longArrayKey(key()), List.of(number(), number()));
            case 2 ->
                    span.setAttribute(AttributeKey.doubleArrayKey(key()), List.of(real(), real()));
            case 3 -> span.setAttribute(AttributeKey.booleanArrayKey(key()), List.of(true, false));
            default -> span.setAttribute(AttributeKey.valueKey(key()), value(3));
        }
    }

    private Value<?> value(int depth) {
        return switch (random.nextInt(depth > 0 ? 8 : 6)) {
            case 0 -> Value.of(text());
            case 1 -> Value.of(random.nextBoolean());
            case 2 -> Value.of(number());
            case 3 -> Value.of(real());
            case 4 -> Value.of(new byte[random.nextInt(12)]);
            case 5 -> Value.empty();
            case 6 -> Value.of(List.of(value(depth - 1), value(depth - 1)));
            default ->
                    Value.of(
                            KeyValue.of(key(), value(depth - 1)),
                            KeyValue.of("z", value(depth - 1)));
        };
    }

    private Attributes attributes() {
        var builder = Attributes.builder();
        for (int i = random.nextInt(7); i > 0; i--) {
            switch (random.nextInt(4)) {
                case 0 -> builder.put(key(), number());
                case 1 -> builder.put(AttributeKey.stringArrayKey(key()), List.of(text()));
                default -> builder.put(key(), text());
            }
        }
        return builder.build();
    }

    private SpanContext context() {
        if (random.nextInt(6) == 0) {
            return SpanContext.getInvalid();
        }
        var state =
                random.nextBoolean()
                        ? TraceState.getDefault()
                        : TraceState.builder().put("v", "1").put("w", "x y").build();
        var trace = String.format("%016x%016x", random.nextLong() | 1, random.nextLong() | 1);
        var span = String.format("%016x", random.nextLong() | 1);
        var flags = TraceFlags.fromByte((byte) random.nextInt(4));
        return random.nextBoolean()
                ? SpanContext.create(trace, span, flags, state)
                : SpanContext.createFromRemoteParent(trace, span, flags, state);
    }

    private Throwable exception() {
        var exception = anyException();
        exception.setStackTrace(
                new StackTraceElement[] {new StackTraceElement("a.B", "c", "B.java", 7)});
        return exception;
    }

    private Throwable anyException() {
        return switch (random.nextInt(4)) {
            case 0 -> new IllegalStateException(text());
            case 1 -> new Exception(null, bare(new RuntimeException("cause")));
            case 2 -> {
                var e = new IllegalArgumentException("outer");
                e.addSuppressed(bare(new Error("suppressed")));
                yield e;
            }
            default -> new RuntimeException() {};
        };
    }

    private static Throwable bare(Throwable exception) {
        exception.setStackTrace(new StackTraceElement[0]);
        return exception;
    }

    private String key() {
        var key = KEYS[random.nextInt(KEYS.length)];
        return key.endsWith(".")
                ? key + "x".repeat(random.nextInt(3) * 80) + random.nextInt(20)
                : key;
    }

    private String text() {
        return random.nextInt(10) == 0
                ? "y".repeat(random.nextInt(400))
                : TEXTS[random.nextInt(TEXTS.length)];
    }

    private long number() {
        return random.nextLong() >> random.nextInt(64);
    }

    private double real() {
        return random.nextInt(5) == 0 ? Double.NaN : random.nextGaussian();
    }
}
