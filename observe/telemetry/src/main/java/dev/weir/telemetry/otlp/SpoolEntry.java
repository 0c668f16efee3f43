package dev.weir.telemetry.otlp;

/// One request in a [Spool].
///
/// @param segment the number of its file
/// @param offset where it begins there
/// @param next where the one behind it begins
/// @param items the spans, data points or log records in it
/// @param compressed the request in protobuf, as gzip; empty where it was only written
record SpoolEntry(
        Signal signal, long segment, long offset, long next, int items, byte[] compressed) {}
