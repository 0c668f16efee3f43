package sample;

import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import java.util.HashMap;

/// A program that sets telemetry up, does something, and prints its spans.
public final class Traced {
    private Traced() {}

    /// Started by the tests in a process of its own.
    public static void main(String[] arguments) throws Exception {
        var spans = InMemorySpanExporter.create();
        var sdk =
                OpenTelemetrySdk.builder()
                        .setTracerProvider(
                                SdkTracerProvider.builder()
                                        .addSpanProcessor(SimpleSpanProcessor.create(spans))
                                        .build())
                        .setPropagators(
                                ContextPropagators.create(W3CTraceContextPropagator.getInstance()))
                        .buildAndRegisterGlobal();
        var parent = sdk.getTracer("sample").spanBuilder("parent").startSpan();
        try (var _ = parent.makeCurrent()) {
            new Shop().call();
        } finally {
            parent.end();
        }
        var names = new HashMap<String, String>();
        for (SpanData span : spans.getFinishedSpanItems()) {
            names.put(span.getSpanId(), span.getName());
        }
        for (SpanData span : spans.getFinishedSpanItems()) {
            System.out.println(
                    span.getName()
                            + " "
                            + span.getKind()
                            + " <- "
                            + names.getOrDefault(span.getParentSpanId(), "nobody"));
        }
    }
}
