package dev.weir.payments;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ExpectationTest {
    private static final List<String> OLD = List.of("p@1");
    private static final List<String> NEW = List.of("p@2");

    private final Expectation expectation = new Expectation();
    private final CardHistory history = new CardHistory();

    @BeforeEach
    void twoPolicies() {
        expectation.know("p@1", new Limits("EUR", 100, 1000, Set.of("casino"), 2, 10));
        expectation.know("p@2", new Limits("EUR", 50, 1000, Set.of("casino"), 2, 10));
        expectation.allow(Set.of(OLD));
    }

    private Optional<String> judge(long amount, Decision decision, List<String> policies) {
        return judge(new Payment(amount, "EUR", "bakery", "c"), decision, policies);
    }

    private Optional<String> judge(Payment payment, Decision decision, List<String> policies) {
        return expectation.wrong(
                payment,
                new Expectation.Answer(decision, policies),
                expectation.enforced(),
                history.of("c", 20_000, 20_010));
    }

    @Test
    void takesWhatThePolicyDemands() {
        assertThat(judge(100, Decision.Approved, OLD)).isEmpty();
        assertThat(judge(101, Decision.OverPaymentLimit, OLD)).isEmpty();
        assertThat(judge(new Payment(1, "USD", "casino", "c"), Decision.WrongCurrency, OLD))
                .isEmpty();
        assertThat(judge(new Payment(1, "EUR", "casino", "c"), Decision.MerchantBlocked, OLD))
                .isEmpty();
    }

    @Test
    void findsAnswersThatThePolicyDoesNotDemand() {
        assertThat(judge(101, Decision.Approved, OLD)).isPresent();
        assertThat(judge(100, Decision.OverPaymentLimit, OLD)).isPresent();
        assertThat(judge(1, Decision.OverDailyLimit, OLD)).isPresent();
        assertThat(judge(1, Decision.NoPolicy, OLD)).isPresent();
        assertThat(judge(new Payment(1, "EUR", "casino", "c"), Decision.Approved, OLD)).isPresent();
    }

    @Test
    void findsAPolicyThatIsNotInForceAnyMore() {
        expectation.allow(Set.of(OLD, NEW));
        assertThat(judge(60, Decision.Approved, OLD)).isEmpty();
        assertThat(judge(60, Decision.OverPaymentLimit, NEW)).isEmpty();
        expectation.allow(Set.of(NEW));
        assertThat(judge(60, Decision.Approved, OLD)).isPresent();
        assertThat(judge(1, Decision.NoPolicy, List.of())).isPresent();
    }

    @Test
    void aPaymentMayMeetWhatWasInForceWhenItWasSent() {
        var before = expectation.enforced();
        expectation.allow(Set.of(NEW));
        var answer = new Expectation.Answer(Decision.Approved, OLD);
        var payment = new Payment(60, "EUR", "bakery", "c");
        var paid = history.of("c", 0, 0);
        assertThat(expectation.wrong(payment, answer, before, paid)).isEmpty();
    }

    @Test
    void withoutAPolicyNothingIsAccepted() {
        expectation.allow(Set.of(List.of()));
        assertThat(judge(1, Decision.NoPolicy, List.of())).isEmpty();
        assertThat(judge(1, Decision.Approved, List.of())).isPresent();
    }

    @Test
    void holdsTerminalsToTheVelocity() {
        assertThat(judge(1, Decision.TooFrequent, OLD)).isPresent();
        history.approved("c", 11_000, 11_010);
        history.approved("c", 12_000, 12_010);
        assertThat(judge(1, Decision.TooFrequent, OLD)).isEmpty();
        assertThat(judge(1, Decision.Approved, OLD)).isPresent();
    }

    @Test
    void leavesOpenWhetherAPaymentAtTheEdgeOfTheWindowCounts() {
        history.approved("c", 9_995, 10_005);
        history.approved("c", 12_000, 12_010);
        assertThat(judge(1, Decision.TooFrequent, OLD)).isEmpty();
        assertThat(judge(1, Decision.Approved, OLD)).isEmpty();
    }

    @Test
    void aTerminalThatForgotStartsAnew() {
        history.approved("c", 11_000, 11_010);
        history.approved("c", 12_000, 12_010);
        history.clear();
        assertThat(judge(1, Decision.Approved, OLD)).isEmpty();
    }
}
