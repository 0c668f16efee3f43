package dev.weir.payments;

import dev.weir.reconcile.Context;
import dev.weir.reconcile.Finalizer;
import dev.weir.reconcile.Owners;
import dev.weir.reconcile.Reconciler;
import dev.weir.reconcile.Result;
import dev.weir.resource.Client;
import dev.weir.resource.DeleteOptions;
import dev.weir.resource.Metadata;
import dev.weir.resource.Query;
import dev.weir.resource.Status;
import dev.weir.resource.StatusException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// Gives each terminal that a policy selects a config, and takes it away again.
///
/// A config is revoked before it is deleted: it goes once its terminal says that it enforces it no
/// more, or has been silent for too long; a terminal that comes back later finds no config and so
/// enforces none. Silence is told from the terminals' clocks: those of terminals and control plane
/// must not differ by as much.
final class PolicyReconciler implements Reconciler<RiskPolicy> {
    static final Finalizer REVOKED = new Finalizer(RiskPolicy.GROUP + "/revoked");

    private final Duration silence;

    /// @param silence after which a terminal is not waited for
    PolicyReconciler(Duration silence) {
        this.silence = silence;
    }

    @Override
    public Result reconcile(RiskPolicy policy, Context context) {
        var now = context.time().now();
        var client = context.client();
        if (policy.metadata().deleting()) {
            return withdraw(context, policy, now);
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
        report(
                context,
                kept,
                new PolicyReport(kept, configs, silent(terminals, now)).enforcing(now));
        boolean none = take(client, left, now);
        return none && terminals.isEmpty() ? Result.done() : again();
    }

    /// Nobody tells of silence, so that it has to be looked for.
    private Result again() {
        return Result.again(silence.dividedBy(10));
    }

    private Set<String> silent(List<Terminal> terminals, Instant now) {
        return terminals.stream()
                .filter(terminal -> !heard(terminal, now))
                .map(terminal -> terminal.metadata().name())
                .collect(Collectors.toSet());
    }

    private boolean heard(Terminal terminal, Instant now) {
        return terminal.seenAfter(now.minus(silence));
    }

    private Result withdraw(Context context, RiskPolicy policy, Instant now) {
        var client = context.client();
        if (!take(client, configs(client, policy), now)) {
            var waiting = new PolicyReport(policy, configs(client, policy), Set.of());
            report(context, policy, waiting.revoking(now));
            return again();
        }
        if (REVOKED.on(policy)) {
            REVOKED.remove(client, RiskPolicy.TYPE, policy);
            new PolicyEvents(context.events(), policy).revoked();
        }
        return Result.done();
    }

    private static List<TerminalConfig> configs(Client client, RiskPolicy policy) {
        return client
                .list(TerminalConfig.TYPE, Query.in(policy.metadata().namespace()))
                .items()
                .stream()
                .filter(config -> controls(policy, config))
                .toList();
    }

    /// Whether the config is this policy's, and not of one that had its name before.
    private static boolean controls(RiskPolicy policy, TerminalConfig config) {
        return Owners.controller(config)
                .filter(owner -> owner.uid().equals(policy.metadata().uid()))
                .isPresent();
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
        if (found.isPresent() && !controls(policy, found.get())) {
            delete(client, found.get());
            found = Optional.empty();
        }
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
    private boolean take(Client client, List<TerminalConfig> configs, Instant now) {
        boolean none = true;
        for (var config : configs) {
            none &= take(client, config, now);
        }
        return none;
    }

    private boolean take(Client client, TerminalConfig config, Instant now) {
        var namespace = config.metadata().namespace();
        var terminal = client.find(Terminal.TYPE, namespace, config.spec().terminal());
        boolean online = terminal.filter(t -> heard(t, now)).isPresent();
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

    private static void report(Context context, RiskPolicy policy, RiskPolicy.Status status) {
        if (!status.equals(policy.status())) {
            var changed = new RiskPolicy(policy.metadata(), policy.spec(), status);
            context.client().updateStatus(RiskPolicy.TYPE, changed);
            new PolicyEvents(context.events(), policy).changed(status);
        }
    }
}
