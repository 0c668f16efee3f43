package sample;

import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.instrumentation.annotations.SpanAttribute;
import io.opentelemetry.instrumentation.annotations.WithSpan;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;

/// Methods with `@WithSpan`, in each shape that differs in bytecode.
public final class Annotated implements Callable<Object> {
    @Override
    public Object call() throws Exception {
        outer("seven", 7, 2.5, (byte) 1, null);
        loop(3);
        try {
            failing(true);
        } catch (IllegalStateException e) {
            // as it should
        }
        var later = new CompletableFuture<String>();
        var answered = async(later);
        later.completeAsync(() -> "done").join();
        answered.join();
        async(CompletableFuture.failedFuture(new IllegalArgumentException("async")));
        return total(4, 5L) + " " + text("x");
    }

    @WithSpan("outer")
    void outer(
            @SpanAttribute("text") String text,
            @SpanAttribute int number,
            @SpanAttribute("ratio") double ratio,
            @SpanAttribute("small") byte small,
            @SpanAttribute("absent") Object absent) {
        inner();
        alone();
    }

    @WithSpan(kind = SpanKind.CLIENT)
    private static void inner() {}

    @WithSpan(inheritContext = false)
    private void alone() {}

    @WithSpan
    private static int loop(int times) {
        int sum = 0;
        for (int i = 0; i < times; i++) {
            try {
                if (i == 1) {
                    throw new IllegalArgumentException("odd");
                }
                sum += i;
            } catch (IllegalArgumentException e) {
                sum += 100;
            } finally {
                sum++;
            }
        }
        return sum;
    }

    @WithSpan
    private static void failing(boolean fails) {
        if (fails) {
            throw new IllegalStateException("told to");
        }
    }

    @WithSpan("async")
    private static CompletableFuture<String> async(CompletableFuture<String> later) {
        return later;
    }

    @WithSpan
    private static long total(int a, long b) {
        return a + b;
    }

    @WithSpan
    private static String text(String text) {
        return text;
    }
}
