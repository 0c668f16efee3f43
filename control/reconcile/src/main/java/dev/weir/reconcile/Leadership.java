package dev.weir.reconcile;

import dev.weir.resource.Client;
import dev.weir.resource.Lease;
import dev.weir.resource.Query;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The threads of an [Election]: one that steps it, one that watches the lease so that a released
/// one is taken at once, and an alarm that ends a term even while a renewal gets no answer.
final class Leadership implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(500);

    private final Election election;
    private final Informer<Lease> lease;
    private final ScheduledExecutorService alarms;
    private final Consumer<@Nullable Term> listener;
    private final Semaphore wake = new Semaphore(0);
    private final Thread stepper = Thread.ofVirtual().name("election").unstarted(this::campaign);
    private final Thread watcher = Thread.ofVirtual().name("election-watch").unstarted(this::watch);
    private volatile boolean closed;

    /// @param listener is told each term as it begins, and null as it ends; it must not block
    Leadership(
            Client client,
            LeaderElection rules,
            ScheduledExecutorService alarms,
            Consumer<@Nullable Term> listener) {
        this.alarms = alarms;
        this.listener = listener;
        this.election = new Election(client, rules, Time.SYSTEM, this::changed);
        var query = Query.in(rules.namespace()).fields("metadata.name=" + rules.name());
        this.lease = new Informer<>(Lease.TYPE, query, client, Time.SYSTEM);
        lease.listen(change -> {
            if (change instanceof Change.Deleted || Election.holder(change.object()).isEmpty()) {
                wake.release();
            }
        });
    }

    void start() {
        stepper.start();
        watcher.start();
    }

    /// The name of the lease.
    String name() {
        return election.name();
    }

    /// What is wrong with the election; empty where nothing is.
    String problem() {
        return election.problem();
    }

    /// The term that runs, or null where this process does not lead.
    @Nullable Term term() {
        return election.term();
    }

    private void changed(@Nullable Term term) {
        listener.accept(term);
        if (term != null) {
            guard(term);
        }
    }

    /// Looks at the term when it should have been renewed, as often as it was.
    private void guard(Term term) {
        if (closed) {
            return;
        }
        long wait = Math.max(1, term.until() - Time.SYSTEM.nanos());
        alarms.schedule(
                () -> {
                    election.expire();
                    if (term.current()) {
                        guard(term);
                    }
                },
                wait,
                TimeUnit.NANOSECONDS);
    }

    private void campaign() {
        try {
            while (!closed) {
                wake.drainPermits();
                election.step();
                long wait = election.nextAt() - Time.SYSTEM.nanos();
                wake.tryAcquire(wait, TimeUnit.NANOSECONDS);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void watch() {
        Manager.follow(lease, POLL, () -> closed);
    }

    /// Gives the lease back. The caller has stopped what depends on it. Idempotent.
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        watcher.interrupt();
        stepper.interrupt();
        Crew.join(watcher);
        Crew.join(stepper);
        election.release();
    }
}
