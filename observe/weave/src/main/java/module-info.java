/// Weaves telemetry into compiled classes, at build time or as they are loaded; and what woven code
/// calls, written against the OpenTelemetry API alone.
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
    requires static transitive ch.qos.logback.classic;
    requires static transitive io.grpc;
    requires static transitive io.helidon.webserver;
    requires static transitive jakarta.servlet;
    requires static transitive kafka.clients;
    requires static transitive org.apache.logging.log4j;
    requires static transitive org.apache.logging.log4j.core;
    requires static transitive org.eclipse.jetty.server;
    requires static transitive org.slf4j;

    exports dev.weir.weave;
    exports dev.weir.weave.hook;
    exports dev.weir.weave.spi;

    uses dev.weir.weave.spi.Engine;
}
