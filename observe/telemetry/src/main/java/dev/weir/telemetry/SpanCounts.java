package dev.weir.telemetry;

/// What became of spans within the engine; for what the exporter did with them see [ExportCounts].
///
/// @param dropped spans that ended when memory was used up, the queue was full, or after the close
/// @param tailDropped spans that tail sampling left out
/// @param waitingBytes the memory of spans that ended and are not sent, in bytes
public record SpanCounts(long dropped, long tailDropped, long waitingBytes) {}
