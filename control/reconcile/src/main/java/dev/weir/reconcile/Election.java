package dev.weir.reconcile;

import dev.weir.resource.Client;
import dev.weir.resource.Lease;
import dev.weir.resource.Metadata;
import dev.weir.resource.StatusException;
import dev.weir.resource.WriteOptions;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Takes a Lease, keeps it, notices its loss: the rules of client-go's `leaderelection`, with an
/// epoch for each [Term].
///
/// A state machine without a thread: one thread calls [#step()] when [#nextAt()] has come, or
/// earlier where the lease was seen to be free. [#expire()] may come from any thread. Terms begin
/// and end one at a time, so that the listener hears of them in their order.
final class Election {
    private static final System.Logger LOG = System.getLogger("dev.weir.reconcile");

    private final Client client;
    private final LeaderElection rules;
    private final Time time;
    private final Consumer<@Nullable Term> listener;

    /// Changed by [#lead] and [#lose] only.
    private volatile @Nullable Term term;

    private @Nullable Lease held;
    private @Nullable Lease observed;
    private long observedAt;
    private volatile long nextAt;
    private volatile long answeredAt;
    private volatile String loss = "";

    /// @param listener is told each term as it begins, and null as it ends
    Election(Client client, LeaderElection rules, Time time, Consumer<@Nullable Term> listener) {
        this.client = client;
        this.rules = rules;
        this.time = time;
        this.listener = listener;
        this.nextAt = time.nanos();
        this.answeredAt = time.nanos();
    }

    /// The name of the lease.
    String name() {
        return rules.name();
    }

    /// What is wrong: the lease was lost and nobody is known to have it, or nothing was heard of it
    /// for its duration. Empty while this process leads or knows who does.
    String problem() {
        var lost = loss;
        if (term == null && !lost.isEmpty()) {
            return "the lease " + rules.name() + " was lost: " + lost;
        }
        long silence = time.nanos() - answeredAt;
        return silence > rules.leaseDuration().toNanos()
                ? "no answer about the lease "
                        + rules.name()
                        + " for "
                        + TimeUnit.NANOSECONDS.toSeconds(silence)
                        + " s"
                : "";
    }

    /// When to step next, on [Time#nanos()].
    long nextAt() {
        return nextAt;
    }

    /// The term that runs, or null where this process does not lead.
    @Nullable Term term() {
        return term;
    }

    /// Tries once to take the lease or to renew it.
    void step() {
        expire();
        nextAt = time.nanos() + rules.retryPeriod().toNanos();
        var running = term;
        try {
            if (running == null) {
                campaign();
            } else {
                renew(running);
            }
            answeredAt = time.nanos();
        } catch (RuntimeException e) {
            LOG.log(Level.DEBUG, "election on " + rules.name() + ": no answer this time", e);
        }
        expire();
    }

    /// Ends the term where it was not renewed in time.
    void expire() {
        var running = term;
        if (running != null && !running.current()) {
            lose(running, "the lease was not renewed in time");
        }
    }

    /// Ends the term and gives the lease back, so that another need not wait for it to run out.
    void release() {
        var running = term;
        var last = held;
        if (running == null || last == null) {
            return;
        }
        lose(running, "the manager closes");
        try {
            client.update(Lease.TYPE, freed(last), WriteOptions.DEFAULT);
        } catch (RuntimeException e) {
            LOG.log(Level.DEBUG, "the lease " + rules.name() + " was not released", e);
        }
    }

    private void campaign() {
        long start = time.nanos();
        var found = client.find(Lease.TYPE, rules.namespace(), rules.name()).orElse(null);
        if (found == null) {
            var metadata = Metadata.of(rules.namespace(), rules.name());
            begin(client.create(Lease.TYPE, new Lease(metadata, spec(now(), 0))), start);
            return;
        }
        observe(found, start);
        long free = freeAt(found, start);
        if (free - start > 0) {
            loss = "";
            nextAt = Math.min(nextAt, free);
            return;
        }
        // An epoch begins with a change of the holder: what was taken under this identity by an
        // earlier process, or by a write whose answer was lost, is given back first.
        var vacant =
                holder(found).equals(rules.identity())
                        ? client.update(Lease.TYPE, freed(found))
                        : found;
        begin(client.update(Lease.TYPE, taken(vacant)), start);
    }

    private void observe(Lease lease, long at) {
        var before = observed;
        if (before == null
                || !version(before).equals(version(lease))
                || !before.metadata().uid().equals(lease.metadata().uid())) {
            observed = lease;
            observedAt = at;
        }
    }

    /// When this process may take the lease: at once where nobody else holds it, else when it has
    /// seen no change for as long as the holder asked for.
    private long freeAt(Lease lease, long now) {
        var holder = holder(lease);
        if (holder.isEmpty() || holder.equals(rules.identity())) {
            return now;
        }
        var seconds = lease.spec().leaseDurationSeconds();
        var wait = seconds == null ? rules.leaseDuration() : Duration.ofSeconds(seconds);
        return observedAt + wait.toNanos();
    }

    private void begin(Lease lease, long start) {
        held = lease;
        lead(new Term(lease, time, start + rules.renewDeadline().toNanos()));
    }

    private synchronized void lead(Term began) {
        term = began;
        loss = "";
        LOG.log(Level.INFO, "{0} leads on {1}", rules.identity(), rules.name());
        listener.accept(began);
    }

    private void renew(Term running) {
        long start = time.nanos();
        var last = held;
        if (last == null) {
            return;
        }
        try {
            held = write(running, last);
        } catch (StatusException _) {
            // Whatever the refusal: what the lease says now decides.
            var found = client.find(Lease.TYPE, rules.namespace(), rules.name()).orElse(null);
            if (found == null || !holder(found).equals(rules.identity())) {
                lose(running, "another took the lease");
                return;
            }
            held = write(running, found);
        }
        running.extend(start + rules.renewDeadline().toNanos());
    }

    private Lease write(Term running, Lease last) {
        var spec = last.spec();
        var next =
                new Lease.Spec(
                        rules.identity(),
                        seconds(),
                        spec.acquireTime(),
                        now(),
                        spec.leaseTransitions());
        return client.update(
                Lease.TYPE, new Lease(last.metadata(), next), WriteOptions.fenced(running.fence()));
    }

    private synchronized void lose(Term running, String why) {
        running.end();
        if (term == running) {
            term = null;
            loss = why;
            LOG.log(
                    Level.INFO,
                    "{0} leads no more on {1}: {2}",
                    rules.identity(),
                    rules.name(),
                    why);
            listener.accept(null);
        }
    }

    private Lease taken(Lease lease) {
        var transitions = lease.spec().leaseTransitions();
        return new Lease(lease.metadata(), spec(now(), transitions == null ? 1 : transitions + 1));
    }

    private Lease.Spec spec(Instant now, int transitions) {
        return new Lease.Spec(rules.identity(), seconds(), now, now, transitions);
    }

    private Lease freed(Lease lease) {
        var spec = lease.spec();
        return new Lease(
                lease.metadata(),
                new Lease.Spec(null, 1, spec.acquireTime(), now(), spec.leaseTransitions()));
    }

    private int seconds() {
        return Math.toIntExact(rules.leaseDuration().toSeconds());
    }

    private Instant now() {
        return time.now().truncatedTo(ChronoUnit.MICROS);
    }

    /// Who holds a lease; empty where nobody does.
    static String holder(Lease lease) {
        var holder = lease.spec().holderIdentity();
        return holder == null ? "" : holder;
    }

    private static String version(Lease lease) {
        return lease.metadata().resourceVersion();
    }
}
