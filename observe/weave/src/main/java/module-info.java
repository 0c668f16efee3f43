/// Weaves telemetry into compiled classes, at build time or as they are loaded; and what woven code
/// calls, written against the OpenTelemetry API alone.
///
/// Libraries that there are hooks for are not required here, not even statically: a woven library
/// requires this module, and modules must not require each other. Hooks read them when they are
/// called.
@org.jspecify.annotations.NullMarked
module dev.weir.weave {
    requires static transitive org.jspecify;
    requires transitive io.opentelemetry.api;
    requires transitive io.opentelemetry.context;
    requires io.opentelemetry.common;
    requires static transitive java.instrument;
    requires static transitive java.logging;
    requires static transitive java.net.http;
    requires static transitive java.sql;
    requires static transitive jdk.httpserver;

    exports dev.weir.weave;
    exports dev.weir.weave.hook;
    exports dev.weir.weave.spi;

    uses dev.weir.weave.spi.Engine;
}
