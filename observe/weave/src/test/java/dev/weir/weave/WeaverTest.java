package dev.weir.weave;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.StatusCode;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WeaverTest {
    private final Traces traces = new Traces();

    @AfterEach
    void close() {
        traces.close();
    }

    @Test
    @SuppressWarnings("unchecked")
    void connectsClientServerAndDatabase() throws Exception {
        var loader = WovenLoader.own("sample.");
        var shop =
                (Callable<String>)
                        loader.loadClass("sample.Shop")
                                .getConstructor()
                                .newInstance();

        assertThat(shop.call()).isEqualTo("bread");

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
        assertThat(server.getAttributes().get(AttributeKey.stringKey("url.query")))
                .isEqualTo("item=7&sig=REDACTED");
        assertThat(server.getStatus().getStatusCode()).isEqualTo(StatusCode.UNSET);
    }
}
