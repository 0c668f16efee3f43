package dev.weir.payments;

import dev.weir.resource.Field;
import dev.weir.resource.Kind;
import dev.weir.resource.Metadata;
import dev.weir.resource.Resource;
import dev.weir.resource.ResourceType;
import java.util.List;

/// A partner's say in each payment: a module that judges it in the terminal, in a sandbox. Where
/// the module is stopped or cannot be run, the payment goes on without it.
@Kind(
        group = WasmModule.GROUP,
        plural = "wasmpolicies",
        shortNames = "wp",
        categories = {"all", "payments"},
        columns = {
            @Kind.Column(name = "Module", path = ".spec.module"),
            @Kind.Column(name = "Grants", path = ".spec.grants"),
            @Kind.Column(name = "Fuel", path = ".spec.limits.fuel", type = "integer")
        })
public record WasmPolicy(Metadata metadata, Spec spec) implements Resource {
    /// The kind.
    public static final ResourceType<WasmPolicy> TYPE = ResourceType.of(WasmPolicy.class);

    /// The wish.
    ///
    /// @param module the name of a [WasmModule] in the same namespace
    /// @param sha256 what its digest must be
    /// @param function what is called: no parameters, an `i32` that is 0 to decline
    /// @param grants what of a payment the module may see
    /// @param limits of one judgement
    public record Spec(
            @Field(minLength = 1, description = "A WasmModule in the same namespace.")
                    String module,
            @Field(pattern = "^[0-9a-f]{64}$", description = "What its digest must be.")
                    String sha256,
            @Field(
                            defaultJson = "\"judge\"",
                            description = "The exported function: no parameters, 0 to decline.")
                    String function,
            @Field(set = true, description = "What of a payment the module may see.")
                    List<Grant> grants,
            @Field(
                            defaultJson =
                                    "{\"fuel\":100000,\"memoryBytes\":1048576,\"milliseconds\":50}",
                            description = "What one judgement may use.")
                    Allowance limits) {}

    /// A part of a payment.
    public enum Grant {
        /// The function `amount`: minor units, as an `i64`.
        amount,
        /// The function `merchant`: the name as UTF-8, into a buffer.
        merchant,
        /// The function `card`: the token as UTF-8, into a buffer.
        card
    }

    /// What one judgement may use.
    ///
    /// @param fuel about one for each instruction
    public record Allowance(
            @Field(minimum = 1, maximum = 100_000_000) long fuel,
            @Field(minimum = 0, maximum = 16_777_216) long memoryBytes,
            @Field(minimum = 1, maximum = 1_000) int milliseconds) {}
}
