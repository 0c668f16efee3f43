package dev.weir.telemetry;

import dev.weir.telemetry.otlp.Intake;
import dev.weir.telemetry.otlp.Listener;

/// Receives telemetry of other processes by OTLP, without TLS: gRPC, and HTTP with protobuf or
/// JSON, compressed with gzip or not. Either port takes either protocol, by what a connection
/// begins with.
///
/// Each connection has a virtual thread. Everything that a sender can make grow is bounded by the
/// options. Open until [#close].
public final class OtlpReceiver implements AutoCloseable {
    private final Intake intake;
    private final Listener grpc;
    private final Listener http;

    private OtlpReceiver(OtlpReceiverOptions options, TelemetryConsumer consumer) {
        intake = new Intake(options, consumer);
        grpc = Listener.open(options, options.grpcPort(), intake);
        try {
            http = Listener.open(options, options.httpPort(), intake);
        } catch (TelemetryException e) {
            grpc.close();
            throw e;
        }
    }

    /// Listens on both ports.
    ///
    /// @param consumer takes what is received
    /// @throws TelemetryException `IO` where a port cannot be listened on
    public static OtlpReceiver open(OtlpReceiverOptions options, TelemetryConsumer consumer) {
        return new OtlpReceiver(options, consumer);
    }

    /// The port that gRPC is expected at.
    public int grpcPort() {
        return grpc.port();
    }

    /// The port that HTTP is expected at.
    public int httpPort() {
        return http.port();
    }

    /// What was received and refused so far.
    public Figures figures() {
        return intake.figures();
    }

    /// Ends all connections; requests under way may go unanswered.
    @Override
    public void close() {
        grpc.close();
        http.close();
    }

    /// What a receiver counts.
    ///
    /// @param requests that were answered, well or not
    /// @param spans that the consumer took
    /// @param points data points that the consumer took
    /// @param logs log records that the consumer took
    /// @param refusedItems spans, points and log records that were broken or that the consumer
    ///   refused, in requests that were accepted otherwise
    /// @param badRequests that could not be understood, or were too large
    /// @param overload requests that were asked to come again, as too much was under way
    /// @param failures requests whose consumer failed
    /// @param refusedConnections that were one too many
    public record Figures(
            long requests,
            long spans,
            long points,
            long logs,
            long refusedItems,
            long badRequests,
            long overload,
            long failures,
            long refusedConnections) {}
}
