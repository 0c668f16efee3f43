package dev.weir.telemetry.otlp;

import dev.weir.telemetry.TelemetryException;
import dev.weir.telemetry.otlp.Counters.Event;
import dev.weir.telemetry.otlp.Outcome.Accepted;
import dev.weir.telemetry.otlp.Outcome.Rejected;
import dev.weir.telemetry.otlp.Outcome.Retry;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// Carries payloads of some signals from a [Backlog] to one receiver, with a [Spool] in between
/// while the receiver is away. It does what is due in one [#step] and says when the next one is; it
/// starts no thread and reads no clock but the one it is given.
///
/// The order within a signal is kept: what is on disk goes before what waits in memory, and what is
/// under way goes to disk before what waits behind it. Without a spool a batch that failed stays in
/// memory, first in line, until it is delivered or too old.
///
/// Used by one thread.
final class Courier {
    static final long NEVER = Long.MAX_VALUE;

    /// How long payloads stay in memory that cannot be sent now.
    private static final long SPOOL_AFTER = 1_000_000_000L;

    private final List<Flow> flows = new ArrayList<>();
    private final Backlog backlog;
    private final @Nullable Spool spool;
    private final Transport transport;
    private final RetryPolicy retry;
    private final Counters counters;
    private final Notices notices;
    private final LongSupplier nanos;
    private final RandomGenerator random;

    /// What is under way of one signal.
    private static final class Flow {
        final Signal signal;
        final long timeout;

        /// How long a batch that fails stays in memory.
        final long limit;

        final Packer packer;
        final int gathered;
        @Nullable Batch batch;

        /// The batch as it stands in the spool, where it was written there while it was under way.
        @Nullable SpoolEntry entry;

        boolean sending;
        int failures;
        long failingSince;
        long due;

        /// How many items found memory full, as far as people were told.
        long overflowed;

        Flow(Signal signal, OtlpEndpoint endpoint, OtlpOptions options) {
            this.signal = signal;
            long most = options.retry().limit().toNanos();
            var all = endpoint.exportTimeout();
            limit = all == null ? most : Math.min(most, all.toNanos());
            long one = endpoint.timeout().toNanos();
            timeout = all == null ? one : Math.min(one, all.toNanos());
            packer = new Packer(endpoint);
            gathered = packer.gathered(options.requestBytes());
        }
    }

    Courier(
            Map<Signal, OtlpEndpoint> endpoints,
            Backlog backlog,
            @Nullable Spool spool,
            Transport transport,
            OtlpOptions options,
            Counters counters,
            Notices notices,
            LongSupplier nanos,
            RandomGenerator random) {
        for (var endpoint : endpoints.entrySet()) {
            flows.add(new Flow(endpoint.getKey(), endpoint.getValue(), options));
        }
        this.backlog = backlog;
        this.spool = spool;
        this.transport = transport;
        this.retry = options.retry();
        this.counters = counters;
        this.notices = notices;
        this.nanos = nanos;
        this.random = random;
    }

    /// Does what is due now.
    ///
    /// @return in how many nanoseconds something is due again: 0 for at once, [#NEVER] for when
    ///   something is handed over
    long step() {
        long next = NEVER;
        for (var flow : flows) {
            next = Math.min(next, step(flow));
        }
        return next;
    }

    private long step(Flow flow) {
        tellOverflow(flow);
        long wait = spillWhenDue(flow);
        if (flow.failures > 0) {
            long left = flow.due - nanos.getAsLong();
            if (left > 0) {
                return Math.min(left, wait);
            }
        }
        return send(flow) ? 0 : wait;
    }

    /// Tells of what threads of the application could not hand over.
    private void tellOverflow(Flow flow) {
        long all = counters.dropped(flow.signal, DropReason.QUEUE_FULL);
        long more = all - flow.overflowed;
        if (more > 0 && notices.dropped(flow.signal, more, DropReason.QUEUE_FULL)) {
            flow.overflowed = all;
        }
    }

    /// Moves to disk what has waited too long behind what is on disk already, or behind failures.
    ///
    /// @return in how many nanoseconds it is due again
    private long spillWhenDue(Flow flow) {
        if (spool == null || flow.failures == 0 && !spool.has(flow.signal)) {
            return NEVER;
        }
        long since = backlog.since(flow.signal);
        if (since == Long.MAX_VALUE && flow.batch == null) {
            return NEVER;
        }
        long age = since == Long.MAX_VALUE ? SPOOL_AFTER : nanos.getAsLong() - since;
        if (age >= SPOOL_AFTER || backlog.urgent()) {
            spill(flow);
            return SPOOL_AFTER;
        }
        return SPOOL_AFTER - age;
    }

    /// Called while the transport waits for the receiver: what waits behind it goes to disk where
    /// memory gets scarce or somebody flushes.
    void pulse() {
        if (spool != null && backlog.urgent()) {
            for (var flow : flows) {
                spill(flow);
            }
        }
    }

    private void spill(Flow flow) {
        if (flow.batch != null && flow.entry == null) {
            flow.entry = append(flow, flow.batch);
            if (flow.entry == null) {
                return;
            }
            if (!flow.sending) {
                settle(flow);
            }
        }
        while (spool != null && spool.writable()) {
            var batch = backlog.take(flow.signal, flow.gathered);
            if (batch == null) {
                return;
            }
            if (append(flow, batch) == null) {
                backlog.putBack(batch);
                return;
            }
            backlog.settle(batch);
        }
    }

    private @Nullable SpoolEntry append(Flow flow, Batch batch) {
        if (spool == null) {
            return null;
        }
        return spool.append(flow.signal, flow.packer.compress(batch.parts()), batch.items());
    }

    /// @return whether there was something to send
    private boolean send(Flow flow) {
        if (flow.batch == null && spool != null && spool.has(flow.signal)) {
            return sendSpooled(flow, spool);
        }
        if (flow.batch == null) {
            flow.batch = backlog.take(flow.signal, flow.gathered);
        }
        if (flow.batch == null) {
            return false;
        }
        Request request;
        try {
            request = flow.packer.pack(flow.signal, flow.batch.parts());
        } catch (TelemetryException e) {
            drop(flow.signal, DropReason.MALFORMED, flow.batch.items());
            settle(flow);
            return true;
        }
        flow.sending = true;
        var outcome = attempt(flow, request);
        flow.sending = false;
        switch (outcome) {
            case Accepted accepted -> {
                delivered(flow, removed(flow.entry) ? flow.batch.items() : 0, accepted);
                settle(flow);
            }
            case Rejected rejected -> {
                refused(flow, removed(flow.entry) ? flow.batch.items() : 0, rejected);
                settle(flow);
            }
            case Retry again -> {
                failed(flow, again);
                keep(flow);
            }
        }
        return true;
    }

    private Outcome attempt(Flow flow, Request request) {
        counters.add(flow.signal, Event.REQUESTS, 1);
        return transport.send(request, nanos.getAsLong() + flow.timeout);
    }

    /// Removes an entry from the spool, if there is one.
    ///
    /// @return false where it had to go before, and was counted
    private boolean removed(@Nullable SpoolEntry entry) {
        return entry == null || spool == null || spool.remove(entry);
    }

    private void settle(Flow flow) {
        if (flow.batch != null) {
            backlog.settle(flow.batch);
        }
        flow.batch = null;
        flow.entry = null;
    }

    /// A batch that failed goes to disk, or stays in memory for as long as it may.
    private void keep(Flow flow) {
        if (flow.entry == null && flow.batch != null) {
            flow.entry = append(flow, flow.batch);
        }
        if (flow.entry != null) {
            settle(flow);
        } else if (flow.batch != null && nanos.getAsLong() - flow.failingSince >= flow.limit) {
            drop(flow.signal, DropReason.DEADLINE, flow.batch.items());
            settle(flow);
            flow.failingSince = nanos.getAsLong();
        }
    }

    private boolean sendSpooled(Flow flow, Spool from) {
        var entry = from.head(flow.signal);
        if (entry == null) {
            return false;
        }
        Outcome outcome;
        try {
            outcome = attempt(flow, flow.packer.repack(flow.signal, entry.compressed()));
        } catch (TelemetryException e) {
            drop(flow.signal, DropReason.MALFORMED, entry.items());
            from.remove(entry);
            return true;
        }
        switch (outcome) {
            case Accepted accepted ->
                    delivered(flow, from.remove(entry) ? entry.items() : 0, accepted);
            case Rejected rejected ->
                    refused(flow, from.remove(entry) ? entry.items() : 0, rejected);
            case Retry again -> failed(flow, again);
        }
        return true;
    }

    private void delivered(Flow flow, int items, Accepted accepted) {
        flow.failures = 0;
        notices.delivered();
        long rejected = Math.min(items, accepted.rejected());
        counters.add(flow.signal, Event.DELIVERED, items - rejected);
        if (rejected > 0) {
            counters.drop(flow.signal, DropReason.REJECTED, rejected);
        }
        if (rejected > 0 || !accepted.message().isEmpty()) {
            notices.refused(flow.signal, rejected, accepted.message());
        }
    }

    private void refused(Flow flow, int items, Rejected rejected) {
        flow.failures = 0;
        counters.drop(flow.signal, DropReason.REJECTED, items);
        notices.refused(flow.signal, items, rejected.reason());
    }

    private void failed(Flow flow, Retry again) {
        counters.add(flow.signal, Event.RETRIES, 1);
        notices.failed(flow.signal, again.reason());
        long now = nanos.getAsLong();
        if (flow.failures++ == 0) {
            flow.failingSince = now;
        }
        long delay = retry.nanos(flow.failures, random.nextDouble());
        long asked = again.after() == null ? 0 : again.after().toNanos();
        flow.due = now + Math.max(delay, asked);
    }

    private void drop(Signal signal, DropReason reason, long items) {
        counters.drop(signal, reason, items);
        notices.dropped(signal, items, reason);
    }

    /// Writes to disk what is still there, or drops it.
    void finish() {
        for (var flow : flows) {
            if (spool != null) {
                spill(flow);
            }
            if (flow.batch != null) {
                drop(flow.signal, DropReason.CLOSED, flow.batch.items());
                settle(flow);
            }
            for (var rest = backlog.take(flow.signal, flow.gathered);
                    rest != null;
                    rest = backlog.take(flow.signal, flow.gathered)) {
                drop(flow.signal, DropReason.CLOSED, rest.items());
                backlog.settle(rest);
            }
            flow.packer.close();
        }
        transport.close();
    }
}
