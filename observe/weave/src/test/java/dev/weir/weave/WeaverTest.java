package dev.weir.weave;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.logs.Severity;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.sdk.logs.data.LogRecordData;
import java.util.List;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WeaverTest {
    private final Traces traces = new Traces();
    private final WovenLoader loader = WovenLoader.own("sample.");

    @AfterEach
    void close() {
        traces.close();
    }

    @SuppressWarnings("unchecked")
    private <T> T call(String name) throws Exception {
        var type = loader.loadClass("sample." + name);
        return ((Callable<T>) type.getConstructor().newInstance()).call();
    }

    private static AttributeKey<String> text(String name) {
        return AttributeKey.stringKey(name);
    }

    @Test
    void connectsClientServerAndDatabase() throws Exception {
        assertThat(this.<String>call("Shop")).isEqualTo("bread");

        assertThat(traces.tree(5))
                .isEqualTo(
                        """
                        GET CLIENT
                          GET /stock SERVER
                            CREATE TABLE item CLIENT
                            INSERT item CLIENT
                            SELECT item CLIENT
                        """);
        var server = traces.span("GET /stock");
        assertThat(server.getAttributes().get(text("url.query"))).isEqualTo("item=7&sig=REDACTED");
        assertThat(server.getStatus().getStatusCode()).isEqualTo(StatusCode.UNSET);
        assertThat(traces.span("INSERT item").getAttributes().get(text("db.query.text")))
                .isEqualTo("INSERT INTO item VALUES (?, ?)");
        assertThat(traces.metrics())
                .extracting(metric -> metric.getName())
                .containsExactlyInAnyOrder(
                        "http.client.request.duration",
                        "http.server.request.duration",
                        "db.client.operation.duration");
    }

    @Test
    void carriesTheContextIntoWhateverRunsElsewhere() throws Exception {
        assertThat(this.<List<String>>call("Tasks")).isEmpty();
        assertThat(loader.sites()).containsKeys("executors", "completable-future", "threads");
    }

    @Test
    void makesSpansOfAnnotatedMethods() throws Exception {
        assertThat(this.<Object>call("Annotated")).isEqualTo("9 x");
        assertThat(traces.tree(9))
                .isEqualTo(
                        """
                        outer INTERNAL
                          Annotated.inner CLIENT
                        Annotated.alone INTERNAL
                        Annotated.loop INTERNAL
                        Annotated.failing INTERNAL
                        async INTERNAL
                        async INTERNAL
                        Annotated.total INTERNAL
                        Annotated.text INTERNAL
                        """);
        var outer = traces.span("outer").getAttributes();
        assertThat(outer.get(text("text"))).isEqualTo("seven");
        assertThat(outer.get(AttributeKey.longKey("number"))).isEqualTo(7);
        assertThat(outer.get(AttributeKey.doubleKey("ratio"))).isEqualTo(2.5);
        assertThat(outer.get(AttributeKey.longKey("small"))).isEqualTo(1);
        assertThat(outer.get(text("code.function.name"))).isEqualTo("sample.Annotated.outer");
        var failing = traces.span("Annotated.failing");
        assertThat(failing.getStatus().getDescription()).isEqualTo("told to");
        assertThat(failing.getAttributes().get(text("error.type")))
                .isEqualTo("java.lang.IllegalStateException");
        assertThat(traces.spans())
                .filteredOn(span -> span.getName().equals("async"))
                .extracting(span -> span.getStatus().getStatusCode())
                .containsExactlyInAnyOrder(StatusCode.UNSET, StatusCode.ERROR);
    }

    @Test
    void tellsWhatIsLoggedWithItsSpan() throws Exception {
        var span = this.<String>call("Logging");
        assertThat(traces.logs())
                .extracting(LogRecordData::getSeverity)
                .containsExactly(Severity.INFO, Severity.WARN, Severity.ERROR);
        assertThat(traces.logs())
                .extracting(log -> log.getSpanContext().getSpanId())
                .containsOnly(span);
        assertThat(traces.logs().getFirst().getBodyValue().asString()).isEqualTo("7 items");
        assertThat(traces.logs().get(1).getAttributes().get(text("exception.message")))
                .isEqualTo("shelf");
    }
}
