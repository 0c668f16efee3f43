package dev.weir.payments;

import dev.weir.resource.Field;
import dev.weir.resource.Kind;
import dev.weir.resource.Metadata;
import dev.weir.resource.Resource;
import dev.weir.resource.ResourceType;
import java.time.Instant;

/// An accepted payment, as its terminal books it with the control plane, which keeps the newest.
@Kind(
        group = RiskPolicy.GROUP,
        shortNames = "rec",
        categories = "payments",
        columns = {
            @Kind.Column(name = "Terminal", path = ".spec.terminal"),
            @Kind.Column(name = "Merchant", path = ".spec.merchant"),
            @Kind.Column(name = "Amount", path = ".spec.amount", type = "integer"),
            @Kind.Column(name = "Currency", path = ".spec.currency"),
            @Kind.Column(name = "Paid", path = ".spec.paid", type = "date")
        })
public record Receipt(Metadata metadata, Spec spec) implements Resource {
    /// The kind.
    public static final ResourceType<Receipt> TYPE = ResourceType.of(Receipt.class);

    /// What was paid.
    ///
    /// @param terminal that accepted it
    /// @param amount in minor units of the currency
    /// @param currency ISO 4217
    /// @param card a token that stands for the card
    /// @param paid when it was accepted, by the terminal's clock
    public record Spec(
            String terminal,
            @Field(minimum = 1) long amount,
            String currency,
            String merchant,
            String card,
            Instant paid) {}

    static Receipt of(String namespace, String terminal, Payment payment, Instant paid) {
        return new Receipt(
                Metadata.generated(namespace, terminal + "-"),
                new Spec(
                        terminal,
                        payment.amount(),
                        payment.currency(),
                        payment.merchant(),
                        payment.card(),
                        paid));
    }
}
