package dev.weir.telemetry.otlp;

/// What a request carries. OTLP has one service for each.
public enum Signal {
    /// Spans.
    TRACES("traces", "opentelemetry.proto.collector.trace.v1.TraceService"),
    /// Data points.
    METRICS("metrics", "opentelemetry.proto.collector.metrics.v1.MetricsService"),
    /// Log records.
    LOGS("logs", "opentelemetry.proto.collector.logs.v1.LogsService");

    private final String word;
    private final String service;

    Signal(String word, String service) {
        this.word = word;
        this.service = service;
    }

    /// The word in `OTEL_EXPORTER_OTLP_<SIGNAL>_...`, in lower case.
    public String word() {
        return word;
    }

    /// The path of OTLP/HTTP below a base endpoint.
    public String httpPath() {
        return "/v1/" + word;
    }

    /// The path of OTLP/gRPC.
    public String grpcPath() {
        return "/" + service + "/Export";
    }
}
