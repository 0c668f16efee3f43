package dev.weir.payments;

import dev.weir.resource.Condition;
import dev.weir.resource.Field;
import dev.weir.resource.Kind;
import dev.weir.resource.Metadata;
import dev.weir.resource.Resource;
import dev.weir.resource.ResourceType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What one policy means for one terminal. The policy's controller writes the wish, the terminal
/// the state.
@Kind(
        group = RiskPolicy.GROUP,
        shortNames = "tc",
        categories = "payments",
        columns = {
            @Kind.Column(name = "Terminal", path = ".spec.terminal"),
            @Kind.Column(name = "Policy", path = ".spec.policy"),
            @Kind.Column(name = "Revoked", path = ".spec.revoked", type = "boolean"),
            @Kind.Column(
                    name = "Applied",
                    path = ".status.conditions[?(@.type==\"Applied\")].status")
        })
public record TerminalConfig(Metadata metadata, Spec spec, @Nullable Status status)
        implements Resource {
    /// The kind.
    public static final ResourceType<TerminalConfig> TYPE = ResourceType.of(TerminalConfig.class);

    /// The label that names the terminal.
    public static final String TERMINAL = RiskPolicy.GROUP + "/terminal";

    /// The condition by which the terminal says that it did what the wish says.
    public static final String APPLIED = "Applied";

    /// The wish.
    ///
    /// @param policy the policy that it comes from
    /// @param policyGeneration the policy's generation
    /// @param limits what to enforce
    /// @param revoked whether the terminal is to stop enforcing it
    public record Spec(
            String terminal,
            String policy,
            @Field(minimum = 1) long policyGeneration,
            RiskPolicy.Spec limits,
            @Field(defaultJson = "false") boolean revoked) {}

    /// The state, as the terminal sees it.
    public record Status(List<Condition> conditions) {}

    /// The name of the config of a policy for a terminal: no two pairs share one, as a terminal's
    /// name has no `.`.
    static String name(String policy, String terminal) {
        return terminal + "." + policy;
    }

    /// `policy@generation`.
    String source() {
        return spec.policy + "@" + spec.policyGeneration;
    }

    /// Whether the terminal said that it did what the newest wish says.
    boolean applied() {
        return condition() != null && condition().status() == Condition.Status.True;
    }

    /// What the terminal said of the newest wish; null where it has said nothing yet.
    @Nullable Condition condition() {
        return status == null
                ? null
                : Condition.find(status.conditions, APPLIED)
                        .filter(c -> c.observedGeneration() == metadata.generation())
                        .orElse(null);
    }
}
