package dev.weir.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.StatusCode;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/// The example of the README, to a receiver here.
class ReadmeTest {
    @Test
    void theExampleSendsTheErrorWithItsCardHashed() {
        var kept = new Kept();
        try (var receiver = OtlpReceiver.open(OtlpReceiverOptions.DEFAULT.withPorts(0, 0), kept)) {
            var options =
                    TelemetryOptions.builder()
                            .serviceName("shop")
                            .endpoint(URI.create("http://localhost:" + receiver.httpPort()))
                            .tailSampling(TailSampling.DEFAULT)
                            .redaction(Redaction.NONE.and("card.*", Redaction.Action.HASH))
                            .build();
            try (var telemetry = Telemetry.start(options)) {
                var span = telemetry.getTracer("shop").spanBuilder("pay").startSpan();
                span.setAttribute("card.number", "4111 1111").setStatus(StatusCode.ERROR);
                span.end();
            }
            assertThat(kept.spans).hasSize(1);
            var sent = kept.spans.getFirst();
            assertThat(sent.name()).isEqualTo("pay");
            assertThat(sent.attributes().get(AttributeKey.stringKey("card.number")))
                    .hasSize(32)
                    .doesNotContain("4111");
        }
    }

    @Test
    void everyWeirSettingOfTheReadmeIsRead() throws IOException {
        var source = new StringBuilder();
        for (var name :
                new String[] {
                    "TelemetrySettings", "OtlpSettings", "SignalSettings", "SamplingWatch"
                }) {
            source.append(
                    Files.readString(
                            Path.of("src/main/java/dev/weir/telemetry/" + name + ".java")));
        }
        assertThat(Files.readString(Path.of("README.md")))
                .contains("weir.tail.{slow,ratio,routes,wait}");
        assertThat(source)
                .contains(
                        "weir.tail.slow",
                        "weir.tail.ratio",
                        "weir.tail.routes",
                        "weir.tail.wait",
                        "weir.redact.drop",
                        "weir.redact.mask",
                        "weir.redact.hash",
                        "weir.redact.salt",
                        "weir.sampling.file",
                        "weir.sampling.ratio",
                        "weir.spool.directory",
                        "weir.spool.bytes",
                        "weir.otlp.memory.bytes",
                        "weir.spans.waiting.bytes",
                        "weir.metrics.cardinality.limit");
    }
}
