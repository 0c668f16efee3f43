package dev.weir.payments;

import dev.weir.reconcile.EventRecorder;
import dev.weir.resource.Condition;
import java.util.Optional;

/// Tells people how a policy's conditions change: `Waiting`, `Converged`, `Refused`,
/// `TerminalsSilent`, `Recovered`, `Revoking`, `Revoked`.
record PolicyEvents(EventRecorder events, RiskPolicy policy) {
    /// Tells what is new in a status against that of the policy.
    void changed(RiskPolicy.Status status) {
        for (var now : status.conditions()) {
            var before = Condition.find(policy.conditions(), now.type());
            if (now.type().equals("Ready")) {
                ready(before, now);
            } else {
                degraded(before, now);
            }
        }
    }

    private void ready(Optional<Condition> before, Condition now) {
        if (!same(before, now)) {
            var text = now.message() + ", generation " + now.observedGeneration();
            events.normal(RiskPolicy.TYPE, policy, now.reason(), text);
        }
    }

    private void degraded(Optional<Condition> before, Condition now) {
        boolean was = before.filter(c -> c.status() == Condition.Status.True).isPresent();
        if (now.status() == Condition.Status.True) {
            if (!same(before, now)) {
                events.warning(RiskPolicy.TYPE, policy, now.reason(), now.message());
            }
        } else if (was && !policy.metadata().deleting()) {
            events.normal(RiskPolicy.TYPE, policy, "Recovered", "nothing keeps it from working");
        }
    }

    /// Whether the condition speaks of the same policy and gives the same reason.
    private static boolean same(Optional<Condition> before, Condition now) {
        return before.filter(c -> c.reason().equals(now.reason()))
                .filter(c -> c.observedGeneration() == now.observedGeneration())
                .isPresent();
    }

    /// Tells that the policy is about to go.
    void revoked() {
        events.normal(RiskPolicy.TYPE, policy, "Revoked", "no terminal enforces it any more");
    }
}
