package dev.weir.payments;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.resource.AdmissionRule.Denial;
import dev.weir.resource.Metadata;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RulesTest {
    private static RiskPolicy policy(String name, String currency, long perDay, String... blocked) {
        var spec =
                new RiskPolicy.Spec(
                        new RiskPolicy.Match(Map.of()),
                        currency,
                        100,
                        perDay,
                        List.of(blocked),
                        new RiskPolicy.Velocity(1, 1));
        return new RiskPolicy(Metadata.of("default", name), spec, null);
    }

    private static Optional<Denial> judge(RiskPolicy policy) {
        return new PolicyRule().validate(policy, null);
    }

    @Test
    void takesLimitsThatCanBeEnforced() {
        assertThat(judge(policy("p", "EUR", 100, "casino"))).isEmpty();
    }

    @Test
    void refusesADayBelowAPaymentAndSaysHowToRepairIt() {
        var denial = judge(policy("p", "EUR", 99)).orElseThrow();
        assertThat(denial.field()).isEqualTo("spec.perDay");
        assertThat(denial.message()).contains("below that of one payment, 100: raise it");
    }

    @Test
    void refusesCurrenciesThatNobodyPaysIn() {
        assertThat(judge(policy("p", "EUX", 100)).orElseThrow().field()).isEqualTo("spec.currency");
    }

    @Test
    void refusesMerchantsThatNoPaymentCanName() {
        assertThat(judge(policy("p", "EUR", 100, " "))).isPresent();
        assertThat(judge(policy("p", "EUR", 100, "m".repeat(101))).orElseThrow().field())
                .isEqualTo("spec.blockedMerchants");
    }

    @Test
    void refusesNamesThatLeaveNoRoomForATerminals() {
        assertThat(judge(policy("p".repeat(189), "EUR", 100))).isEmpty();
        assertThat(judge(policy("p".repeat(190), "EUR", 100)).orElseThrow().field())
                .isEqualTo("metadata.name");
    }

    @Test
    void aTerminalsNameIsOneLabel() {
        assertThat(terminal("till-7", null)).isEmpty();
        assertThat(terminal("till.7", null)).isPresent();
        assertThat(terminal("t".repeat(64), null)).isPresent();
        assertThat(terminal("-till", null)).isPresent();
    }

    private static Optional<Denial> terminal(String name, Terminal old) {
        var terminal =
                new Terminal(
                        Metadata.of("default", name),
                        new Terminal.Spec("http://127.0.0.1:1"),
                        new Terminal.Status(List.of(), 0, 0, Instant.EPOCH));
        return new TerminalRule().validate(terminal, old);
    }
}
