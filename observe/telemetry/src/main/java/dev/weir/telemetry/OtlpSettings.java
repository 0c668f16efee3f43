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
import org.jspecify.annotations.Nullable;

/// The settings `otel.exporter.otlp.*`: each for all signals, or for one, which wins (OpenTelemetry
/// Protocol Exporter specification). Ours are `weir.spool.directory`, `weir.spool.bytes` and
/// `weir.otlp.memory.bytes`.
final class OtlpSettings {
    private static final String ALL = "otel.exporter.otlp.";
    private static final long SPOOL_BYTES = 64L << 20;

    private static final Map<String, Protocol> PROTOCOLS =
            Map.of(
                    "grpc", Protocol.GRPC,
                    "http/protobuf", Protocol.HTTP_PROTOBUF,
                    "http/json", Protocol.HTTP_JSON);

    private static final Map<String, Compression> COMPRESSIONS =
            Map.of("gzip", Compression.GZIP, "none", Compression.NONE);

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
        var spool = settings.path("weir.spool.directory", "a folder");
        if (spool.isPresent()) {
            long bytes = settings.bytes("weir.spool.bytes", 1 << 20).orElse(SPOOL_BYTES);
            options = options.withSpool(new OtlpOptions.SpoolOptions(spool.get(), bytes));
        }
        return options;
    }

    private OtlpEndpoint endpoint(Signal signal) {
        var protocol =
                either(signal, "protocol", PROTOCOLS, "grpc, http/protobuf or http/json")
                        .orElse(Protocol.HTTP_PROTOBUF);
        var endpoint =
                OtlpEndpoint.of(uri(signal, protocol), protocol)
                        .withHeaders(headers(signal))
                        .withTimeout(timeout(signal))
                        .withCompression(
                                either(signal, "compression", COMPRESSIONS, "gzip or none")
                                        .orElse(Compression.NONE))
                        .withTls(tls(signal));
        var exportTimeout = exportTimeout(signal);
        return exportTimeout.isEmpty() ? endpoint : endpoint.withExportTimeout(exportTimeout.get());
    }

    private URI uri(Signal signal, Protocol protocol) {
        var own = uri(signal, ALL + signal.word() + ".endpoint", protocol, "");
        if (own.isPresent()) {
            return own.get();
        }
        var path = protocol == Protocol.GRPC ? "" : signal.httpPath();
        var all = uri(signal, ALL + "endpoint", protocol, path);
        return all.isPresent() ? all.get() : OtlpEndpoint.of(signal, protocol).uri();
    }

    private Optional<URI> uri(Signal signal, String name, Protocol protocol, String path) {
        var value = settings.text(name);
        if (value.isEmpty()) {
            return Optional.empty();
        }
        var text = value.get();
        if (protocol == Protocol.GRPC && !text.contains("://")) {
            text = (insecure(signal) ? "http://" : "https://") + text;
        }
        if (!path.isEmpty()) {
            text = (text.endsWith("/") ? text.substring(0, text.length() - 1) : text) + path;
        }
        try {
            return Optional.of(OtlpEndpoint.of(URI.create(text), protocol).uri());
        } catch (IllegalArgumentException _) {
            Settings.warn(name, value.get(), "http://HOST:PORT or https://HOST:PORT");
            return Optional.empty();
        }
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
        var own = settings.timeout(ALL + signal.word() + ".timeout");
        return own.isPresent()
                ? own.get()
                : settings.timeout(ALL + "timeout").orElse(Duration.ofSeconds(10));
    }

    /// The time that the specification's batch processors give an export. Their default of 30 s is
    /// not ours: what waits for a receiver that is away waits longer.
    private Optional<Duration> exportTimeout(Signal signal) {
        return switch (signal) {
            case TRACES -> settings.timeout("otel.bsp.export.timeout");
            case LOGS -> settings.timeout("otel.blrp.export.timeout");
            case METRICS -> Optional.empty();
        };
    }

    private TlsFiles tls(Signal signal) {
        var trusted = file(signal, "certificate");
        var key = file(signal, "client.key");
        var certificate = file(signal, "client.certificate");
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
            Signal signal, String word, Map<String, T> words, String expected) {
        var own = settings.choice(ALL + signal.word() + "." + word, words, expected);
        return own.isPresent() ? own : settings.choice(ALL + word, words, expected);
    }

    private @Nullable Path file(Signal signal, String word) {
        var own = settings.path(ALL + signal.word() + "." + word, "a file");
        return own.isPresent() ? own.get() : settings.path(ALL + word, "a file").orElse(null);
    }
}
