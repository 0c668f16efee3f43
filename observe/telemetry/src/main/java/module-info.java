/// An engine for the OpenTelemetry API that encodes what it is told as OTLP at once, and sends it.
@org.jspecify.annotations.NullMarked
module dev.weir.telemetry {
    requires static transitive org.jspecify;
    requires transitive dev.weir.context;
    requires transitive io.opentelemetry.api;
    requires transitive io.opentelemetry.context;
    requires io.opentelemetry.common;
    requires java.management;
    requires jdk.management;
}
