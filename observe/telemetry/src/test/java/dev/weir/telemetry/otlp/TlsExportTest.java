package dev.weir.telemetry.otlp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.telemetry.TelemetryException;
import dev.weir.telemetry.otlp.OtlpEndpoint.Compression;
import dev.weir.telemetry.otlp.OtlpEndpoint.Protocol;
import dev.weir.telemetry.otlp.OtlpEndpoint.TlsFiles;
import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.netty.handler.ssl.ClientAuth;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.security.KeyPairGenerator;
import java.security.interfaces.ECPrivateKey;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// TLS and mutual TLS, against grpc-java and the JDK's HTTPS server.
class TlsExportTest {
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final int PKCS1_OFFSET = 26;

    @TempDir private static Path folder;
    private static @Nullable Certificates server;
    private static @Nullable Certificates client;
    private static @Nullable Certificates stranger;

    @BeforeAll
    static void makeCertificates() {
        server = new Certificates(folder, "server", "EC");
        client = new Certificates(folder, "client", "RSA");
        stranger = new Certificates(folder, "stranger", "EC");
    }

    private static SslContext mutual() throws IOException {
        return GrpcSslContexts.forServer(server.certificate.toFile(), server.key.toFile())
                .trustManager(client.certificate.toFile())
                .clientAuth(ClientAuth.REQUIRE)
                .build();
    }

    private static Exporter exporter(URI uri, Protocol protocol, TlsFiles tls) {
        var endpoint =
                OtlpEndpoint.of(uri, protocol).withTls(tls).withCompression(Compression.GZIP);
        return Exporter.start(
                OtlpOptions.of(Map.of(Signal.TRACES, endpoint))
                        .withRetry(
                                new RetryPolicy(
                                        Duration.ofMillis(10), Duration.ofMillis(50), 2, 0, LONG))
                        .withCloseTimeout(Duration.ofMillis(100)));
    }

    private static TlsFiles files() {
        return new TlsFiles(server.certificate, client.certificate, client.key);
    }

    private static long retries(Exporter exporter) {
        return exporter.stats().signals().get(Signal.TRACES).retries();
    }

    @Test
    void shakesHandsWithGrpcJava() throws IOException {
        try (var peer = new GrpcPeer(0, mutual());
                var exporter = exporter(peer.uri("https"), Protocol.GRPC, files())) {
            for (int i = 0; i < 5; i++) {
                exporter.accept(Samples.payload(Signal.TRACES, 3000, i));
                assertThat(exporter.flush(LONG)).isTrue();
            }
            assertThat(exporter.stats().delivered()).isEqualTo(15_000);
            assertThat(exporter.stats().signals().get(Signal.TRACES).retries()).isZero();
        }
    }

    @Test
    void shakesHandsWithTheJdk() throws Exception {
        try (var peer = new HttpPeer(server.server(client));
                var exporter =
                        exporter(
                                peer.uri("https", "/v1/traces"), Protocol.HTTP_PROTOBUF, files())) {
            for (int i = 0; i < 5; i++) {
                exporter.accept(Samples.payload(Signal.TRACES, 3000, i));
                assertThat(exporter.flush(LONG)).isTrue();
            }
            assertThat(exporter.stats().delivered()).isEqualTo(15_000);
        }
    }

    @Test
    void trustsNoStranger() throws IOException {
        var wrong = new TlsFiles(stranger.certificate, client.certificate, client.key);
        var jdk = new TlsFiles(null, client.certificate, client.key);
        try (var peer = new GrpcPeer(0, mutual())) {
            for (var tls :
                    new TlsFiles[] {wrong, jdk, new TlsFiles(server.certificate, null, null)}) {
                try (var exporter = exporter(peer.uri("https"), Protocol.GRPC, tls)) {
                    exporter.accept(Samples.payload(Signal.TRACES, 1, 1));
                    Await.until(() -> retries(exporter) > 0);
                }
            }
            assertThat(peer.received).isEmpty();
        }
    }

    @Test
    void readsFilesAgainWhenTheyWereRenewed() throws IOException {
        var trusted = Files.copy(stranger.certificate, folder.resolve("renewed.crt"));
        var tls = new TlsFiles(trusted, client.certificate, client.key);
        try (var peer = new GrpcPeer(0, mutual());
                var exporter = exporter(peer.uri("https"), Protocol.GRPC, tls)) {
            exporter.accept(Samples.payload(Signal.TRACES, 1, 1));
            Await.until(() -> retries(exporter) > 0);
            Files.copy(server.certificate, trusted, StandardCopyOption.REPLACE_EXISTING);
            Files.setLastModifiedTime(trusted, FileTime.from(Instant.now().plusSeconds(5)));
            assertThat(exporter.flush(LONG)).isTrue();
        }
    }

    @Test
    void readsKeysInEveryForm() throws Exception {
        var rsa = client.privateKey();
        var pkcs8 = rsa.getEncoded();
        var pkcs1 = Arrays.copyOfRange(pkcs8, PKCS1_OFFSET, pkcs8.length);
        assertThat(key("RSA PRIVATE KEY", pkcs1).key()).isEqualTo(rsa);
        assertThat(key("PRIVATE KEY", pkcs8).key()).isEqualTo(rsa);
        var ed25519 = KeyPairGenerator.getInstance("Ed25519").generateKeyPair().getPrivate();
        assertThat(key("PRIVATE KEY", ed25519.getEncoded()).key()).isEqualTo(ed25519);
        var generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        var ec = (ECPrivateKey) generator.generateKeyPair().getPrivate();
        var read = (ECPrivateKey) key("EC PRIVATE KEY", sec1(ec)).key();
        assertThat(read.getS()).isEqualTo(ec.getS());
    }

    /// RFC 5915 §3, without the public key.
    private static byte[] sec1(ECPrivateKey key) {
        var curve = HexFormat.of().parseHex("06082a8648ce3d030107");
        var secret = key.getS().toByteArray();
        var body = new ByteArrayOutputStream();
        body.writeBytes(new byte[] {2, 1, 1, 4, 32});
        body.writeBytes(new byte[Math.max(0, 32 - secret.length)]);
        int skipped = Math.max(0, secret.length - 32);
        body.write(secret, skipped, secret.length - skipped);
        body.writeBytes(new byte[] {(byte) 0xa0, (byte) curve.length});
        body.writeBytes(curve);
        var whole = new ByteArrayOutputStream();
        whole.writeBytes(new byte[] {0x30, (byte) body.size()});
        whole.writeBytes(body.toByteArray());
        return whole.toByteArray();
    }

    private static Pem key(String label, byte[] bytes) throws IOException {
        var file = folder.resolve("key");
        Files.writeString(file, Certificates.pem(label, bytes));
        return Pem.read(file);
    }

    @Test
    void saysWhatItCannotRead() throws IOException {
        var file = folder.resolve("bad.pem");
        for (var text :
                new String[] {
                    "",
                    Certificates.pem("PRIVATE KEY", new byte[] {1, 2, 3}),
                    Certificates.pem("RSA PRIVATE KEY", new byte[] {1, 2}),
                    Certificates.pem("EC PRIVATE KEY", new byte[] {0x30}),
                    Certificates.pem("EC PRIVATE KEY", new byte[] {0x30, 0}),
                    Certificates.pem("EC PRIVATE KEY", new byte[] {0x30, 4, 2, (byte) 0x83, 9, 9}),
                    Certificates.pem("ENCRYPTED PRIVATE KEY", new byte[9])
                }) {
            Files.writeString(file, text);
            assertThatThrownBy(() -> Pem.read(file).key())
                    .isInstanceOf(TelemetryException.class)
                    .hasMessageContaining("bad.pem");
        }
        var absent = new TlsFiles(folder.resolve("absent"), null, null);
        assertThatThrownBy(() -> exporter(URI.create("https://localhost"), Protocol.GRPC, absent))
                .isInstanceOf(TelemetryException.class)
                .hasMessageContaining("absent");
    }
}
