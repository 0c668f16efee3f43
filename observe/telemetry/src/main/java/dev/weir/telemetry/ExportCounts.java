package dev.weir.telemetry;

import dev.weir.telemetry.otlp.DropReason;
import dev.weir.telemetry.otlp.ExportStats;
import java.util.Map;
import java.util.TreeMap;

/// What became of what an engine handed to its exporter since it was started, in items: spans, data
/// points and log records together.
///
/// @param delivered items that receivers have
/// @param dropped items that were given up, by reason: `queue_full` (as much waits in memory as
///   may), `rejected` (a receiver refused them for good), `spool_full` (newer ones needed their
///   place on disk), `deadline` (not delivered for too long), `malformed` (not readable any more),
///   `no_endpoint` (nothing takes their signal), `closed` (they came, or still waited, at the end).
///   A reason that never was is not there
/// @param memoryBytes how many bytes wait in memory now
/// @param spoolBytes how large the files of the spool are now
public record ExportCounts(
        long delivered, Map<String, Long> dropped, long memoryBytes, long spoolBytes) {
    /// Copies the map.
    public ExportCounts {
        dropped = Map.copyOf(dropped);
    }

    static ExportCounts of(ExportStats stats) {
        var dropped = new TreeMap<String, Long>();
        for (var reason : DropReason.values()) {
            long items = stats.dropped(reason);
            if (items > 0) {
                dropped.put(reason.word(), items);
            }
        }
        return new ExportCounts(
                stats.delivered(), dropped, stats.memoryBytes(), stats.spoolBytes());
    }

    /// Items given up for any reason.
    public long droppedItems() {
        return dropped.values().stream().mapToLong(Long::longValue).sum();
    }
}
