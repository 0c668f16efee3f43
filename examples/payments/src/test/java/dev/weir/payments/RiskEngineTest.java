package dev.weir.payments;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RiskEngineTest {
    private Instant now = Instant.parse("2026-01-01T12:00:00Z");
    private final Limits limits = new Limits("EUR", 100, 250, Set.of("casino"), 2, 60);

    @TempDir Path directory;

    private DaySum sum;
    private RiskEngine engine;

    @BeforeEach
    void start() {
        sum = DaySum.open(directory.resolve("sum"));
        engine = new RiskEngine(() -> now, sum);
        engine.apply(enforcing(limits));
    }

    @AfterEach
    void stop() {
        sum.close();
    }

    private static Enforcement enforcing(Limits limits) {
        return new Enforcement(List.of("test@1"), limits, Map.of());
    }

    private Decision pay(long amount, String card) {
        return decide(new Payment(amount, "EUR", "bakery", card));
    }

    private Decision decide(Payment payment) {
        return engine.decide(payment).decision();
    }

    @Test
    void acceptsNothingWithoutAPolicy() {
        engine.apply(Enforcement.NONE);
        assertThat(pay(1, "a")).isEqualTo(Decision.NoPolicy);
    }

    @Test
    void aNewProcessKnowsWhatWasSpent() {
        pay(100, "a");
        pay(100, "b");
        sum.close();
        start();
        assertThat(pay(51, "c")).isEqualTo(Decision.OverDailyLimit);
    }

    @Test
    void remembersNoMoreCardsThanItMay() {
        engine.apply(enforcing(new Limits("EUR", 1, 1_000_000, Set.of(), 1, 60)));
        pay(1, "first");
        for (int i = 1; i < RiskEngine.MAX_CARDS; i++) {
            pay(1, "card-" + i);
        }
        assertThat(pay(1, "first")).isEqualTo(Decision.TooFrequent);
        pay(1, "another");
        assertThat(pay(1, "first")).isEqualTo(Decision.TooFrequent);
        assertThat(pay(1, "card-1")).isEqualTo(Decision.Approved);
    }

    @Test
    void countsAsManyPaymentsOfACardAsAnyPolicyMay() {
        engine.apply(enforcing(new Limits("EUR", 1, 1_000_000, Set.of(), Limits.MAX_COUNT, 60)));
        for (int i = 0; i < Limits.MAX_COUNT; i++) {
            assertThat(pay(1, "a")).isEqualTo(Decision.Approved);
        }
        assertThat(pay(1, "a")).isEqualTo(Decision.TooFrequent);
        now = now.plusSeconds(61);
        assertThat(pay(1, "a")).isEqualTo(Decision.Approved);
    }

    @Test
    void approvesUpToTheLimitOfOnePayment() {
        assertThat(pay(100, "a")).isEqualTo(Decision.Approved);
        assertThat(pay(101, "a")).isEqualTo(Decision.OverPaymentLimit);
    }

    @Test
    void refusesBlockedMerchantsAndForeignCurrency() {
        assertThat(decide(new Payment(1, "EUR", "casino", "a")))
                .isEqualTo(Decision.MerchantBlocked);
        assertThat(decide(new Payment(1, "USD", "bakery", "a"))).isEqualTo(Decision.WrongCurrency);
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
        engine.apply(enforcing(new Limits("EUR", 100, 150, Set.of(), 2, 60)));
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
                .hasMessageStartingWith("velocity.windowSeconds");
        assertThatThrownBy(() -> limits.strictest(new Limits("USD", 1, 1, Set.of(), 1, 1)))
                .hasMessageContaining("conflicts");
    }
}
