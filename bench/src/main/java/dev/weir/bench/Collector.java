package dev.weir.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/// The OpenTelemetry Collector, in the smallest build that receives OTLP and sends it on in
/// batches: what `conformance/peers/collector.sh` makes.
final class Collector implements AutoCloseable {
    private static final int TRIES = 600;

    private final Process process;
    private final int port;

    private Collector(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /// Starts one that sends to a port of this machine; empty, with a line that says why, where
    /// there is none.
    static Optional<Collector> start(Path folder, int to) throws IOException, InterruptedException {
        var binary = binary();
        if (binary.isEmpty()) {
            System.out.println(
                    "skipped: needs the OpenTelemetry Collector; run"
                            + " conformance/peers/collector.sh, or name it in WEIR_OTELCOL");
            return Optional.empty();
        }
        int port = freePort();
        var config = folder.resolve("collector.yaml");
        Files.writeString(config, config(port, to));
        var process =
                new ProcessBuilder(binary.get().toString(), "--config", config.toString())
                        .redirectErrorStream(true)
                        .redirectOutput(folder.resolve("collector.log").toFile())
                        .start();
        for (int i = 0; i < TRIES && process.isAlive(); i++) {
            if (listens(port)) {
                return Optional.of(new Collector(process, port));
            }
            Thread.sleep(100);
        }
        process.destroyForcibly();
        throw new IOException(
                "the collector does not listen: "
                        + Files.readString(folder.resolve("collector.log")));
    }

    private static Optional<Path> binary() {
        var named = System.getenv("WEIR_OTELCOL");
        var peers = System.getenv("WEIR_PEERS");
        var cache = System.getenv("XDG_CACHE_HOME");
        var home = Path.of(System.getProperty("user.home"), ".cache");
        return Stream.of(
                        named == null ? null : Path.of(named),
                        peers == null ? null : Path.of(peers, "otelcol"),
                        (cache == null ? home : Path.of(cache)).resolve("weir/peers/otelcol"))
                .filter(path -> path != null && Files.isExecutable(path))
                .findFirst();
    }

    private static String config(int port, int to) {
        return """
        receivers:
          otlp: {protocols: {http: {endpoint: "127.0.0.1:%d"}}}
        processors:
          batch: {}
        exporters:
          otlphttp: {endpoint: "http://127.0.0.1:%d", compression: none}
        service:
          telemetry: {metrics: {level: none}}
          pipelines:
            traces: {receivers: [otlp], processors: [batch], exporters: [otlphttp]}
            metrics: {receivers: [otlp], processors: [batch], exporters: [otlphttp]}
            logs: {receivers: [otlp], processors: [batch], exporters: [otlphttp]}
        """
                .formatted(port, to);
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static boolean listens(int port) {
        try (var _ = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return true;
        } catch (IOException _) {
            return false;
        }
    }

    int httpPort() {
        return port;
    }

    double residentMegabytes() {
        return Memory.residentMegabytes(process.pid());
    }

    @Override
    public void close() {
        process.destroy();
    }
}
