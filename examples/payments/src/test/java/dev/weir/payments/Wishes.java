package dev.weir.payments;

import dev.weir.reconcile.Owners;
import dev.weir.resource.Client;
import dev.weir.resource.Condition;
import dev.weir.resource.Query;
import dev.weir.resource.Resource;
import dev.weir.resource.ResourceType;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/// What policies ask for, compared with what there is.
final class Wishes {
    private Wishes() {}

    static <R extends Resource> List<R> all(Client client, ResourceType<R> type) {
        return client.list(type, Query.in("default")).items();
    }

    /// The policies that are not true, and configs of policies that are gone.
    static List<String> unmet(Client client) {
        var terminals = all(client, Terminal.TYPE);
        var configs = all(client, TerminalConfig.TYPE);
        var policies = all(client, RiskPolicy.TYPE);
        var uids = policies.stream().map(p -> p.metadata().uid()).collect(Collectors.toSet());
        var wrong =
                policies.stream()
                        .filter(policy -> !isTrue(policy, terminals, configs))
                        .map(policy -> policy.metadata() + " " + policy.status())
                        .collect(Collectors.toList());
        configs.stream()
                .filter(config -> Owners.controller(config).isPresent())
                .filter(config -> !uids.contains(owner(config)))
                .forEach(config -> wrong.add("left: " + config.metadata()));
        return wrong;
    }

    private static String owner(TerminalConfig config) {
        return Owners.controller(config).map(owner -> owner.uid()).orElse("");
    }

    private static boolean isTrue(
            RiskPolicy policy, List<Terminal> terminals, List<TerminalConfig> configs) {
        var selected =
                terminals.stream()
                        .filter(policy::selects)
                        .map(terminal -> terminal.metadata().name())
                        .collect(Collectors.toSet());
        var own =
                configs.stream()
                        .filter(config -> owner(config).equals(policy.metadata().uid()))
                        .toList();
        var given =
                own.stream().map(config -> config.spec().terminal()).collect(Collectors.toSet());
        return !policy.metadata().deleting()
                && given.equals(selected)
                && own.stream().allMatch(config -> says(config, policy))
                && says(policy.status(), selected, policy.metadata().generation());
    }

    private static boolean says(TerminalConfig config, RiskPolicy policy) {
        return !config.spec().revoked()
                && config.spec().limits().equals(policy.spec())
                && config.spec().policyGeneration() == policy.metadata().generation();
    }

    private static boolean says(RiskPolicy.Status status, Set<String> selected, long generation) {
        return status != null
                && status.terminals() == selected.size()
                && status.converged() == selected.size()
                && Condition.find(status.conditions(), "Ready")
                        .filter(ready -> ready.status() == Condition.Status.True)
                        .filter(ready -> ready.observedGeneration() == generation)
                        .isPresent();
    }
}
