package dev.weir.payments;

import dev.weir.resource.Condition;
import dev.weir.resource.DeleteOptions;
import dev.weir.resource.Json;
import dev.weir.resource.Metadata;
import dev.weir.resource.Patch;
import dev.weir.resource.Query;
import dev.weir.resource.WriteOptions;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The demo's one policy: applied, tightened, deleted; and what customers may therefore expect,
/// from the moment at which the control plane says that all terminals enforce it.
///
/// One thread uses it.
final class ShopPolicy {
    private static final String NAME = "shops";
    private static final RiskPolicy.Spec LOOSE = spec(20_000, List.of("casino"));
    private static final RiskPolicy.Spec TIGHT = spec(5_000, List.of("arcade", "casino"));

    private final Fleet fleet;
    private final Expectation expectation;

    ShopPolicy(Fleet fleet, Expectation expectation) {
        this.fleet = fleet;
        this.expectation = expectation;
    }

    private static RiskPolicy.Spec spec(long perPayment, List<String> blocked) {
        return new RiskPolicy.Spec(
                new RiskPolicy.Match(Map.of(Fleet.LABEL, Fleet.REGION)),
                "EUR",
                perPayment,
                1_000_000_000_000L,
                blocked,
                new RiskPolicy.Velocity(8, 10));
    }

    /// Applies it, and waits until all terminals enforce it.
    void apply() throws InterruptedException {
        expectation.know(source(1), LOOSE.limits());
        expectation.allow(Set.of(List.of(), List.of(source(1))));
        var metadata = Metadata.of(Fleet.NAMESPACE, NAME);
        fleet.client().create(RiskPolicy.TYPE, new RiskPolicy(metadata, LOOSE, null));
        awaitEnforced(1);
        expectation.allow(Set.of(List.of(source(1))));
    }

    /// Lowers its limit and blocks one more merchant, and waits until all terminals do.
    void tighten() throws InterruptedException {
        expectation.know(source(2), TIGHT.limits());
        expectation.allow(Set.of(List.of(source(1)), List.of(source(2))));
        var spec =
                Json.Obj.of("perPayment", Json.of(TIGHT.perPayment()))
                        .with("blockedMerchants", Json.strings(TIGHT.blockedMerchants()));
        var patch = Patch.merge(Json.Obj.of("spec", spec));
        fleet.client().patch(RiskPolicy.TYPE, Fleet.NAMESPACE, NAME, patch, WriteOptions.DEFAULT);
        awaitEnforced(2);
        expectation.allow(Set.of(List.of(source(2))));
    }

    /// Waits until the tightened policy says that all terminals enforce it.
    void awaitTight() throws InterruptedException {
        awaitEnforced(2);
    }

    /// Deletes it, and waits until its finalizer is done.
    ///
    /// @throws IllegalStateException when terminals still have configs of it
    void delete() throws InterruptedException {
        expectation.allow(Set.of(List.of(source(2)), List.of()));
        var client = fleet.client();
        client.delete(RiskPolicy.TYPE, Fleet.NAMESPACE, NAME, DeleteOptions.DEFAULT);
        fleet.await(
                "the finalizer is done",
                () -> client.find(RiskPolicy.TYPE, Fleet.NAMESPACE, NAME).isEmpty());
        expectation.allow(Set.of(List.of()));
        int left = client.list(TerminalConfig.TYPE, Query.in(Fleet.NAMESPACE)).items().size();
        if (left > 0) {
            throw new IllegalStateException(left + " configs are left");
        }
    }

    private static String source(int generation) {
        return NAME + "@" + generation;
    }

    private void awaitEnforced(int generation) throws InterruptedException {
        fleet.await(
                "all terminals enforce " + source(generation),
                () -> {
                    var policy = fleet.client().get(RiskPolicy.TYPE, Fleet.NAMESPACE, NAME);
                    return policy.status() != null
                            && policy.status().converged() == Fleet.NAMES.size()
                            && Condition.find(policy.conditions(), "Ready")
                                    .filter(c -> c.status() == Condition.Status.True)
                                    .filter(c -> c.observedGeneration() == generation)
                                    .isPresent();
                });
    }
}
