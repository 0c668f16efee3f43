package dev.weir.store;

/// Counters since the store was opened, and latencies of its recent past.
///
/// @param commits writes made durable
/// @param syncs calls that forced the log to disk
/// @param syncP50Nanos median duration of the recent syncs, in nanoseconds
/// @param syncP99Nanos 99th percentile of the same
/// @param diskBytes bytes of log and snapshots on disk
public record StoreStats(
        long commits, long syncs, long syncP50Nanos, long syncP99Nanos, long diskBytes) {}
