package dev.weir.telemetry.otlp;

import dev.weir.telemetry.otlp.ExportStats.SignalStats;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLongArray;

/// What an exporter counts. Thread-safe.
final class Counters {
    private static final int SIGNALS = Signal.values().length;

    /// What is counted for each signal besides drops.
    enum Event {
        ACCEPTED,
        DELIVERED,
        RECOVERED,
        REQUESTS,
        RETRIES
    }

    private final AtomicLongArray events = new AtomicLongArray(SIGNALS * Event.values().length);
    private final AtomicLongArray drops = new AtomicLongArray(SIGNALS * DropReason.values().length);

    void add(Signal signal, Event event, long count) {
        events.addAndGet(event.ordinal() * SIGNALS + signal.ordinal(), count);
    }

    void drop(Signal signal, DropReason reason, long items) {
        drops.addAndGet(reason.ordinal() * SIGNALS + signal.ordinal(), items);
    }

    long dropped(Signal signal, DropReason reason) {
        return drops.get(reason.ordinal() * SIGNALS + signal.ordinal());
    }

    long get(Signal signal, Event event) {
        return events.get(event.ordinal() * SIGNALS + signal.ordinal());
    }

    Map<Signal, SignalStats> snapshot() {
        var all = new EnumMap<Signal, SignalStats>(Signal.class);
        for (var signal : Signal.values()) {
            all.put(signal, snapshot(signal));
        }
        return all;
    }

    private SignalStats snapshot(Signal signal) {
        var dropped = new EnumMap<DropReason, Long>(DropReason.class);
        for (var reason : DropReason.values()) {
            long count = dropped(signal, reason);
            if (count > 0) {
                dropped.put(reason, count);
            }
        }
        return new SignalStats(
                get(signal, Event.ACCEPTED),
                get(signal, Event.DELIVERED),
                get(signal, Event.RECOVERED),
                get(signal, Event.REQUESTS),
                get(signal, Event.RETRIES),
                dropped);
    }
}
