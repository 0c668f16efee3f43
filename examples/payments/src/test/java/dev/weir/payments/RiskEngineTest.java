package dev.weir.payments;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RiskEngineTest {
    private Instant now = Instant.parse("2026-01-01T12:00:00Z");
    private final Limits limits = new Limits("EUR", 100, 250, Set.of("casino"), 2, 60);
    private final RiskEngine engine = new RiskEngine(limits, () -> now);

    private Decision pay(long amount, String card) {
        return engine.decide(new Payment(amount, "EUR", "bakery", card));
    }

    @Test
    void approvesUpToTheLimitOfOnePayment() {
        assertThat(pay(100, "a")).isEqualTo(Decision.Approved);
        assertThat(pay(101, "a")).isEqualTo(Decision.OverPaymentLimit);
    }

    @Test
    void refusesBlockedMerchantsAndForeignCurrency() {
        assertThat(engine.decide(new Payment(1, "EUR", "casino", "a")))
                .isEqualTo(Decision.MerchantBlocked);
        assertThat(engine.decide(new Payment(1, "USD", "bakery", "a")))
                .isEqualTo(Decision.WrongCurrency);
    }

    @Test
    void dailySumEndsAtMidnight() {
        pay(100, "a");
        pay(100, "b");
        assertThat(pay(51, "c")).isEqualTo(Decision.OverDailyLimit);
        now = Instant.parse("2026-01-02T00:00:00Z");
        assertThat(pay(51, "c")).isEqualTo(Decision.Approved);
    }

    @Test
    void velocityWindowSlides() {
        pay(1, "a");
        pay(1, "a");
        assertThat(pay(1, "a")).isEqualTo(Decision.TooFrequent);
        assertThat(pay(1, "b")).isEqualTo(Decision.Approved);
        now = now.plusSeconds(60);
        assertThat(pay(1, "a")).isEqualTo(Decision.Approved);
    }

    @Test
    void aClockSetBackDoesNotReopenTheDay() {
        pay(100, "a");
        pay(100, "b");
        now = now.minusSeconds(86_400);
        assertThat(pay(100, "c")).isEqualTo(Decision.OverDailyLimit);
    }

    @Test
    void newLimitsKeepWhatWasSpent() {
        pay(100, "a");
        engine.apply(new Limits("EUR", 100, 150, Set.of(), 2, 60));
        assertThat(pay(51, "b")).isEqualTo(Decision.OverDailyLimit);
    }

    @Test
    void strictestAllowsOnlyWhatBothAllow() {
        var other = new Limits("EUR", 50, 500, Set.of("arcade"), 3, 60);
        var expected = new Limits("EUR", 50, 250, Set.of("arcade", "casino"), 2, 60);
        assertThat(limits.strictest(other)).isEqualTo(expected);
        assertThat(other.strictest(limits)).isEqualTo(expected);
    }

    @Test
    void rejectsContradictions() {
        assertThatThrownBy(() -> new Limits("EUR", 100, 99, Set.of(), 1, 1))
                .hasMessageStartingWith("perDay: must be at least perPayment 100");
        assertThatThrownBy(() -> new Limits("EUR", 1, 1, Set.of(), 1, 0))
                .hasMessageStartingWith("windowSeconds");
        assertThatThrownBy(() -> limits.strictest(new Limits("USD", 1, 1, Set.of(), 1, 1)))
                .hasMessageContaining("conflicts");
    }
}
