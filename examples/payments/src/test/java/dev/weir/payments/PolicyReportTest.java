package dev.weir.payments;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.resource.Condition;
import dev.weir.resource.Metadata;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PolicyReportTest {
    private static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");
    private static final RiskPolicy POLICY =
            new RiskPolicy(
                    Metadata.of("default", "p"),
                    new RiskPolicy.Spec(
                            new RiskPolicy.Match(Map.of()),
                            "EUR",
                            1,
                            1,
                            List.of(),
                            new RiskPolicy.Velocity(1, 1)),
                    null);

    private static TerminalConfig config(String terminal, Condition.Status applied, String why) {
        var condition = new Condition(TerminalConfig.APPLIED, applied, 0, NOW, "Because", why);
        return new TerminalConfig(
                Metadata.of("default", terminal + ".p"),
                new TerminalConfig.Spec(terminal, "p", 1, POLICY.spec(), false),
                new TerminalConfig.Status(List.of(condition)));
    }

    private static Condition find(RiskPolicy.Status status, String type) {
        return Condition.find(status.conditions(), type).orElseThrow();
    }

    private static RiskPolicy.Status of(Set<String> silent, TerminalConfig... configs) {
        return new PolicyReport(POLICY, List.of(configs), silent).enforcing(NOW);
    }

    @Test
    void isReadyWhenAllTerminalsEnforceIt() {
        var status = of(Set.of(), config("a", Condition.Status.True, ""));
        assertThat(status.converged()).isOne();
        assertThat(find(status, "Ready").status()).isEqualTo(Condition.Status.True);
        assertThat(find(status, "Degraded").status()).isEqualTo(Condition.Status.False);
    }

    @Test
    void aSilentTerminalEnforcesNothingThatAnyoneKnowsOf() {
        var status =
                of(
                        Set.of("b"),
                        config("a", Condition.Status.True, ""),
                        config("b", Condition.Status.True, ""));
        assertThat(status.converged()).isOne();
        assertThat(find(status, "Ready").message()).isEqualTo("1 of 2 terminals enforce it");
        assertThat(find(status, "Ready").status()).isEqualTo(Condition.Status.False);
        assertThat(find(status, "Degraded").reason()).isEqualTo("TerminalsSilent");
        assertThat(find(status, "Degraded").message()).isEqualTo("silent terminals (1): b");
    }

    @Test
    void saysWhyTerminalsRefuse() {
        var status = of(Set.of(), config("a", Condition.Status.False, "EUR conflicts with USD"));
        assertThat(find(status, "Degraded").reason()).isEqualTo("Refused");
        assertThat(find(status, "Degraded").message()).isEqualTo("EUR conflicts with USD");
    }

    @Test
    void namesAFewOfManySilentTerminals() {
        var status = of(Set.of("a", "b", "c", "d", "e", "f"));
        assertThat(find(status, "Degraded").message())
                .isEqualTo("silent terminals (6): a, b, c, d, e, ...");
    }

    @Test
    void isNotReadyWhileItIsRevoked() {
        var configs = List.of(config("a", Condition.Status.True, ""));
        var status = new PolicyReport(POLICY, configs, Set.of()).revoking(NOW);
        assertThat(find(status, "Ready").reason()).isEqualTo("Revoking");
        assertThat(find(status, "Ready").status()).isEqualTo(Condition.Status.False);
        assertThat(status.converged()).isZero();
    }
}
