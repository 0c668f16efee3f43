package dev.weir.weave;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.logs.Severity;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.sdk.logs.data.LogRecordData;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Real libraries, woven as they are loaded.
class LibraryTest {
    private final Traces traces = new Traces();

    @AfterEach
    void close() {
        traces.close();
    }

    private static Object call(String name, String... libraries) throws Exception {
        var loader = WovenLoader.with(libraries);
        var before = Thread.currentThread().getContextClassLoader();
        Thread.currentThread().setContextClassLoader(loader);
        try {
            var type = loader.loadClass("sample." + name);
            return ((Callable<?>) type.getConstructor().newInstance()).call();
        } finally {
            Thread.currentThread().setContextClassLoader(before);
        }
    }

    private static AttributeKey<String> text(String name) {
        return AttributeKey.stringKey(name);
    }

    private static final String SERVLETS =
            """
            GET CLIENT
              GET /shop/* SERVER
            GET CLIENT
              GET /shop/* SERVER
            GET CLIENT
              GET /shop/* SERVER
            GET CLIENT
              GET /shop/* SERVER
            GET CLIENT
              GET SERVER
            """;

    @Test
    void tellsRequestsOfTomcat() throws Exception {
        assertThat(call("InTomcat", "jakarta.servlet.", "org.apache."))
                .isEqualTo("200 now,200 later,500,503,404");
        assertThat(traces.tree(10)).isEqualTo(SERVLETS);
        servletSpans();
    }

    @Test
    void tellsRequestsOfJettyAndTheServletsInIt() throws Exception {
        assertThat(call("InJetty", "jakarta.servlet.", "org.eclipse.jetty.", "org.slf4j."))
                .isEqualTo("200 now,200 later,500,503,404");
        assertThat(traces.tree(10)).isEqualTo(SERVLETS);
        servletSpans();
    }

    @Test
    void tellsThePatternThatAHandlerOfJettyNames() throws Exception {
        assertThat(call("JettyHandlers", "org.eclipse.jetty.", "org.slf4j.")).isEqualTo("200200");
        assertThat(traces.tree(4))
                .isEqualTo(
                        """
                        GET CLIENT
                          GET /things/{id} SERVER
                        GET CLIENT
                          GET SERVER
                        """);
    }

    @Test
    void tellsRequestsOfServletsInAnUnwovenContainer() throws Exception {
        var libraries = new String[] {"jakarta.servlet.", "org.eclipse.jetty.ee10.", "org.slf4j."};
        assertThat(call("InJetty", libraries)).isEqualTo("200 now,200 later,500,503,404");
        assertThat(traces.tree(10)).isEqualTo(SERVLETS);
        servletSpans();
    }

    private void servletSpans() {
        var statuses =
                traces.spans().stream()
                        .filter(span -> span.getName().equals("GET /shop/*"))
                        .map(span -> span.getAttributes())
                        .map(span ->
                                span.get(AttributeKey.longKey("http.response.status_code"))
                                        + " "
                                        + span.get(text("error.type")))
                        .toList();
        assertThat(statuses)
                .containsExactlyInAnyOrder(
                        "200 null", "200 null", "500 java.lang.IllegalStateException", "503 503");
        assertThat(traces.logs())
                .filteredOn(log -> log.getBodyValue().asString().equals("later"))
                .allMatch(log -> log.getSpanContext().isValid());
    }

    @Test
    void tellsRequestsOfHelidon() throws Exception {
        assertThat(call("InHelidon", "io.helidon.")).isEqualTo("200 shop,404,500,404,200 own,404");
        assertThat(traces.tree(12))
                .isEqualTo(
                        """
                        GET CLIENT
                          GET /shop/{id} SERVER
                        GET CLIENT
                          GET SERVER
                        GET CLIENT
                          GET /broken SERVER
                        GET CLIENT
                          GET SERVER
                        GET CLIENT
                          GET /own/{id} SERVER
                        GET CLIENT
                          GET SERVER
                        """);
        assertThat(traces.span("GET /broken").getAttributes().get(text("error.type")))
                .isEqualTo("500");
    }

    @Test
    void tellsCallsOfGrpcOnBothSides() throws Exception {
        assertThat(call("OverGrpc", "io.grpc.")).isEqualTo("hello you,INTERNAL");
        assertThat(traces.tree(4))
                .isEqualTo(
                        """
                        shop.Greeter/Greet CLIENT
                          shop.Greeter/Greet SERVER
                        shop.Greeter/Greet CLIENT
                          shop.Greeter/Greet SERVER
                        """);
        assertThat(traces.spans())
                .extracting(s -> s.getAttributes().get(text("rpc.response.status_code")))
                .containsExactlyInAnyOrder("OK", "OK", "INTERNAL", "INTERNAL");
        assertThat(traces.spans())
                .filteredOn(span -> span.getStatus().getStatusCode() == StatusCode.ERROR)
                .hasSize(2);
    }

    @Test
    void connectsThoseWhoSendRecordsWithThoseWhoHandleThem() throws Exception {
        assertThat(call("OverKafka", "org.apache.kafka.")).isEqualTo("onetwo");
        assertThat(traces.tree(8))
                .isEqualTo(
                        """
                        send orders PRODUCER
                          process orders CONSUMER
                            handle one INTERNAL
                        send orders PRODUCER
                          process orders CONSUMER
                            handle two INTERNAL
                        sent INTERNAL
                        poll orders CLIENT
                        """);
        assertThat(traces.span("poll orders").getLinks()).hasSize(2);
    }

    @Test
    void tellsWhatLogbackLogsAndPutsIdsIntoItsContext() throws Exception {
        assertThat(call("ByLogback", "ch.qos.logback.", "org.slf4j.")).isEqualTo("true null");
        logged();
    }

    @Test
    void tellsWhatLog4jLogsAndPutsIdsIntoItsContext() throws Exception {
        assertThat(call("ByLog4j", "org.apache.logging.")).isEqualTo("true null");
        logged();
    }

    private void logged() {
        assertThat(traces.logs())
                .extracting(log -> log.getBodyValue().asString())
                .containsExactly("7 items", "broken");
        assertThat(traces.logs())
                .extracting(LogRecordData::getSeverity)
                .containsExactly(Severity.INFO, Severity.ERROR);
        assertThat(traces.logs()).allMatch(log -> log.getSpanContext().isValid());
        assertThat(traces.logs().getLast().getAttributes().get(text("exception.type")))
                .isEqualTo("java.lang.IllegalStateException");
    }

    @Test
    void tellsAStatementOnceThroughAWovenPool() throws Exception {
        assertThat(call("Pooled", "com.zaxxer.hikari.", "org.slf4j.")).isEqualTo("42S02");
        assertThat(traces.tree(3))
                .isEqualTo(
                        """
                        CREATE TABLE item CLIENT
                        BATCH INSERT item CLIENT
                        SELECT missing CLIENT
                        """);
        var batch = traces.span("BATCH INSERT item").getAttributes();
        assertThat(batch.get(AttributeKey.longKey("db.operation.batch.size"))).isEqualTo(3);
        var failed = traces.span("SELECT missing").getAttributes();
        assertThat(failed.get(text("error.type"))).isEqualTo("42S02");
        assertThat(failed.get(text("db.system.name"))).isEqualTo("h2database");
        assertThat(failed.get(text("db.query.text")))
                .isEqualTo("SELECT * FROM missing WHERE name = ?");
    }

    @Test
    void followsRequestsThatAreSentAndAnsweredElsewhere() throws Exception {
        assertThat(call("Async")).isEqualTo(new sample.Async().call());
        assertThat(traces.tree(7))
                .isEqualTo(
                        """
                        GET CLIENT
                          GET /late SERVER
                        GET CLIENT
                          GET /late SERVER
                        POST CLIENT
                          POST /broken SERVER
                        GET CLIENT
                        """);
        assertThat(traces.span("POST /broken").getStatus().getDescription()).isEqualTo("no shelf");
    }
}
