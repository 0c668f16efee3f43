package dev.weir.telemetry.otlp;

import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Settings of an [Exporter].
///
/// @param endpoints where each signal goes; what is handed over for a signal that is not here is
///   dropped and counted
/// @param retry when a request that may succeed later is sent again
/// @param memoryBytes how many bytes of requests may wait in memory, of all signals together
/// @param requestBytes how many bytes one request gathers from payloads that wait; a larger payload
///   is sent as it is
/// @param spool where requests wait on disk while a receiver is away; null for memory alone
/// @param closeTimeout how long closing may wait for what was handed over before
public record OtlpOptions(
        Map<Signal, OtlpEndpoint> endpoints,
        RetryPolicy retry,
        long memoryBytes,
        int requestBytes,
        @Nullable SpoolOptions spool,
        Duration closeTimeout) {
    /// Half a gRPC receiver's usual limit for a request.
    private static final int USUAL_REQUEST = 2 << 20;

    /// Refuses what is out of range and copies the collections.
    public OtlpOptions {
        var copy = new EnumMap<Signal, OtlpEndpoint>(Signal.class);
        copy.putAll(endpoints);
        endpoints = Map.copyOf(copy);
        Objects.requireNonNull(retry, "retry");
        Objects.requireNonNull(closeTimeout, "closeTimeout");
        if (memoryBytes < 1) {
            throw new IllegalArgumentException(
                    "memoryBytes is " + memoryBytes + ": expected 1 or more");
        }
        if (requestBytes < 1) {
            throw new IllegalArgumentException(
                    "requestBytes is " + requestBytes + ": expected 1 or more");
        }
    }

    /// All signals to endpoints of their own; 16 MiB of memory, requests of up to 2 MiB, no spool,
    /// 10 s for closing.
    public static OtlpOptions of(Map<Signal, OtlpEndpoint> endpoints) {
        return new OtlpOptions(
                endpoints,
                RetryPolicy.DEFAULT,
                16L << 20,
                USUAL_REQUEST,
                null,
                Duration.ofSeconds(10));
    }

    /// The same with a spool.
    public OtlpOptions withSpool(SpoolOptions spool) {
        return new OtlpOptions(endpoints, retry, memoryBytes, requestBytes, spool, closeTimeout);
    }

    /// The same with another retry policy.
    public OtlpOptions withRetry(RetryPolicy retry) {
        return new OtlpOptions(endpoints, retry, memoryBytes, requestBytes, spool, closeTimeout);
    }

    /// The same with another bound for what waits in memory.
    public OtlpOptions withMemoryBytes(long memoryBytes) {
        return new OtlpOptions(endpoints, retry, memoryBytes, requestBytes, spool, closeTimeout);
    }

    /// The same with another bound for closing.
    public OtlpOptions withCloseTimeout(Duration closeTimeout) {
        return new OtlpOptions(endpoints, retry, memoryBytes, requestBytes, spool, closeTimeout);
    }

    /// Where requests wait on disk.
    ///
    /// @param directory is made where it is missing; processes may share it
    /// @param bytes how large the files of this process get; beyond that the oldest go
    public record SpoolOptions(Path directory, long bytes) {
        private static final long LEAST = 1 << 20;

        /// Refuses what is out of range.
        public SpoolOptions {
            Objects.requireNonNull(directory, "directory");
            if (bytes < LEAST) {
                throw new IllegalArgumentException(
                        "spool bytes are " + bytes + ": expected " + LEAST + " or more");
            }
        }
    }
}
