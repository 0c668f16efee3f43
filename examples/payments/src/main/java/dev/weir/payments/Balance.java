package dev.weir.payments;

import dev.weir.resource.Field;
import dev.weir.resource.Kind;
import dev.weir.resource.Metadata;
import dev.weir.resource.Resource;
import dev.weir.resource.ResourceType;
import org.jspecify.annotations.Nullable;

/// Where the money of payments is, as terminals read it from the ledger and the bank: a copy to
/// look at, in which a change changes nothing.
@Kind(
        group = RiskPolicy.GROUP,
        categories = "payments",
        columns = {
            @Kind.Column(name = "Reserved", path = ".status.reserved", type = "integer"),
            @Kind.Column(name = "Captured", path = ".status.captured", type = "integer"),
            @Kind.Column(name = "Settled", path = ".status.settled", type = "integer"),
            @Kind.Column(name = "In-Flight", path = ".status.inFlight", type = "integer"),
            @Kind.Column(name = "Conserved", path = ".status.conserved", type = "boolean")
        })
public record Balance(Metadata metadata, Spec spec, @Nullable Status status) implements Resource {
    /// The kind.
    public static final ResourceType<Balance> TYPE = ResourceType.of(Balance.class);

    /// Where it comes from.
    ///
    /// @param bank the URL of the bank
    public record Spec(@Field(description = "The URL of the bank.") String bank) {}

    /// Sums of all payments, in minor units of the currency.
    ///
    /// @param reserved in the ledger, for payments under way
    /// @param captured at the bank
    /// @param settled in the ledger, on the accounts of merchants
    /// @param inFlight captured, and not settled yet
    /// @param conserved whether every cent is in one place: what the bank took from cards it has,
    ///   and what it has is reserved or settled in the ledger, never both, never neither
    public record Status(
            long reserved, long captured, long settled, long inFlight, boolean conserved) {}
}
