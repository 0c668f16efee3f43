package dev.weir.payments;

import dev.weir.resource.Condition;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/// What a policy's status says: how far its terminals are, and what keeps them.
///
/// @param configs of the terminals that the policy selects
/// @param silent the names of terminals that have not reported for so long that nobody knows what
///   they do
record PolicyReport(RiskPolicy policy, List<TerminalConfig> configs, Set<String> silent) {
    private static final int NAMED = 5;

    PolicyReport {
        configs = List.copyOf(configs);
        silent = Set.copyOf(silent);
    }

    /// The status of a policy that is enforced, or is about to be.
    RiskPolicy.Status enforcing(Instant now) {
        int converged = (int) configs.stream().filter(this::converged).count();
        boolean ready = converged == configs.size();
        var text = converged + " of " + configs.size() + " terminals enforce it";
        var reason = configs.isEmpty() ? "NoTerminals" : ready ? "Converged" : "Waiting";
        return status(converged, condition("Ready", ready, reason, text, now), degraded(now));
    }

    /// The status of a policy that is being deleted and waits for its terminals.
    RiskPolicy.Status revoking(Instant now) {
        var text = "still to be revoked on " + configs.size() + " of its terminals";
        return status(0, condition("Ready", false, "Revoking", text, now), degraded(now));
    }

    private boolean converged(TerminalConfig config) {
        return config.applied() && !silent.contains(config.spec().terminal());
    }

    private Condition degraded(Instant now) {
        var reasons = new ArrayList<String>();
        configs.stream()
                .map(TerminalConfig::condition)
                .filter(c -> c != null && c.status() == Condition.Status.False)
                .map(Condition::message)
                .distinct()
                .limit(NAMED)
                .forEach(reasons::add);
        boolean refused = !reasons.isEmpty();
        if (!silent.isEmpty()) {
            reasons.add(
                    "silent terminals ("
                            + silent.size()
                            + "): "
                            + silent.stream()
                                    .sorted()
                                    .limit(NAMED)
                                    .collect(Collectors.joining(", "))
                            + (silent.size() > NAMED ? ", ..." : ""));
        }
        var reason = refused ? "Refused" : silent.isEmpty() ? "AsExpected" : "TerminalsSilent";
        return condition("Degraded", !reasons.isEmpty(), reason, String.join("; ", reasons), now);
    }

    private Condition condition(
            String type, boolean holds, String reason, String message, Instant now) {
        var status = holds ? Condition.Status.True : Condition.Status.False;
        long generation = policy.metadata().generation();
        return new Condition(type, status, generation, now, reason, message);
    }

    private RiskPolicy.Status status(int converged, Condition ready, Condition degraded) {
        var conditions = degraded.in(ready.in(policy.conditions()));
        return new RiskPolicy.Status(configs.size(), converged, conditions);
    }
}
