package dev.weir.payments;

import dev.weir.resource.Condition;
import dev.weir.resource.Field;
import dev.weir.resource.Kind;
import dev.weir.resource.Metadata;
import dev.weir.resource.Resource;
import dev.weir.resource.ResourceType;
import dev.weir.resource.Selector;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What the terminals that it selects may accept.
@Kind(
        group = RiskPolicy.GROUP,
        plural = "riskpolicies",
        shortNames = "rp",
        categories = {"all", "payments"},
        columns = {
            @Kind.Column(name = "Currency", path = ".spec.currency"),
            @Kind.Column(name = "Limit", path = ".spec.perPayment", type = "integer"),
            @Kind.Column(name = "Terminals", path = ".status.terminals", type = "integer"),
            @Kind.Column(name = "Converged", path = ".status.converged", type = "integer"),
            @Kind.Column(name = "Ready", path = ".status.conditions[?(@.type==\"Ready\")].status")
        })
public record RiskPolicy(Metadata metadata, Spec spec, @Nullable Status status)
        implements Resource {
    /// The API group of the payments kinds.
    public static final String GROUP = "payments.weir.dev";

    /// The kind.
    public static final ResourceType<RiskPolicy> TYPE = ResourceType.of(RiskPolicy.class);

    /// The wish.
    ///
    /// @param selector the terminals, by their labels; without any, all of the namespace
    /// @param currency ISO 4217
    /// @param perPayment the greatest amount of one payment, in minor units
    /// @param perDay the greatest sum that a terminal accepts in a UTC day, in minor units
    /// @param blockedMerchants whose payments are refused
    /// @param velocity how often a card may pay
    public record Spec(
            @Field(defaultJson = "{}", description = "The terminals, by their labels.")
                    Match selector,
            @Field(pattern = "^[A-Z]{3}$", description = "ISO 4217, three capital letters.")
                    String currency,
            @Field(minimum = 1, description = "The greatest amount of one payment, in minor units.")
                    long perPayment,
            @Field(minimum = 1, description = "The greatest sum of a UTC day, in minor units.")
                    long perDay,
            @Field(set = true, maxLength = 1000, description = "Whose payments are refused.")
                    List<String> blockedMerchants,
            @Field(
                            defaultJson = "{\"count\":10,\"windowSeconds\":60}",
                            description = "How often a card may pay.")
                    Velocity velocity) {

        /// The limits that the policy asks for.
        ///
        /// @throws IllegalArgumentException when they contradict each other
        public Limits limits() {
            return new Limits(
                    currency,
                    perPayment,
                    perDay,
                    Set.copyOf(blockedMerchants),
                    velocity.count,
                    velocity.windowSeconds);
        }
    }

    /// Labels that must all be there.
    public record Match(
            @Field(description = "Labels and their values.") Map<String, String> matchLabels) {}

    /// A count of payments in a time.
    public record Velocity(
            @Field(minimum = 1, maximum = Limits.MAX_COUNT) int count,
            @Field(minimum = 1, maximum = 86_400) int windowSeconds) {}

    /// The state.
    ///
    /// @param terminals how many terminals the policy selects
    /// @param converged how many of them enforce its newest generation
    public record Status(
            @Field(defaultJson = "0") int terminals,
            @Field(defaultJson = "0") int converged,
            List<Condition> conditions) {}

    /// Whether the policy is for the terminal.
    boolean selects(Terminal terminal) {
        return Selector.of(spec.selector.matchLabels).matches(terminal.metadata().labels());
    }

    List<Condition> conditions() {
        return status == null ? List.of() : status.conditions;
    }
}
