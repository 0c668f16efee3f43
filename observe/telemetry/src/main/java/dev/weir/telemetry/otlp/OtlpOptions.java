package dev.weir.telemetry.otlp;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// How one signal is sent by OTLP.
///
/// @param endpoint where to: for gRPC the server, for HTTP the whole URL with its path, used as it
///   is. Scheme `http` or `https`
/// @param protocol the transport and encoding
/// @param headers sent with each request; names in lower case
/// @param timeout how long one request may take in all, with its retries; above 0
/// @param compression of the request's body
/// @param tls what is trusted and shown, for `https`
/// @param retry when a request is sent again
/// @param queueBytes how many bytes of requests wait in memory at most; what is beyond them goes to
///   the spool, or is dropped
/// @param spool where requests wait that cannot be delivered; null: nowhere, they are dropped
public record OtlpOptions(
        URI endpoint,
        Protocol protocol,
        Map<String, String> headers,
        Duration timeout,
        Compression compression,
        Tls tls,
        Retry retry,
        long queueBytes,
        @Nullable Spool spool) {

    /// The transport and encoding, by their words in `OTEL_EXPORTER_OTLP_PROTOCOL`.
    public enum Protocol {
        GRPC("grpc"),
        HTTP_PROTOBUF("http/protobuf"),
        HTTP_JSON("http/json");

        private final String word;

        Protocol(String word) {
            this.word = word;
        }

        /// The word in the environment.
        public String word() {
            return word;
        }

        /// The default endpoint of a signal, by the OTLP specification.
        public URI defaultEndpoint(Signal signal) {
            return switch (this) {
                case GRPC -> URI.create("http://localhost:4317");
                case HTTP_PROTOBUF, HTTP_JSON ->
                        URI.create("http://localhost:4318" + signal.httpPath());
            };
        }
    }

    /// How bodies are compressed.
    public enum Compression {
        NONE,
        GZIP
    }

    /// What is trusted and shown, as PEM files.
    ///
    /// @param certificate whom to trust; null: whom the JDK trusts
    /// @param clientCertificate who we are; null: nobody
    /// @param clientKey the key of that, PKCS #8; there when and only when the certificate is
    public record Tls(
            @Nullable Path certificate,
            @Nullable Path clientCertificate,
            @Nullable Path clientKey) {
        /// What the JDK trusts, and no certificate of our own.
        public static final Tls DEFAULT = new Tls(null, null, null);

        public Tls {
            if ((clientCertificate == null) != (clientKey == null)) {
                throw new IllegalArgumentException(
                        "client certificate and client key: expected both or none, found "
                                + clientCertificate
                                + " and "
                                + clientKey);
            }
        }
    }

    /// When a request is sent again: after delays that grow, with jitter.
    ///
    /// @param attempts how often a request is sent at most; from 1
    /// @param first the delay before the second attempt
    /// @param greatest the greatest delay
    /// @param factor by which delays grow; from 1
    public record Retry(int attempts, Duration first, Duration greatest, double factor) {
        /// Five attempts; 1 second, times 1.5, up to 5 seconds.
        public static final Retry DEFAULT =
                new Retry(5, Duration.ofSeconds(1), Duration.ofSeconds(5), 1.5);

        public Retry {
            if (attempts < 1 || !(factor >= 1)) {
                throw new IllegalArgumentException(
                        "retry: expected attempts and factor from 1, found "
                                + attempts
                                + " and "
                                + factor);
            }
            if (!first.isPositive() || greatest.compareTo(first) < 0) {
                throw new IllegalArgumentException(
                        "retry: expected 0 < first <= greatest, found " + first + ", " + greatest);
            }
        }
    }

    /// Where requests wait on disk.
    ///
    /// @param directory the folder; made when it is not there; one process at a time uses it
    /// @param maxBytes how much it may hold; the oldest requests go first. From 64 KiB
    /// @param maxAge how long a request is worth delivering
    public record Spool(Path directory, long maxBytes, Duration maxAge) {
        public Spool {
            Objects.requireNonNull(directory, "directory");
            if (maxBytes < 64 << 10) {
                throw new IllegalArgumentException(
                        "spool: expected at least 65536 bytes, found " + maxBytes);
            }
            if (!maxAge.isPositive()) {
                throw new IllegalArgumentException(
                        "spool: expected a positive age, found " + maxAge);
            }
        }

        /// A folder of up to 64 MiB, with requests up to a day old.
        public static Spool of(Path directory) {
            return new Spool(directory, 64L << 20, Duration.ofDays(1));
        }
    }

    public OtlpOptions {
        Objects.requireNonNull(protocol, "protocol");
        Objects.requireNonNull(compression, "compression");
        Objects.requireNonNull(tls, "tls");
        Objects.requireNonNull(retry, "retry");
        var scheme = endpoint.getScheme();
        if (endpoint.getHost() == null || !("http".equals(scheme) || "https".equals(scheme))) {
            throw new IllegalArgumentException(
                    "endpoint: expected http://host or https://host, found " + endpoint);
        }
        if (!timeout.isPositive()) {
            throw new IllegalArgumentException(
                    "timeout: expected a positive duration, found " + timeout);
        }
        if (queueBytes < 64 << 10) {
            throw new IllegalArgumentException(
                    "queueBytes: expected at least 65536, found " + queueBytes);
        }
        var lower = new TreeMap<String, String>();
        headers.forEach((name, value) -> lower.put(name.toLowerCase(java.util.Locale.ROOT), value));
        headers = Map.copyOf(lower);
    }

    /// To the protocol's default endpoint, as the OTLP specification has it: 10 seconds, no
    /// headers, no compression; 8 MiB wait in memory, and nothing on disk.
    public static OtlpOptions of(Signal signal, Protocol protocol) {
        return to(protocol.defaultEndpoint(signal), protocol);
    }

    /// The defaults, to an endpoint that is used as it is.
    public static OtlpOptions to(URI endpoint, Protocol protocol) {
        return new OtlpOptions(
                endpoint,
                protocol,
                Map.of(),
                Duration.ofSeconds(10),
                Compression.NONE,
                Tls.DEFAULT,
                Retry.DEFAULT,
                8L << 20,
                null);
    }

    /// The same, with other headers.
    public OtlpOptions withHeaders(Map<String, String> headers) {
        return new OtlpOptions(
                endpoint, protocol, headers, timeout, compression, tls, retry, queueBytes, spool);
    }

    /// The same, with another timeout.
    public OtlpOptions withTimeout(Duration timeout) {
        return new OtlpOptions(
                endpoint, protocol, headers, timeout, compression, tls, retry, queueBytes, spool);
    }

    /// The same, with another compression.
    public OtlpOptions withCompression(Compression compression) {
        return new OtlpOptions(
                endpoint, protocol, headers, timeout, compression, tls, retry, queueBytes, spool);
    }

    /// The same, with other keys.
    public OtlpOptions withTls(Tls tls) {
        return new OtlpOptions(
                endpoint, protocol, headers, timeout, compression, tls, retry, queueBytes, spool);
    }

    /// The same, with other retries.
    public OtlpOptions withRetry(Retry retry) {
        return new OtlpOptions(
                endpoint, protocol, headers, timeout, compression, tls, retry, queueBytes, spool);
    }

    /// The same, with another bound of memory.
    public OtlpOptions withQueueBytes(long queueBytes) {
        return new OtlpOptions(
                endpoint, protocol, headers, timeout, compression, tls, retry, queueBytes, spool);
    }

    /// The same, with another spool.
    public OtlpOptions withSpool(@Nullable Spool spool) {
        return new OtlpOptions(
                endpoint, protocol, headers, timeout, compression, tls, retry, queueBytes, spool);
    }
}
