package dev.weir.conformance;

import dev.weir.weave.spi.Engine;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collection;

/// Telemetry for a woven program under test: the official SDK, whose spans go as lines into the
/// file that the system property `weir.spans` names.
public final class SpanLines implements Engine {
    /// For the service loader.
    public SpanLines() {}

    @Override
    public void start() {
        var file = Path.of(System.getProperty("weir.spans"));
        var tracers =
                SdkTracerProvider.builder()
                        .addSpanProcessor(SimpleSpanProcessor.create(new Lines(file)))
                        .build();
        OpenTelemetrySdk.builder()
                .setTracerProvider(tracers)
                .setPropagators(ContextPropagators.create(W3CTraceContextPropagator.getInstance()))
                .buildAndRegisterGlobal();
    }

    private record Lines(Path file) implements SpanExporter {
        @Override
        public CompletableResultCode export(Collection<SpanData> spans) {
            var lines =
                    spans.stream()
                            .map(span ->
                                    String.join(
                                            "\t",
                                            span.getTraceId(),
                                            span.getSpanId(),
                                            span.getParentSpanId(),
                                            span.getKind().name(),
                                            span.getStatus().getStatusCode().name(),
                                            span.getName()))
                            .toList();
            try {
                Files.write(file, lines, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return CompletableResultCode.ofSuccess();
        }

        @Override
        public CompletableResultCode flush() {
            return CompletableResultCode.ofSuccess();
        }

        @Override
        public CompletableResultCode shutdown() {
            return CompletableResultCode.ofSuccess();
        }
    }
}
