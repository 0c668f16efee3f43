package dev.weir.payments;

import dev.weir.reconcile.Context;
import dev.weir.reconcile.Finalizer;
import dev.weir.reconcile.Owners;
import dev.weir.reconcile.Reconciler;
import dev.weir.reconcile.Result;
import dev.weir.resource.Client;
import dev.weir.resource.Condition;
import dev.weir.resource.DeleteOptions;
import dev.weir.resource.Metadata;
import dev.weir.resource.Query;
import dev.weir.resource.Status;
import dev.weir.resource.StatusException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// Gives each terminal that a policy selects a config, and takes it away again.
///
/// A config is revoked before it is deleted: it goes once its terminal says that it enforces it no
/// more, or has said nothing for [#OFFLINE]; a terminal that comes back later finds no config and
/// so enforces none.
final class PolicyReconciler implements Reconciler<RiskPolicy> {
    static final Finalizer REVOKED = new Finalizer(RiskPolicy.GROUP + "/revoked");

    /// After which silence a terminal is not waited for.
    static final Duration OFFLINE = Duration.ofSeconds(30);

    @Override
    public Result reconcile(RiskPolicy policy, Context context) {
        var now = context.time().now();
        var client = context.client();
        if (policy.metadata().deleting()) {
            return withdraw(client, policy, configs(client, policy), now);
        }
        var kept = REVOKED.add(client, RiskPolicy.TYPE, policy);
        var terminals =
                client.list(Terminal.TYPE, Query.in(kept.metadata().namespace())).items().stream()
                        .filter(kept::selects)
                        .toList();
        var configs = new ArrayList<TerminalConfig>();
        for (var terminal : terminals) {
            configs.add(give(client, kept, terminal));
        }
        var left =
                configs(client, kept).stream()
                        .filter(config -> terminals.stream().noneMatch(t -> isFor(config, t)))
                        .toList();
        report(client, kept, terminals, configs, now);
        return take(client, left, now) ? Result.done() : Result.again(OFFLINE.dividedBy(10));
    }

    private static Result withdraw(
            Client client, RiskPolicy policy, List<TerminalConfig> configs, Instant now) {
        if (!take(client, configs, now)) {
            return Result.again(OFFLINE.dividedBy(10));
        }
        REVOKED.remove(client, RiskPolicy.TYPE, policy);
        return Result.done();
    }

    private static List<TerminalConfig> configs(Client client, RiskPolicy policy) {
        return client
                .list(TerminalConfig.TYPE, Query.in(policy.metadata().namespace()))
                .items()
                .stream()
                .filter(config ->
                        Owners.controller(config)
                                .filter(o -> o.uid().equals(policy.metadata().uid()))
                                .isPresent())
                .toList();
    }

    private static boolean isFor(TerminalConfig config, Terminal terminal) {
        return config.spec().terminal().equals(terminal.metadata().name());
    }

    private static TerminalConfig give(Client client, RiskPolicy policy, Terminal terminal) {
        var name = TerminalConfig.name(policy.metadata().name(), terminal.metadata().name());
        var spec =
                new TerminalConfig.Spec(
                        terminal.metadata().name(),
                        policy.metadata().name(),
                        policy.metadata().generation(),
                        policy.spec(),
                        false);
        var found = client.find(TerminalConfig.TYPE, policy.metadata().namespace(), name);
        if (found.isEmpty()) {
            var metadata =
                    Metadata.of(policy.metadata().namespace(), name)
                            .withLabel(TerminalConfig.TERMINAL, terminal.metadata().name());
            var config = new TerminalConfig(metadata, spec, null);
            return client.create(
                    TerminalConfig.TYPE,
                    Owners.control(RiskPolicy.TYPE, policy, TerminalConfig.TYPE, config));
        }
        var config = found.get();
        return config.spec().equals(spec)
                ? config
                : client.update(
                        TerminalConfig.TYPE,
                        new TerminalConfig(config.metadata(), spec, config.status()));
    }

    /// Revokes configs, and deletes those whose terminals enforce them no more; whether none is
    /// left.
    private static boolean take(Client client, List<TerminalConfig> configs, Instant now) {
        boolean none = true;
        for (var config : configs) {
            none &= take(client, config, now);
        }
        return none;
    }

    private static boolean take(Client client, TerminalConfig config, Instant now) {
        var namespace = config.metadata().namespace();
        var terminal = client.find(Terminal.TYPE, namespace, config.spec().terminal());
        boolean online = terminal.filter(t -> t.seenAfter(now.minus(OFFLINE))).isPresent();
        if (!online || config.spec().revoked() && config.applied()) {
            delete(client, config);
            return true;
        }
        if (!config.spec().revoked()) {
            var spec = config.spec();
            var revoked =
                    new TerminalConfig.Spec(
                            spec.terminal(),
                            spec.policy(),
                            spec.policyGeneration(),
                            spec.limits(),
                            true);
            client.update(
                    TerminalConfig.TYPE,
                    new TerminalConfig(config.metadata(), revoked, config.status()));
        }
        return false;
    }

    private static void delete(Client client, TerminalConfig config) {
        try {
            client.delete(
                    TerminalConfig.TYPE,
                    config.metadata().namespace(),
                    config.metadata().name(),
                    DeleteOptions.DEFAULT);
        } catch (StatusException e) {
            if (e.reason() != Status.Reason.NotFound) {
                throw e;
            }
        }
    }

    private static void report(
            Client client,
            RiskPolicy policy,
            List<Terminal> terminals,
            List<TerminalConfig> configs,
            Instant now) {
        int converged = (int) configs.stream().filter(TerminalConfig::applied).count();
        var conditions = policy.conditions();
        for (var condition : conditions(policy, configs, converged, now)) {
            conditions = condition.in(conditions);
        }
        var status = new RiskPolicy.Status(terminals.size(), converged, conditions);
        if (!status.equals(policy.status())) {
            client.updateStatus(
                    RiskPolicy.TYPE, new RiskPolicy(policy.metadata(), policy.spec(), status));
        }
    }

    private static List<Condition> conditions(
            RiskPolicy policy, List<TerminalConfig> configs, int converged, Instant now) {
        var refused =
                configs.stream()
                        .map(TerminalConfig::condition)
                        .filter(c -> c != null && c.status() == Condition.Status.False)
                        .map(Condition::message)
                        .distinct()
                        .toList();
        boolean ready = converged == configs.size();
        long generation = policy.metadata().generation();
        return List.of(
                new Condition(
                        "Ready",
                        ready ? Condition.Status.True : Condition.Status.False,
                        generation,
                        now,
                        configs.isEmpty() ? "NoTerminals" : ready ? "Converged" : "Waiting",
                        converged + " of " + configs.size() + " terminals enforce it"),
                new Condition(
                        "Degraded",
                        refused.isEmpty() ? Condition.Status.False : Condition.Status.True,
                        generation,
                        now,
                        refused.isEmpty() ? "AsExpected" : "Refused",
                        String.join("; ", refused)));
    }
}
