package dev.weir.payments;

import dev.weir.resource.AdmissionRule;
import dev.weir.resource.ResourceType;
import java.util.Currency;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Refuses policies that no terminal could enforce.
final class PolicyRule implements AdmissionRule<RiskPolicy> {
    @Override
    public ResourceType<RiskPolicy> type() {
        return RiskPolicy.TYPE;
    }

    @Override
    public Optional<Denial> validate(RiskPolicy policy, @Nullable RiskPolicy old) {
        var spec = policy.spec();
        if (!known(spec.currency())) {
            return denied("currency", "no currency of ISO 4217: " + spec.currency());
        }
        if (spec.perDay() < spec.perPayment()) {
            return denied(
                    "perDay",
                    "the limit of a day is below that of one payment, "
                            + spec.perPayment()
                            + ": raise it, or lower perPayment");
        }
        return Optional.empty();
    }

    private static boolean known(String currency) {
        return Currency.getAvailableCurrencies().stream()
                .anyMatch(c -> c.getCurrencyCode().equals(currency));
    }

    private static Optional<Denial> denied(String field, String message) {
        return Optional.of(new Denial("spec." + field, message));
    }
}
