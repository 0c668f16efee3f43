package dev.weir.payments;

import dev.weir.resource.AdmissionRule;
import dev.weir.resource.ResourceType;
import java.util.Currency;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Refuses policies that no terminal could enforce.
final class PolicyRule implements AdmissionRule<RiskPolicy> {
    /// What is left of a config's name beside a terminal's name and a dot.
    private static final int MAX_NAME = 253 - TerminalRule.MAX_NAME - 1;

    @Override
    public ResourceType<RiskPolicy> type() {
        return RiskPolicy.TYPE;
    }

    @Override
    public Optional<Denial> validate(RiskPolicy policy, @Nullable RiskPolicy old) {
        if (policy.metadata().deleting()) {
            return Optional.empty();
        }
        var spec = policy.spec();
        if (old == null && policy.metadata().name().length() > MAX_NAME) {
            return Optional.of(
                    new Denial(
                            "metadata.name",
                            "names of its configs would be too long: use up to "
                                    + MAX_NAME
                                    + " characters"));
        }
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
        return spec.blockedMerchants().stream()
                .filter(merchant -> merchant.isBlank() || merchant.length() > Payment.MAX_NAME)
                .findFirst()
                .flatMap(merchant ->
                        denied(
                                "blockedMerchants",
                                "no payment names a merchant like this, 1 to "
                                        + Payment.MAX_NAME
                                        + " characters: remove \""
                                        + merchant
                                        + "\""));
    }

    private static boolean known(String currency) {
        return Currency.getAvailableCurrencies().stream()
                .anyMatch(c -> c.getCurrencyCode().equals(currency));
    }

    private static Optional<Denial> denied(String field, String message) {
        return Optional.of(new Denial("spec." + field, message));
    }
}
