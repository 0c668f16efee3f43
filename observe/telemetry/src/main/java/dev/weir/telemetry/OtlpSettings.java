package dev.weir.telemetry;

import dev.weir.telemetry.otlp.OtlpEndpoint;
import dev.weir.telemetry.otlp.OtlpEndpoint.Compression;
import dev.weir.telemetry.otlp.OtlpEndpoint.Protocol;
import dev.weir.telemetry.otlp.OtlpEndpoint.TlsFiles;
import dev.weir.telemetry.otlp.OtlpOptions;
import dev.weir.telemetry.otlp.Signal;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The settings `otel.exporter.otlp.*`: each for all signals, or for one, which wins (OpenTelemetry
/// Protocol Exporter specification). Ours are `weir.spool.directory`, `weir.spool.bytes` and
/// `weir.otlp.memory.bytes`.
final class OtlpSettings {
    private static final String ALL = "otel.exporter.otlp.";
    private static final long SPOOL_BYTES = 64L << 20;

    private final Settings settings;

    OtlpSettings(Settings settings) {
        this.settings = settings;
    }

    /// The options for the signals that are sent by OTLP.
    OtlpOptions options(Set<Signal> signals) {
        var endpoints = new EnumMap<Signal, OtlpEndpoint>(Signal.class);
        for (var signal : signals) {
            endpoints.put(signal, endpoint(signal));
        }
        var options = OtlpOptions.of(endpoints);
        var memory = settings.bytes("weir.otlp.memory.bytes", 1 << 16);
        if (memory.isPresent()) {
            options = options.withMemoryBytes(memory.get());
        }
        var spool = settings.parsed("weir.spool.directory", "a folder", path());
        if (spool.isPresent()) {
            long bytes = settings.bytes("weir.spool.bytes", 1 << 20).orElse(SPOOL_BYTES);
            options = options.withSpool(new OtlpOptions.SpoolOptions(spool.get(), bytes));
        }
        return options;
    }

    private OtlpEndpoint endpoint(Signal signal) {
        var protocol =
                either(signal, "protocol", "grpc, http/protobuf or http/json", this::protocol)
                        .orElse(Protocol.HTTP_PROTOBUF);
        var endpoint =
                OtlpEndpoint.of(uri(signal, protocol), protocol)
                        .withHeaders(headers(signal))
                        .withTimeout(timeout(signal))
                        .withCompression(
                                either(signal, "compression", "gzip or none", this::compression)
                                        .orElse(Compression.NONE))
                        .withTls(tls(signal));
        return exportTimeout(signal).map(endpoint::withExportTimeout).orElse(endpoint);
    }

    private URI uri(Signal signal, Protocol protocol) {
        var own = uri(signal, ALL + signal.word() + ".endpoint", protocol, "");
        if (own.isPresent()) {
            return own.get();
        }
        var path = protocol == Protocol.GRPC ? "" : signal.httpPath();
        return uri(signal, ALL + "endpoint", protocol, path)
                .orElseGet(() ->
                        protocol == Protocol.GRPC
                                ? URI.create("http://localhost:4317")
                                : URI.create("http://localhost:4318" + path));
    }

    private Optional<URI> uri(Signal signal, String name, Protocol protocol, String path) {
        return settings.parsed(
                name,
                "http://HOST:PORT or https://HOST:PORT",
                value -> {
                    var text = value;
                    if (protocol == Protocol.GRPC && !text.contains("://")) {
                        text = (insecure(signal) ? "http://" : "https://") + text;
                    }
                    if (!path.isEmpty()) {
                        text =
                                (text.endsWith("/") ? text.substring(0, text.length() - 1) : text)
                                        + path;
                    }
                    return Optional.of(OtlpEndpoint.of(URI.create(text), protocol).uri());
                });
    }

    private boolean insecure(Signal signal) {
        var own = ALL + signal.word() + ".insecure";
        return settings.text(own).isPresent()
                ? settings.truth(own)
                : settings.truth(ALL + "insecure");
    }

    private Map<String, String> headers(Signal signal) {
        var own = ALL + signal.word() + ".headers";
        var name = settings.text(own).isPresent() ? own : ALL + "headers";
        var headers = settings.pairs(name);
        try {
            OtlpEndpoint.of(URI.create("http://localhost"), Protocol.GRPC).withHeaders(headers);
            return headers;
        } catch (IllegalArgumentException e) {
            Settings.warn(name, headers.keySet().toString(), "headers that HTTP allows");
            return Map.of();
        }
    }

    private Duration timeout(Signal signal) {
        return settings.time(ALL + signal.word() + ".timeout")
                .or(() -> settings.time(ALL + "timeout"))
                .orElse(Duration.ofSeconds(10));
    }

    /// The time that the specification's batch processors give an export. Their default of 30 s is
    /// not ours: what waits for a receiver that is away waits longer.
    private Optional<Duration> exportTimeout(Signal signal) {
        return switch (signal) {
            case TRACES -> settings.time("otel.bsp.export.timeout");
            case LOGS -> settings.time("otel.blrp.export.timeout");
            case METRICS -> Optional.empty();
        };
    }

    private TlsFiles tls(Signal signal) {
        var trusted = either(signal, "certificate", "a file", path()).orElse(null);
        var key = either(signal, "client.key", "a file", path()).orElse(null);
        var certificate = either(signal, "client.certificate", "a file", path()).orElse(null);
        return complete(trusted, certificate, key);
    }

    private static TlsFiles complete(
            @Nullable Path trusted, @Nullable Path certificate, @Nullable Path key) {
        if ((certificate == null) != (key == null)) {
            Settings.warn(
                    ALL + (key == null ? "client.certificate" : "client.key"),
                    String.valueOf(key == null ? certificate : key),
                    "a client certificate and its key, or neither");
            return new TlsFiles(trusted, null, null);
        }
        return new TlsFiles(trusted, certificate, key);
    }

    private <T> Optional<T> either(
            Signal signal, String word, String expected, Function<String, Optional<T>> parser) {
        return settings.parsed(ALL + signal.word() + "." + word, expected, parser)
                .or(() -> settings.parsed(ALL + word, expected, parser));
    }

    private Optional<Protocol> protocol(String word) {
        return switch (word) {
            case "grpc" -> Optional.of(Protocol.GRPC);
            case "http/protobuf" -> Optional.of(Protocol.HTTP_PROTOBUF);
            case "http/json" -> Optional.of(Protocol.HTTP_JSON);
            default -> Optional.empty();
        };
    }

    private Optional<Compression> compression(String word) {
        return switch (word) {
            case "gzip" -> Optional.of(Compression.GZIP);
            case "none" -> Optional.of(Compression.NONE);
            default -> Optional.empty();
        };
    }

    private static Function<String, Optional<Path>> path() {
        // An invalid path is an IllegalArgumentException.
        return value -> Optional.of(Path.of(value));
    }
}
