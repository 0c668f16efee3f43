package dev.weir.bench;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.DoubleHistogram;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.exporter.otlp.http.metrics.OtlpHttpMetricExporter;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.opentelemetry.sdk.metrics.export.PeriodicMetricReader;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import java.io.IOException;

/// The greeting server with the official SDK, written into it by hand: a span and a point of a
/// histogram for each request, as the woven one has. `otel.exporter.otlp.endpoint` is where both
/// go.
final class SdkGreetingServer {
    private static final AttributeKey<String> METHOD =
            AttributeKey.stringKey("http.request.method");
    private static final AttributeKey<Long> STATUS =
            AttributeKey.longKey("http.response.status_code");
    private static final AttributeKey<String> ROUTE = AttributeKey.stringKey("http.route");
    private static final double NANOS = 1e9;

    private SdkGreetingServer() {}

    public static void main(String[] arguments) throws Exception {
        var base = System.getProperty("otel.exporter.otlp.endpoint");
        var spans = OtlpHttpSpanExporter.builder().setEndpoint(base + "/v1/traces").build();
        var points = OtlpHttpMetricExporter.builder().setEndpoint(base + "/v1/metrics").build();
        var tracers =
                SdkTracerProvider.builder()
                        .addSpanProcessor(BatchSpanProcessor.builder(spans).build())
                        .build();
        var meters =
                SdkMeterProvider.builder()
                        .registerMetricReader(PeriodicMetricReader.builder(points).build())
                        .build();
        var duration =
                meters.get("greeting")
                        .histogramBuilder("http.server.request.duration")
                        .setUnit("s")
                        .build();
        var tracer = tracers.get("greeting");
        GreetingServer.serve(handler -> exchange -> trace(exchange, handler, tracer, duration));
    }

    private static void trace(
            HttpExchange exchange, HttpHandler handler, Tracer tracer, DoubleHistogram duration)
            throws IOException {
        long start = System.nanoTime();
        var method = exchange.getRequestMethod();
        var route = exchange.getHttpContext().getPath();
        var span =
                tracer.spanBuilder(method + " " + route).setSpanKind(SpanKind.SERVER).startSpan();
        try (var _ = span.makeCurrent()) {
            handler.handle(exchange);
        } finally {
            long status = exchange.getResponseCode();
            span.setAttribute(METHOD, method).setAttribute(ROUTE, route);
            span.setAttribute(STATUS, status).end();
            var attributes = Attributes.of(METHOD, method, ROUTE, route, STATUS, status);
            duration.record((System.nanoTime() - start) / NANOS, attributes);
        }
    }
}
