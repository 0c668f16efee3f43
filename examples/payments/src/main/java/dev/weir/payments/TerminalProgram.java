package dev.weir.payments;

import dev.weir.resource.Client;
import dev.weir.resource.Condition;
import dev.weir.resource.Metadata;
import dev.weir.resource.Program;
import dev.weir.resource.Query;
import dev.weir.resource.Selector;
import dev.weir.resource.Status;
import dev.weir.resource.StatusException;
import dev.weir.resource.WatchEvent;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A terminal: takes payments, enforces its configs, and reports.
///
/// It starts with the configs that it last knew and goes on without its control plane. Options:
/// `port` of the payments (any free one by default), `namespace` (`default`), `labels` as
/// `key=value;key=value`; `ledger` as the URL of a database, of H2 or PostgreSQL, and `bank` as a
/// URL: without them payments are decided, and no money moves.
///
/// Four threads: one follows the configs and owns the map of them, one follows the partner's
/// policy, one reports, one books receipts.
final class TerminalProgram implements Program.Running {
    private static final System.Logger LOG = System.getLogger(TerminalProgram.class.getName());
    private static final Duration REPORT = Duration.ofSeconds(2);
    private static final Duration RECONNECT = Duration.ofMillis(500);
    private static final Duration POLL = Duration.ofSeconds(1);

    private final Client client;
    private final String namespace;
    private final String name;
    private final Map<String, String> labels;
    private final DaySum sum;
    private final RiskEngine engine;
    private final Bookings bookings;
    private final @Nullable Settlement settlement;
    private final PaymentEndpoint endpoint;
    private final ConfigFile file;
    private final Map<String, TerminalConfig> configs = new LinkedHashMap<>();
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean following;
    private boolean told;

    private TerminalProgram(Program.Host host) throws IOException {
        client = host.client();
        name = host.name();
        namespace = host.options().getOrDefault("namespace", "default");
        labels = labels(host.options().getOrDefault("labels", ""));
        sum = DaySum.open(host.directory().resolve("day-sum"));
        engine = new RiskEngine(InstantSource.system(), sum);
        file = new ConfigFile(host.directory().resolve("configs.json"));
        file.read().forEach(config -> configs.put(config.metadata().name(), config));
        engine.apply(Enforcement.of(configs.values()));
        bookings = new Bookings(client, RECONNECT);
        settlement = settlement(host);
        try {
            endpoint =
                    PaymentEndpoint.open(
                            this::take, this::book, () -> following, port(host.options()));
        } catch (IOException | RuntimeException e) {
            closeSettlement();
            throw e;
        }
    }

    static Program.Running start(Program.Host host) throws IOException {
        var terminal = new TerminalProgram(host);
        terminal.threads.add(Thread.ofVirtual().name("terminal-configs").start(terminal::follow));
        terminal.threads.add(Thread.ofVirtual().name("terminal-report").start(terminal::report));
        var partner =
                new PartnerPolicies(terminal.client, terminal.namespace, terminal.engine::partner);
        terminal.threads.add(Thread.ofVirtual().name("terminal-partner").start(partner));
        return terminal;
    }

    private @Nullable Settlement settlement(Program.Host host) {
        var ledger = host.options().getOrDefault("ledger", "");
        var bank = host.options().getOrDefault("bank", "");
        if (ledger.isEmpty() != bank.isEmpty()) {
            throw new IllegalArgumentException("expected both ledger and bank, or none of them");
        }
        return ledger.isEmpty()
                ? null
                : Settlement.open(ledger, bank, engine, client, namespace, name);
    }

    private Settlement.Answer take(Payment payment, @Nullable String key)
            throws InterruptedException {
        if (settlement != null) {
            return settlement.pay(payment, key);
        }
        if (key != null) {
            throw new IllegalArgumentException("Idempotency-Key: this terminal has no ledger");
        }
        return new Settlement.Answer(engine.decide(payment), "");
    }

    private void closeSettlement() {
        if (settlement != null) {
            settlement.close();
        }
    }

    private static int port(Map<String, String> options) {
        var text = options.getOrDefault("port", "0");
        if (!text.matches("[0-9]{1,5}") || Integer.parseInt(text) > 65_535) {
            throw new IllegalArgumentException("port: expected 0 to 65535, found " + text);
        }
        return Integer.parseInt(text);
    }

    private static Map<String, String> labels(String text) {
        var result = new LinkedHashMap<String, String>();
        for (var pair : text.split(";")) {
            int at = pair.indexOf('=');
            if (at > 0) {
                result.put(pair.substring(0, at).strip(), pair.substring(at + 1).strip());
            }
        }
        return result;
    }

    @Override
    public boolean ready() {
        return following;
    }

    @Override
    public String metrics() {
        return endpoint.figures()
                + """
                # HELP payments_receipts_total Accepted payments, by whether the control plane has them.
                # TYPE payments_receipts_total counter
                payments_receipts_total{state="booked"} %d
                payments_receipts_total{state="lost"} %d
                """
                        .formatted(bookings.booked(), bookings.lost());
    }

    private void book(Payment payment) {
        bookings.book(Receipt.of(namespace, name, payment, Instant.now()));
    }

    private void follow() {
        while (!Thread.currentThread().isInterrupted()) {
            try {
                send();
                followOnce();
            } catch (RuntimeException e) {
                away(e);
                if (!pause(RECONNECT)) {
                    return;
                }
            } catch (InterruptedException _) {
                return;
            }
        }
    }

    /// Says once that the last known configs are enforced, until the control plane is followed
    /// again.
    private void away(RuntimeException e) {
        if (!told) {
            var why = e instanceof StatusException ? e.getMessage() : e.toString();
            var text = name + " goes on with " + engine.enforcement().policies() + ": " + why;
            LOG.log(System.Logger.Level.WARNING, text);
        }
        told = true;
        following = false;
    }

    private static boolean pause(Duration time) {
        try {
            Thread.sleep(time);
            return true;
        } catch (InterruptedException _) {
            return false;
        }
    }

    /// The terminal's own object, made or brought up to date where it has to be.
    private Terminal register() {
        var spec = new Terminal.Spec(endpoint.uri());
        var found = client.find(Terminal.TYPE, namespace, name);
        if (found.isEmpty()) {
            var metadata = Metadata.of(namespace, name);
            for (var label : labels.entrySet()) {
                metadata = metadata.withLabel(label.getKey(), label.getValue());
            }
            return client.create(Terminal.TYPE, new Terminal(metadata, spec, null));
        }
        var own = found.get();
        return own.spec().equals(spec)
                ? own
                : client.update(Terminal.TYPE, new Terminal(own.metadata(), spec, own.status()));
    }

    private void followOnce() throws InterruptedException {
        var query = Query.in(namespace).select(Selector.of(Map.of(TerminalConfig.TERMINAL, name)));
        var listing = client.list(TerminalConfig.TYPE, query);
        configs.clear();
        listing.items().forEach(config -> configs.put(config.metadata().name(), config));
        enforce();
        try (var watch = client.watch(TerminalConfig.TYPE, query.from(listing.resourceVersion()))) {
            following = true;
            told = false;
            while (true) {
                var event = watch.next(POLL);
                if (event.isPresent() && take(event.get())) {
                    enforce();
                }
            }
        }
    }

    /// Whether the event changes what is to be enforced.
    private boolean take(WatchEvent<TerminalConfig> event) {
        return switch (event) {
            case WatchEvent.Added<TerminalConfig>(var config) -> put(config);
            case WatchEvent.Modified<TerminalConfig>(var config) -> put(config);
            case WatchEvent.Deleted<TerminalConfig>(var config) ->
                    configs.remove(config.metadata().name()) != null;
            case WatchEvent.Bookmark<TerminalConfig> _ -> false;
        };
    }

    private boolean put(TerminalConfig config) {
        var old = configs.put(config.metadata().name(), config);
        return old == null || !old.spec().equals(config.spec());
    }

    /// Keeps the configs, enforces them, and says so: in that order, so that what is said is true
    /// even after a crash.
    private void enforce() {
        file.write(configs.values());
        var next = Enforcement.of(configs.values());
        engine.apply(next);
        for (var config : List.copyOf(configs.values())) {
            acknowledge(config, next.refused().get(config.metadata().name()));
        }
        tell();
    }

    private void acknowledge(TerminalConfig config, @Nullable String refusal) {
        var condition =
                new Condition(
                        TerminalConfig.APPLIED,
                        refusal == null ? Condition.Status.True : Condition.Status.False,
                        config.metadata().generation(),
                        Instant.now(),
                        refusal != null
                                ? "Contradicts"
                                : config.spec().revoked() ? "Revoked" : "Enforced",
                        refusal == null ? "" : refusal);
        var said = config.status() == null ? List.<Condition>of() : config.status().conditions();
        var conditions = condition.in(said);
        if (conditions.equals(said)) {
            return;
        }
        var status = new TerminalConfig.Status(conditions);
        try {
            client.updateStatus(
                    TerminalConfig.TYPE,
                    new TerminalConfig(config.metadata(), config.spec(), status));
        } catch (StatusException e) {
            // A newer state comes by the watch, and is answered then.
            if (e.reason() != Status.Reason.Conflict && e.reason() != Status.Reason.NotFound) {
                throw e;
            }
        }
    }

    private void report() {
        while (pause(REPORT)) {
            tell();
        }
    }

    private void tell() {
        try {
            send();
        } catch (RuntimeException _) {
            // The next report says the same and more.
        }
    }

    private void send() {
        var own = register();
        var status =
                new Terminal.Status(
                        engine.enforcement().policies(),
                        endpoint.accepted(),
                        endpoint.declined(),
                        Instant.now());
        client.updateStatus(Terminal.TYPE, new Terminal(own.metadata(), own.spec(), status));
    }

    @Override
    public void close() {
        threads.forEach(Thread::interrupt);
        endpoint.close();
        closeSettlement();
        bookings.close();
        for (var thread : threads) {
            try {
                thread.join(Duration.ofSeconds(5));
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        }
        sum.close();
    }
}
