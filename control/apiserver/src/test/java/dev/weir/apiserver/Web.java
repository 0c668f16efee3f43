package dev.weir.apiserver;

import dev.weir.resource.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/// The JDK's HTTP client, pointed at a server of the tests.
final class Web implements AutoCloseable {
    private final HttpClient client;
    private final URI server;
    private final String token;

    private Web(HttpClient client, URI server, String token) {
        this.client = client;
        this.server = server;
        this.token = token;
    }

    /// A caller with a token; empty for none.
    static Web of(ApiServer server, Path credentials, HttpClient.Version version, String token) {
        return new Web(client(credentials, version, null), server.uri(), token);
    }

    /// A caller with a client certificate.
    static Web of(ApiServer server, Path credentials, Issuer.Identity identity) {
        return new Web(client(credentials, HttpClient.Version.HTTP_2, identity), server.uri(), "");
    }

    /// The token of a user, from the file.
    static String token(Path credentials, String user) throws IOException {
        return Files.readAllLines(credentials.resolve("tokens")).stream()
                .filter(line -> line.contains(" " + user + " "))
                .map(line -> line.split(" ")[0])
                .findFirst()
                .orElseThrow();
    }

    private static HttpClient client(
            Path credentials, HttpClient.Version version, Issuer.@Nullable Identity identity) {
        try (var in = Files.newInputStream(credentials.resolve("ca.crt"))) {
            var trusted = KeyStore.getInstance("PKCS12");
            trusted.load(null, null);
            trusted.setCertificateEntry(
                    "ca", CertificateFactory.getInstance("X.509").generateCertificate(in));
            var trust = TrustManagerFactory.getInstance("PKIX");
            trust.init(trusted);
            var context = SSLContext.getInstance("TLS");
            context.init(keys(identity), trust.getTrustManagers(), null);
            return HttpClient.newBuilder().version(version).sslContext(context).build();
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static KeyManager @Nullable [] keys(Issuer.@Nullable Identity identity)
            throws GeneralSecurityException, IOException {
        if (identity == null) {
            return null;
        }
        var store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setKeyEntry(
                "me", identity.key(), new char[0], new Certificate[] {identity.certificate()});
        var keys = KeyManagerFactory.getInstance("PKIX");
        keys.init(store, new char[0]);
        return keys.getKeyManagers();
    }

    HttpRequest.Builder request(String path) {
        var request = HttpRequest.newBuilder(server.resolve(path)).timeout(Duration.ofSeconds(20));
        return token.isEmpty() ? request : request.header("Authorization", "Bearer " + token);
    }

    HttpResponse<byte[]> send(HttpRequest.Builder request) {
        try {
            return client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    HttpResponse<byte[]> get(String path) {
        return send(request(path).header("Accept", "application/json"));
    }

    HttpResponse<byte[]> send(String method, String path, String mediaType, String body) {
        return send(
                request(path)
                        .header("Content-Type", mediaType)
                        .method(method, HttpRequest.BodyPublishers.ofString(body)));
    }

    HttpResponse<byte[]> post(String path, String json) {
        return send("POST", path, "application/json", json);
    }

    static Json.Obj json(HttpResponse<byte[]> response) {
        return Json.parse(response.body()).asObject();
    }

    /// An open watch; its events come by [Events#next].
    Events watch(String path) throws IOException, InterruptedException {
        return watch(path, "application/json");
    }

    /// An open watch whose objects have one of these forms.
    Events watch(String path, String accept) throws IOException, InterruptedException {
        var request = request(path).header("Accept", accept).timeout(Duration.ofMinutes(1)).build();
        var response = client.send(request, HttpResponse.BodyHandlers.ofInputStream());
        return new Events(response.statusCode(), response.body());
    }

    /// The lines of a watch.
    record Events(int status, InputStream in, BufferedReader lines) implements AutoCloseable {
        Events(int status, InputStream in) {
            this(status, in, new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8)));
        }

        /// The next event; null at the end.
        Json.@Nullable Obj next() throws IOException {
            var line = lines.readLine();
            return line == null ? null : Json.parse(line).asObject();
        }

        /// `TYPE name` of the next event.
        String brief() throws IOException {
            var event = next();
            return event == null
                    ? "END"
                    : event.string("type")
                            + " "
                            + event.object("object").object("metadata").string("name");
        }

        @Override
        public void close() throws IOException {
            in.close();
        }
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
