package dev.weir.payments;

import dev.weir.resource.Client;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What the demo shows, step by step, by nothing but real requests; a step fails unless what it
/// tells is true, and so it does when a single payment is answered wrongly or not at all while its
/// terminal should answer.
///
/// One thread tells it.
final class Story implements AutoCloseable {
    private static final int PER_SECOND = 12;
    private static final Duration SCENE = Duration.ofMillis(1_500);
    private static final Duration NEWS = Duration.ofSeconds(10);
    private static final Duration BLINK = Duration.ofMillis(500);
    private static final int WRITES = 200;

    private final Fleet fleet;
    private final Narrator narrator;
    private final Expectation expectation = new Expectation();
    private final ShopPolicy policy;
    private final List<Till> tills = new ArrayList<>();
    private final PartnerStory partner;
    private @Nullable Traffic running;
    private @Nullable Promise promise;

    /// What the control plane had acknowledged when it was killed.
    private record Promise(Writes writes, Kept objects) {
        List<String> lost(Client client) {
            return Stream.concat(writes.lost().stream(), objects.lost(client).stream()).toList();
        }
    }

    Story(Fleet fleet, Narrator narrator) {
        this.fleet = fleet;
        this.narrator = narrator;
        policy = new ShopPolicy(fleet, expectation);
        partner = new PartnerStory(fleet, tills, expectation);
    }

    /// Tells it up to the first step that fails.
    ///
    /// @param length after which it ends, unless the steps take longer; null for no such time
    /// @return whether every step happened
    boolean tell(@Nullable Duration length) throws InterruptedException {
        narrator.title("weir demo: a payments fleet on this machine");
        return narrator.step("control plane starts", this::startServer)
                && narrator.step("ledger and bank open", this::openLedger)
                && narrator.step("terminals join", this::startTerminals)
                && narrator.step("policy applied", this::applyPolicy)
                && narrator.step("customers pay", this::customersPay)
                && narrator.step("a payment traced", this::tracePayment)
                && narrator.step("policy changed", this::changePolicy)
                && narrator.step("changed policy enforced", () -> scene(SCENE))
                && narrator.step("partner's policy joins", this::partnerJoins)
                && narrator.step("partner's policy hostile", this::partnerBetrays)
                && narrator.step("terminal killed, others settle", this::killTerminal)
                && narrator.step("control plane killed", this::killServer)
                && narrator.step("control plane back", this::restartServer)
                && narrator.step("customers go on paying", () -> scene(rest(length)))
                && narrator.step("policy deleted", this::deletePolicy)
                && narrator.step("nothing accepted", () -> scene(SCENE.dividedBy(2)))
                && narrator.step("money counted", this::countMoney)
                && narrator.step("every answer right", this::everything);
    }

    /// Applies the policy again and lets customers pay until the thread is interrupted.
    void goOn() throws InterruptedException {
        policy.apply();
        narrator.say("the policy is applied again; customers pay until Ctrl-C");
        while (true) {
            var tally = traffic().begin();
            for (var left = NEWS; left.isPositive(); left = left.minus(BLINK)) {
                Thread.sleep(BLINK);
                narrator.passing(tally.pace());
            }
            narrator.say(tally.pace() + "; " + tally.decisions());
        }
    }

    private String startServer() throws Exception {
        fleet.startServer();
        return fleet.address() + ", export KUBECONFIG=" + fleet.kubeconfig();
    }

    private String openLedger() throws Exception {
        return fleet.openLedger() + ", shared by the terminals; the bank is a JVM of its own";
    }

    private String startTerminals() throws Exception {
        for (var name : Fleet.NAMES) {
            fleet.startTerminal(name, 0);
        }
        for (var terminal : fleet.awaitReports(Instant.EPOCH)) {
            var address = URI.create(terminal.spec().address());
            tills.add(new Till(terminal.metadata().name(), address));
        }
        return tills.size() + " JVMs of their own, each with a heap of " + Fleet.TERMINAL_HEAP;
    }

    private String applyPolicy() throws Exception {
        policy.apply();
        running = Traffic.start(tills, expectation, PER_SECOND);
        return "enforced by " + tills.size() + " terminals";
    }

    private String customersPay() throws Exception {
        return scene(SCENE);
    }

    private String tracePayment() throws Exception {
        var found = new AtomicReference<String>();
        fleet.await(
                "a payment's trace reaches from a terminal to the control plane",
                () -> {
                    PaymentTrace.find(fleet).ifPresent(trace -> found.set(trace.text()));
                    return found.get() != null;
                });
        return right(found.get());
    }

    private String changePolicy() throws Exception {
        policy.tighten();
        return "enforced by " + tills.size() + " terminals";
    }

    private String partnerJoins() throws Exception {
        partner.apply();
        return "a WebAssembly module judges each payment in a sandbox; " + scene(SCENE);
    }

    private String partnerBetrays() throws Exception {
        partner.betray();
        var scene = scene(SCENE);
        partner.leave();
        return "it loops and grabs memory, is stopped each time, payments go on; " + scene;
    }

    private String killTerminal() throws Exception {
        var till = tills.get(1);
        var takeover = Takeover.begin(fleet, till);
        var meanwhile = traffic().begin();
        var before = Instant.now();
        till.goes();
        fleet.kill(till.name());
        till.isGone();
        var told = takeover.finish();
        var took = revive(till, before);
        return right(
                "%s; it took payments again after %s, by the policy it knew; meanwhile %s"
                        .formatted(told, took, meanwhile.pace()));
    }

    /// Counts the money while all payments are declined, so that nothing is captured and not
    /// settled for long.
    private String countMoney() throws Exception {
        var last = new AtomicReference<Balance.Status>();
        fleet.await(
                "all that is captured is settled",
                () -> {
                    fleet.money().ifPresent(last::set);
                    var money = last.get();
                    return money != null && money.captured() > 0 && money.inFlight() == 0;
                });
        var money = last.get();
        if (!money.conserved()) {
            throw new IllegalStateException("money was lost or made: " + money);
        }
        return right(
                "%,d cents captured at the bank, %,d settled in the ledger, none lost, none twice"
                        .formatted(money.captured(), money.settled()));
    }

    /// Starts a terminal that was killed; how long it took to take payments.
    private String revive(Till till, Instant before) throws Exception {
        long start = System.nanoTime();
        fleet.startTerminal(till.name(), till.payments().getPort());
        fleet.await(till.name() + " takes payments", () -> till.answeredSince(start));
        var took = millis(start);
        till.isBack();
        fleet.awaitReports(before);
        policy.awaitTight();
        return took;
    }

    private String killServer() throws Exception {
        var writes = new Writes(fleet.client());
        var writer = Thread.ofVirtual().name("writes").start(writes);
        fleet.await(WRITES + " writes are acknowledged", () -> writes.size() >= WRITES);
        promise = new Promise(writes, Kept.of(fleet.client()));
        fleet.kill("server");
        writer.join();
        return "with -9, while it wrote; without it: " + scene(SCENE);
    }

    private String restartServer() throws Exception {
        if (promise == null) {
            throw new IllegalStateException("it was not killed");
        }
        var meanwhile = traffic().begin();
        var before = Instant.now();
        long start = System.nanoTime();
        fleet.restartServer();
        var took = millis(start);
        var lost = promise.lost(fleet.client());
        if (!lost.isEmpty()) {
            throw new IllegalStateException("acknowledged and lost: " + lost);
        }
        fleet.awaitReports(before);
        policy.awaitTight();
        return right(
                "answered after %s, all of %,d acknowledged writes and %d objects there, %d terminals"
                                .formatted(
                                        took,
                                        promise.writes.size(),
                                        promise.objects.objects().size(),
                                        tills.size())
                        + " back; meanwhile "
                        + meanwhile.pace());
    }

    private String deletePolicy() throws Exception {
        policy.delete();
        return "revoked by " + tills.size() + " terminals, finalizer done, no config left";
    }

    /// Lets customers pay for a time, and tells of it.
    private String scene(Duration length) throws InterruptedException {
        var tally = traffic().begin();
        Thread.sleep(length);
        fleet.await("a payment is answered", () -> tally.answered() > 0);
        return right(tally.pace() + "; " + tally.decisions());
    }

    private String everything() {
        return right(traffic().all().pace() + "; " + traffic().all().decisions());
    }

    /// The text, where no answer was wrong so far.
    private String right(String text) {
        fleet.requireRunning();
        if (traffic().wrong() > 0) {
            throw new IllegalStateException(
                    "%,d payments answered wrongly or not at all; the first: %s"
                            .formatted(traffic().wrong(), traffic().firstWrong()));
        }
        return text;
    }

    private Duration rest(@Nullable Duration length) {
        var left = length == null ? SCENE : length.minus(narrator.elapsed()).minus(SCENE);
        return left.compareTo(SCENE) < 0 ? SCENE : left;
    }

    private Traffic traffic() {
        if (running == null) {
            throw new IllegalStateException("no customers yet");
        }
        return running;
    }

    private static String millis(long start) {
        return "%,d ms".formatted((System.nanoTime() - start) / 1_000_000);
    }

    @Override
    public void close() {
        if (running != null) {
            running.close();
        }
    }
}
