package dev.weir.telemetry.otlp;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Where one signal goes, and how.
///
/// @param uri `http` or `https`, with a host. For HTTP the whole address, such as
///   `http://localhost:4318/v1/traces`; for gRPC the path is the service's and this one's is
///   ignored
/// @param protocol how requests are written
/// @param headers sent with each request; names in any case
/// @param timeout for one attempt, from connecting to the end of the answer
/// @param exportTimeout for all attempts together: what failed for so long, and is not on disk, is
///   dropped; null: as the [RetryPolicy] says
/// @param compression of what is sent
/// @param tls the files for `https`
public record OtlpEndpoint(
        URI uri,
        Protocol protocol,
        Map<String, String> headers,
        Duration timeout,
        @Nullable Duration exportTimeout,
        Compression compression,
        TlsFiles tls) {
    private static final int HEADER_LIMIT = 8 << 10;

    /// Refuses what is out of range.
    public OtlpEndpoint {
        Objects.requireNonNull(protocol, "protocol");
        Objects.requireNonNull(compression, "compression");
        Objects.requireNonNull(tls, "tls");
        var scheme = uri.getScheme();
        if (scheme == null
                || !scheme.equalsIgnoreCase("http") && !scheme.equalsIgnoreCase("https")
                || uri.getHost() == null
                || uri.getRawUserInfo() != null) {
            throw new IllegalArgumentException(
                    "endpoint " + uri + ": expected http://HOST:PORT or https://HOST:PORT");
        }
        if (!timeout.isPositive() || exportTimeout != null && !exportTimeout.isPositive()) {
            throw new IllegalArgumentException(
                    "timeouts are " + timeout + ", " + exportTimeout + ": expected more than zero");
        }
        headers = checked(headers);
    }

    /// Where receivers of a signal listen by the OTLP specification.
    public static OtlpEndpoint of(Signal signal, Protocol protocol) {
        var uri =
                protocol == Protocol.GRPC
                        ? "http://localhost:4317"
                        : "http://localhost:4318" + signal.httpPath();
        return of(URI.create(uri), protocol);
    }

    /// Ten seconds, no headers, no compression, the JDK's trusted authorities.
    public static OtlpEndpoint of(URI uri, Protocol protocol) {
        return new OtlpEndpoint(
                uri,
                protocol,
                Map.of(),
                Duration.ofSeconds(10),
                null,
                Compression.NONE,
                TlsFiles.NONE);
    }

    /// The same with headers.
    public OtlpEndpoint withHeaders(Map<String, String> headers) {
        return new OtlpEndpoint(uri, protocol, headers, timeout, exportTimeout, compression, tls);
    }

    /// The same with another timeout.
    public OtlpEndpoint withTimeout(Duration timeout) {
        return new OtlpEndpoint(uri, protocol, headers, timeout, exportTimeout, compression, tls);
    }

    /// The same with a timeout for all attempts together.
    public OtlpEndpoint withExportTimeout(Duration exportTimeout) {
        return new OtlpEndpoint(uri, protocol, headers, timeout, exportTimeout, compression, tls);
    }

    /// The same with another compression.
    public OtlpEndpoint withCompression(Compression compression) {
        return new OtlpEndpoint(uri, protocol, headers, timeout, exportTimeout, compression, tls);
    }

    /// The same with files for TLS.
    public OtlpEndpoint withTls(TlsFiles tls) {
        return new OtlpEndpoint(uri, protocol, headers, timeout, exportTimeout, compression, tls);
    }

    /// Whether both can use one connection.
    boolean sharesReceiver(OtlpEndpoint other) {
        return host().equals(other.host())
                && port() == other.port()
                && secure() == other.secure()
                && protocol == other.protocol
                && Objects.equals(tls.trusted, other.tls.trusted)
                && Objects.equals(tls.certificate, other.tls.certificate)
                && Objects.equals(tls.key, other.tls.key);
    }

    boolean secure() {
        return uri.getScheme().equalsIgnoreCase("https");
    }

    int port() {
        return uri.getPort() >= 0 ? uri.getPort() : secure() ? 443 : 80;
    }

    /// The host without the brackets of an IPv6 address.
    String host() {
        var host = uri.getHost();
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }

    /// `Host` and `:authority`.
    String authority() {
        return uri.getPort() < 0 ? uri.getHost() : uri.getHost() + ":" + uri.getPort();
    }

    private static Map<String, String> checked(Map<String, String> headers) {
        var lower = new TreeMap<String, String>();
        for (var header : headers.entrySet()) {
            var name = header.getKey();
            if (!name.matches("[!#$%&'*+.^_`|~0-9A-Za-z-]+")) {
                throw new IllegalArgumentException("header " + name + ": expected a name of HTTP");
            }
            for (char character : header.getValue().toCharArray()) {
                if (!visible(character)) {
                    throw new IllegalArgumentException(
                            "header "
                                    + name
                                    + ": its value has a character that HTTP does not"
                                    + " allow");
                }
            }
            lower.put(name.toLowerCase(Locale.ROOT), header.getValue());
        }
        int size = 0;
        for (var header : lower.entrySet()) {
            size += header.getKey().length() + header.getValue().length();
        }
        if (size > HEADER_LIMIT) {
            throw new IllegalArgumentException(
                    "headers have " + size + " bytes: expected at most " + HEADER_LIMIT);
        }
        return Map.copyOf(lower);
    }

    private static boolean visible(int character) {
        return character == '\t' || character >= ' ' && character != 0x7f && character <= 0xff;
    }

    /// How a request is written.
    public enum Protocol {
        /// OTLP/gRPC over HTTP/2.
        GRPC("grpc"),
        /// OTLP/HTTP with protobuf.
        HTTP_PROTOBUF("http/protobuf"),
        /// OTLP/HTTP with JSON.
        HTTP_JSON("http/json");

        private final String word;

        Protocol(String word) {
            this.word = word;
        }

        /// The word in `OTEL_EXPORTER_OTLP_PROTOCOL`.
        public String word() {
            return word;
        }
    }

    /// What is done to the bytes of a request.
    public enum Compression {
        /// Nothing.
        NONE,
        /// They are sent as gzip.
        GZIP
    }

    /// Files in PEM.
    ///
    /// @param trusted certificates of authorities; null for those of the JDK
    /// @param certificate the client's certificate, the chain behind it; null for none
    /// @param key the client's private key: PKCS #8, PKCS #1 or SEC 1, not encrypted; null for none
    public record TlsFiles(@Nullable Path trusted, @Nullable Path certificate, @Nullable Path key) {
        /// The JDK's trusted authorities, no client certificate.
        public static final TlsFiles NONE = new TlsFiles(null, null, null);

        /// Refuses what is out of range.
        public TlsFiles {
            if ((certificate == null) != (key == null)) {
                throw new IllegalArgumentException(
                        "TLS: expected a client certificate and its key, or neither");
            }
        }
    }
}
