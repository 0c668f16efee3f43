package dev.weir.telemetry;

import java.net.InetAddress;
import java.time.Duration;
import java.util.Objects;

/// Settings of an [OtlpReceiver].
///
/// @param address where it listens
/// @param grpcPort the port that gRPC is expected at; 0 for any free one
/// @param httpPort the port that HTTP is expected at; 0 for any free one
/// @param connections how many may be open at a time; one more is closed at once
/// @param messageBytes how large a request may be, compressed and not
/// @param memoryBytes how many bytes of requests may be under way, of all connections together;
///   senders above that are asked to try again
/// @param idle how long a connection may say nothing before it is closed
public record OtlpReceiverOptions(
        InetAddress address,
        int grpcPort,
        int httpPort,
        int connections,
        int messageBytes,
        long memoryBytes,
        Duration idle) {
    /// The ports of the OTLP specification on the loopback address, 64 connections, requests of up
    /// to 4 MiB, 64 MiB in all, 5 minutes.
    public static final OtlpReceiverOptions DEFAULT =
            new OtlpReceiverOptions(
                    InetAddress.getLoopbackAddress(),
                    4317,
                    4318,
                    64,
                    4 << 20,
                    64L << 20,
                    Duration.ofMinutes(5));

    /// Refuses what is out of range.
    public OtlpReceiverOptions {
        Objects.requireNonNull(address, "address");
        between("grpcPort", grpcPort, 0, 65_535);
        between("httpPort", httpPort, 0, 65_535);
        between("connections", connections, 1, 1 << 16);
        between("messageBytes", messageBytes, 1 << 10, 1 << 28);
        between("memoryBytes", memoryBytes, messageBytes, Long.MAX_VALUE);
        if (!idle.isPositive()) {
            throw new IllegalArgumentException("idle is " + idle + ": expected more than zero");
        }
    }

    /// The same on other ports.
    public OtlpReceiverOptions withPorts(int grpcPort, int httpPort) {
        return new OtlpReceiverOptions(
                address, grpcPort, httpPort, connections, messageBytes, memoryBytes, idle);
    }

    /// The same with other bounds.
    public OtlpReceiverOptions withLimits(int connections, int messageBytes, long memoryBytes) {
        return new OtlpReceiverOptions(
                address, grpcPort, httpPort, connections, messageBytes, memoryBytes, idle);
    }

    private static void between(String name, long value, long least, long greatest) {
        if (value < least || value > greatest) {
            throw new IllegalArgumentException(
                    name + " is " + value + ": expected " + least + " to " + greatest);
        }
    }
}
