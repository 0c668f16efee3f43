package dev.weir.payments;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Map;

/// Where the fleet's control plane receives telemetry: the terminals send theirs by gRPC, the
/// control plane its own by HTTP.
record Otlp(int grpcPort, int httpPort) {
    /// Two ports of the loopback address that nobody listens on now.
    static Otlp onFreePorts() {
        var loopback = InetAddress.getLoopbackAddress();
        try (var one = new ServerSocket(0, 1, loopback);
                var other = new ServerSocket(0, 1, loopback)) {
            return new Otlp(one.getLocalPort(), other.getLocalPort());
        } catch (IOException e) {
            throw new UncheckedIOException("no free port on the loopback address", e);
        }
    }

    /// The setting of the server.
    String setting() {
        return "127.0.0.1:" + grpcPort + "," + httpPort;
    }

    /// What makes a process send its traces there.
    Map<String, String> environment(String service) {
        boolean terminal = service.startsWith("terminal");
        return Map.of(
                "OTEL_SERVICE_NAME",
                service,
                "OTEL_EXPORTER_OTLP_PROTOCOL",
                terminal ? "grpc" : "http/protobuf",
                "OTEL_EXPORTER_OTLP_ENDPOINT",
                "http://127.0.0.1:" + (terminal ? grpcPort : httpPort),
                "OTEL_BSP_SCHEDULE_DELAY",
                "250");
    }
}
