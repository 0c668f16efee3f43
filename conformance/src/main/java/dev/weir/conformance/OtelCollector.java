package dev.weir.conformance;

import dev.weir.telemetry.OtlpReceiver;
import dev.weir.telemetry.otlp.OtlpEndpoint.Protocol;
import dev.weir.telemetry.otlp.Signal;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The OpenTelemetry Collector on free loopback ports: it receives without TLS, with TLS and with
/// mutual TLS, prints what it gets, and sends it on to three receivers of ours.
///
/// The binary is named by `WEIR_OTELCOL`, else it is looked up in `WEIR_PEERS` and where
/// `conformance/peers/collector.sh` puts it.
final class OtelCollector implements AutoCloseable {
    private static final String HINT =
            "needs the OpenTelemetry Collector: run conformance/peers/collector.sh, or name it in"
                    + " WEIR_OTELCOL";

    /// How connections are secured.
    enum Security {
        PLAIN,
        TLS,
        MTLS
    }

    private final PeerProcesses processes = new PeerProcesses();
    private final Map<Security, Integer> grpc = new EnumMap<>(Security.class);
    private final Map<Security, Integer> http = new EnumMap<>(Security.class);

    private OtelCollector() throws IOException {
        for (var security : Security.values()) {
            grpc.put(security, freePort());
            http.put(security, freePort());
        }
    }

    /// A started collector.
    ///
    /// @param receivers by gRPC with gzip, by HTTP with protobuf and gzip, by HTTP with JSON
    /// @throws AbsentException where there is no binary
    static OtelCollector start(
            PeerCertificate server, PeerCertificate client, List<OtlpReceiver> receivers)
            throws IOException, InterruptedException {
        var binary = binary();
        var collector = new OtelCollector();
        try {
            var config = collector.processes.folder().resolve("config.yaml");
            Files.writeString(config, collector.config(server, client, receivers));
            var process =
                    collector.processes.start(
                            "collector", List.of(binary.toString(), "--config", config.toString()));
            var end = System.nanoTime() + Duration.ofMinutes(1).toNanos();
            while (!collector.listens()) {
                if (!process.isAlive() || System.nanoTime() > end) {
                    throw new IOException(
                            "the collector did not start:\n"
                                    + collector.processes.log("collector"));
                }
                Thread.sleep(100);
            }
            return collector;
        } catch (IOException | InterruptedException | RuntimeException e) {
            collector.close();
            throw e;
        }
    }

    private String config(
            PeerCertificate server, PeerCertificate client, List<OtlpReceiver> receivers) {
        var tls = "cert_file: " + server.certificate() + ", key_file: " + server.key();
        var text = new StringBuilder("receivers:\n");
        for (var security : Security.values()) {
            var secured =
                    switch (security) {
                        case PLAIN -> "";
                        case TLS -> ", tls: {" + tls + "}";
                        case MTLS ->
                                ", tls: {"
                                        + tls
                                        + ", client_ca_file: "
                                        + client.certificate()
                                        + "}";
                    };
            text.append("  otlp/%s:\n    protocols:\n".formatted(security));
            text.append(
                    "      grpc: {endpoint: \"127.0.0.1:%d\"%s}\n"
                            .formatted(grpc.get(security), secured));
            text.append(
                    "      http: {endpoint: \"127.0.0.1:%d\"%s}\n"
                            .formatted(http.get(security), secured));
        }
        return text.append(
                        """
                        exporters:
                          debug: {verbosity: detailed, use_internal_logger: false}
                          otlp: {endpoint: "127.0.0.1:%d", tls: {insecure: true}}
                          otlphttp/protobuf: {endpoint: "http://127.0.0.1:%d", compression: gzip}
                          otlphttp/json: {endpoint: "http://127.0.0.1:%d", compression: none, encoding: json}
                        service:
                          telemetry:
                            metrics: {level: none}
                          pipelines:
                        """
                                .formatted(
                                        receivers.get(0).grpcPort(),
                                        receivers.get(1).httpPort(),
                                        receivers.get(2).httpPort()))
                .append(pipeline("traces"))
                .append(pipeline("metrics"))
                .append(pipeline("logs"))
                .toString();
    }

    private static String pipeline(String signal) {
        return "    "
                + signal
                + ": {receivers: [otlp/PLAIN, otlp/TLS, otlp/MTLS],"
                + " exporters: [debug, otlp, otlphttp/protobuf, otlphttp/json]}\n";
    }

    private boolean listens() {
        for (var ports : List.of(grpc, http)) {
            for (int port : ports.values()) {
                try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                    socket.getPort();
                } catch (IOException _) {
                    return false;
                }
            }
        }
        return true;
    }

    /// Where a signal goes.
    URI uri(Security security, Protocol protocol, Signal signal) {
        var scheme = security == Security.PLAIN ? "http" : "https";
        return URI.create(
                protocol == Protocol.GRPC
                        ? scheme + "://localhost:" + grpc.get(security)
                        : scheme + "://localhost:" + http.get(security) + signal.httpPath());
    }

    /// What was printed about the request that is marked so; empty where nothing was yet.
    String printed(String name) throws IOException {
        var all =
                Files.readString(
                        processes.folder().resolve("collector.log"), StandardCharsets.UTF_8);
        int at = all.indexOf("     -> case: Str(" + name + ")\n");
        if (at < 0) {
            return "";
        }
        int end = all.indexOf("\n\n", at);
        return all.substring(at, end < 0 ? all.length() : end + 1);
    }

    @Override
    public void close() {
        processes.close();
    }

    private static Path binary() {
        var named = Optional.ofNullable(System.getenv("WEIR_OTELCOL")).map(Path::of);
        var file = named.orElseGet(() -> KubernetesPeer.folder().resolve("otelcol"));
        if (!Files.isExecutable(file)) {
            throw new AbsentException(HINT);
        }
        return file;
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
