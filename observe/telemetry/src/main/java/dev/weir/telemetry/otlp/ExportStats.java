package dev.weir.telemetry.otlp;

import java.util.Map;

/// What an exporter has done so far, in items: spans, data points and log records.
///
/// @param signals by signal
/// @param memoryBytes how many bytes wait in memory now
/// @param spoolBytes how large the files of the spool are now
public record ExportStats(Map<Signal, SignalStats> signals, long memoryBytes, long spoolBytes) {
    /// Copies the collections.
    public ExportStats {
        signals = Map.copyOf(signals);
    }

    /// The items of all signals that were given up for a reason.
    public long dropped(DropReason reason) {
        long sum = 0;
        for (var signal : signals.values()) {
            sum += signal.dropped().getOrDefault(reason, 0L);
        }
        return sum;
    }

    /// The items of all signals that receivers have.
    public long delivered() {
        return signals.values().stream().mapToLong(SignalStats::delivered).sum();
    }

    /// One signal.
    ///
    /// @param accepted items that were handed over
    /// @param delivered items that a receiver has
    /// @param recovered items that an earlier process left in the spool
    /// @param requests attempts to send
    /// @param retries attempts that failed and may succeed later
    /// @param dropped items given up, by reason
    public record SignalStats(
            long accepted,
            long delivered,
            long recovered,
            long requests,
            long retries,
            Map<DropReason, Long> dropped) {
        /// Copies the collections.
        public SignalStats {
            dropped = Map.copyOf(dropped);
        }

        /// Items given up for any reason.
        public long droppedItems() {
            return dropped.values().stream().mapToLong(Long::longValue).sum();
        }
    }
}
