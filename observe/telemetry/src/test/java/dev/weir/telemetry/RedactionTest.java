package dev.weir.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.telemetry.Redaction.Action;
import dev.weir.telemetry.otlp.KeyRedactor;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// What is changed before it leaves the process.
class RedactionTest {
    @Test
    void changesAttributesOfSpansEventsAndLinks() {
        var redaction =
                Redaction.NONE
                        .and("secret", Action.DROP)
                        .and("user.*", Action.HASH)
                        .and("*.card", Action.MASK);
        try (var fixture = new Fixture(o -> o.redaction(redaction))) {
            var span = fixture.tracer.spanBuilder("op").setAttribute("secret", "s").startSpan();
            span.setAttribute("user.id", 7)
                    .setAttribute("a.card", "4111")
                    .setAttribute("plain", "p");
            span.setAttribute(AttributeKey.stringArrayKey("list.card"), List.of("1"));
            var attributes = Attributes.builder().put("secret", true).put("a.card", 1.5).build();
            span.addEvent("e", attributes).addLink(span.getSpanContext(), attributes);
            span.recordException(
                    new Exception("m"), Attributes.builder().put("user.name", "n").build());
            span.end();
            var sent = fixture.only();
            assertThat(Fixture.attributes(sent.getAttributesList()))
                    .isEqualTo(
                            Map.of(
                                    "user.id", "7902699be42c8a8e46fbbb4501726517",
                                    "a.card", "***",
                                    "list.card", "***",
                                    "plain", "p"));
            assertThat(Fixture.attributes(sent.getEvents(0).getAttributesList()))
                    .isEqualTo(Map.of("a.card", "***"));
            assertThat(Fixture.attributes(sent.getLinks(0).getAttributesList()))
                    .isEqualTo(Map.of("a.card", "***"));
            assertThat(Fixture.attributes(sent.getEvents(1).getAttributesList()).get("user.name"))
                    .hasSize(32);
        }
    }

    @Test
    void saltChangesTheHashAndPatternsAreLiteral() {
        var redactor =
                KeyRedactor.of(
                        new Redaction(List.of(new Redaction.Rule("a.b", Action.HASH)), "pepper"));
        assertThat(redactor.matches("axb")).isFalse();
        assertThat(redactor.replace("a.b", "7"))
                .hasSize(32)
                .isNotEqualTo("7902699be42c8a8e46fbbb4501726517");
    }

    @Test
    void readsRulesFromSettings() {
        var redaction =
                new TelemetrySettings(
                                Settings.of(
                                        Map.of(
                                                "weir.redact.drop",
                                                "a, b.*",
                                                "weir.redact.hash",
                                                "c",
                                                "weir.redact.salt",
                                                "s")))
                        .redaction();
        assertThat(redaction)
                .isEqualTo(
                        new Redaction(
                                List.of(
                                        new Redaction.Rule("a", Action.DROP),
                                        new Redaction.Rule("b.*", Action.DROP),
                                        new Redaction.Rule("c", Action.HASH)),
                                "s"));
    }
}
