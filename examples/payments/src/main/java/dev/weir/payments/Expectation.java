package dev.weir.payments;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// What terminals must answer: judged by what was asked of the control plane, apart from the code
/// that decides in terminals. Thread-safe.
final class Expectation {
    private final Map<String, Limits> limits = new ConcurrentHashMap<>();
    private final Map<String, Predicate<Payment>> partners = new ConcurrentHashMap<>();
    private volatile Set<List<String>> enforced = Set.of(List.of());

    /// Makes a policy known.
    ///
    /// @param source `name@generation`
    void know(String source, Limits policy) {
        limits.put(source, policy);
    }

    /// From now on a terminal enforces one of these lists of policies, each `name@generation`.
    void allow(Set<List<String>> lists) {
        enforced = Set.copyOf(lists);
    }

    Set<List<String>> enforced() {
        return enforced;
    }

    /// What a terminal said.
    ///
    /// @param partner what the partner's policy says, as `name@generation ruling`; empty for none
    /// @param saga that settles it; empty for none
    record Answer(Decision decision, List<String> policies, String partner, String saga) {
        Answer(Decision decision, List<String> policies) {
            this(decision, policies, "", "");
        }

        boolean partnerSays(String ruling) {
            return partner.contains(" " + ruling);
        }
    }

    /// Makes known which payments a partner's policy declines.
    ///
    /// @param source `name@generation`
    void knowPartner(String source, Predicate<Payment> declines) {
        partners.put(source, declines);
    }

    /// Why an answer is wrong; empty where it is right.
    ///
    /// @param before what might have been enforced when the payment was sent
    /// @param cards what the card has paid before
    Optional<String> wrong(
            Payment payment, Answer answer, Set<List<String>> before, CardHistory.Paid cards) {
        if (!before.contains(answer.policies) && !enforced.contains(answer.policies)) {
            return Optional.of("enforces " + answer.policies + ", expected one of " + enforced);
        }
        if (!answer.partner.isEmpty() && !rightly(payment, answer)) {
            return Optional.of(payment + ": the partner says " + answer.partner);
        }
        var policy = combined(answer.policies);
        if (policy == null) {
            return exactly(Decision.NoPolicy, payment, answer);
        }
        var alone = alone(payment, policy);
        return alone == Decision.Approved
                ? velocity(payment, answer, cards.within(policy.windowSeconds()), policy.count())
                : exactly(alone, payment, answer);
    }

    /// Whether the partner's policy says to the payment what it has to; stopped is any that loops.
    private boolean rightly(Payment payment, Answer answer) {
        var declines = partners.get(answer.partner.split(" ")[0]);
        if (declines == null) {
            return answer.partnerSays("stopped");
        }
        return answer.partnerSays(declines.test(payment) ? "declined" : "allowed");
    }

    private static Optional<String> exactly(Decision demanded, Payment payment, Answer answer) {
        return answer.decision == demanded ? Optional.empty() : other(payment, answer, demanded);
    }

    private static Optional<String> velocity(
            Payment payment, Answer answer, CardHistory.Window window, int count) {
        boolean declined = answer.partnerSays("declined");
        var good = declined ? Decision.PartnerDeclined : Decision.Approved;
        if (answer.decision == good) {
            return window.least() < count
                    ? Optional.empty()
                    : other(payment, answer, Decision.TooFrequent);
        }
        return answer.decision == Decision.TooFrequent && window.most() >= count
                ? Optional.empty()
                : other(payment, answer, good);
    }

    private @Nullable Limits combined(List<String> policies) {
        return policies.stream().map(limits::get).reduce(Limits::strictest).orElse(null);
    }

    private static Decision alone(Payment payment, Limits policy) {
        if (!payment.currency().equals(policy.currency())) {
            return Decision.WrongCurrency;
        }
        if (policy.blockedMerchants().contains(payment.merchant())) {
            return Decision.MerchantBlocked;
        }
        return payment.amount() > policy.perPayment()
                ? Decision.OverPaymentLimit
                : Decision.Approved;
    }

    private static Optional<String> other(Payment payment, Answer answer, Decision demanded) {
        return Optional.of(
                payment
                        + ": "
                        + answer.decision
                        + " by "
                        + answer.policies
                        + ", demanded is "
                        + demanded);
    }
}
