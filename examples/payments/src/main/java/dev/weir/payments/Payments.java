package dev.weir.payments;

import dev.weir.reconcile.Change;
import dev.weir.reconcile.LeaderElection;
import dev.weir.reconcile.Manager;
import dev.weir.reconcile.Request;
import dev.weir.resource.AdmissionRule;
import dev.weir.resource.Extension;
import dev.weir.resource.Program;
import dev.weir.resource.Query;
import dev.weir.resource.ResourceType;
import java.time.Duration;
import java.util.List;

/// The payments fleet: its kinds, what a server checks and does for them, and what a terminal runs.
///
/// A server takes the setting `silence`: after how many seconds without a report a terminal is not
/// waited for, 30 by default; `receipts` and `sagas`: how many of them it keeps, 1000 and 200 by
/// default; and `leader-election`: the name of a Lease in `kube-system`, by which of several
/// processes with these controllers one works.
public final class Payments implements Extension {
    /// For the `ServiceLoader`.
    public Payments() {}

    @Override
    public String name() {
        return "payments";
    }

    @Override
    public List<ResourceType<?>> kinds() {
        return List.of(
                RiskPolicy.TYPE,
                Terminal.TYPE,
                TerminalConfig.TYPE,
                Receipt.TYPE,
                WasmModule.TYPE,
                WasmPolicy.TYPE,
                Saga.TYPE,
                Balance.TYPE);
    }

    @Override
    public List<AdmissionRule<?>> admissionRules() {
        return List.of(new PolicyRule(), new TerminalRule(), new ModuleRule());
    }

    @Override
    public List<Program> controllers() {
        return List.of(Payments::control, Payments::receipts, Payments::sagas);
    }

    @Override
    public List<Program> workloads() {
        return List.of(TerminalProgram::start);
    }

    private static int setting(Program.Host host, String name, int usual) {
        var text = host.options().getOrDefault(name, Integer.toString(usual));
        try {
            return Math.max(1, Integer.parseUnsignedInt(text));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    name + ": expected a number, such as " + usual + ", found " + text, e);
        }
    }

    private static Program.Running receipts(Program.Host host) {
        int most = setting(host, "receipts", 1_000);
        return Newest.start(host.client(), Receipt.TYPE, receipt -> receipt.spec().paid(), most);
    }

    private static Program.Running sagas(Program.Host host) {
        int most = setting(host, "sagas", 200);
        return Newest.start(host.client(), Saga.TYPE, saga -> saga.spec().started(), most);
    }

    private static Program.Running control(Program.Host host) {
        var silence = Duration.ofSeconds(setting(host, "silence", 30));
        var manager = Manager.of(host.client());
        var lease = host.options().getOrDefault("leader-election", "");
        if (!lease.isEmpty()) {
            manager.leaderElection(LeaderElection.on("kube-system", lease));
        }
        control(manager, silence);
        manager.start();
        return manager;
    }

    /// Adds the controller of policies.
    ///
    /// @param silence after which a terminal is not waited for
    static void control(Manager manager, Duration silence) {
        var client = manager.client();
        manager.controller(RiskPolicy.TYPE)
                .filter(Change::isWish)
                .owns(TerminalConfig.TYPE)
                .watches(
                        Terminal.TYPE,
                        terminal ->
                                client
                                        .list(
                                                RiskPolicy.TYPE,
                                                Query.in(terminal.metadata().namespace()))
                                        .items()
                                        .stream()
                                        .filter(policy -> policy.selects(terminal))
                                        .map(Request::of)
                                        .toList())
                .maxConcurrent(4)
                .reconcile(new PolicyReconciler(silence));
    }
}
