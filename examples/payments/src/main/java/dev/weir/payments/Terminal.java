package dev.weir.payments;

import dev.weir.resource.Field;
import dev.weir.resource.Kind;
import dev.weir.resource.Metadata;
import dev.weir.resource.Resource;
import dev.weir.resource.ResourceType;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A machine in a shop that takes payments. It registers itself, and reports.
@Kind(
        group = RiskPolicy.GROUP,
        shortNames = "term",
        categories = {"all", "payments"},
        columns = {
            @Kind.Column(name = "Address", path = ".spec.address"),
            @Kind.Column(name = "Policies", path = ".status.policies"),
            @Kind.Column(name = "Accepted", path = ".status.accepted", type = "integer"),
            @Kind.Column(name = "Declined", path = ".status.declined", type = "integer"),
            @Kind.Column(name = "Seen", path = ".status.lastSeen", type = "date")
        })
public record Terminal(Metadata metadata, Spec spec, @Nullable Status status) implements Resource {
    /// The kind.
    public static final ResourceType<Terminal> TYPE = ResourceType.of(Terminal.class);

    /// Where the terminal is.
    ///
    /// @param address the URL at which it takes payments
    public record Spec(
            @Field(description = "The URL at which it takes payments.") String address) {}

    /// What the terminal last reported.
    ///
    /// @param policies what it enforces, each as `name@generation`
    /// @param accepted payments accepted since it started
    /// @param declined payments declined since it started
    public record Status(
            List<String> policies,
            @Field(defaultJson = "0") long accepted,
            @Field(defaultJson = "0") long declined,
            Instant lastSeen) {}

    /// Whether it reported, or came to be, after that time.
    boolean seenAfter(Instant time) {
        var seen = status == null ? metadata.creationTimestamp() : status.lastSeen;
        return seen != null && seen.isAfter(time);
    }
}
