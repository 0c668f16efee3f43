/// An engine for the OpenTelemetry API that encodes what it is told as OTLP at once, and sends it.
///
/// Works without `dev.weir.resource`; where that is there, engines follow `TelemetryPolicy`
/// resources.
@org.jspecify.annotations.NullMarked
module dev.weir.telemetry {
    requires static transitive org.jspecify;
    requires transitive dev.weir.context;
    requires transitive io.opentelemetry.api;
    requires transitive io.opentelemetry.context;
    requires io.opentelemetry.common;
    requires static dev.weir.resource;
    requires static dev.weir.weave;
    requires java.management;
    requires jdk.management;

    exports dev.weir.telemetry;

    provides dev.weir.resource.Extension with
            dev.weir.telemetry.TelemetryExtension;
    provides dev.weir.weave.spi.Engine with
            dev.weir.telemetry.WovenEngine;
}
