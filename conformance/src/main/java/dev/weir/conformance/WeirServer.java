package dev.weir.conformance;

import dev.weir.apiserver.ApiServer;
import dev.weir.resource.Json;
import dev.weir.store.Store;
import dev.weir.store.StoreOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/// An API server of our own in this process, and its administrator over HTTPS.
final class WeirServer implements AutoCloseable {
    private final Store store;
    private final ApiServer server;
    private final HttpClient client;
    private final String token;

    private WeirServer(Store store, ApiServer server, HttpClient client, String token) {
        this.store = store;
        this.server = server;
        this.client = client;
        this.token = token;
    }

    /// Starts a server on a free port of the loopback address.
    ///
    /// @param credentials a directory for its certificates and tokens
    static WeirServer start(Path credentials) throws IOException, GeneralSecurityException {
        var store = Store.inMemory(StoreOptions.DEFAULT);
        var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        var server = ApiServer.start(store, ApiServer.Options.on(address, credentials, List.of()));
        return new WeirServer(store, server, client(credentials), token(credentials));
    }

    /// The administrator's kubeconfig.
    String kubeconfig() {
        return server.kubeconfig();
    }

    private static String token(Path credentials) throws IOException {
        return Files.readAllLines(credentials.resolve("tokens")).stream()
                .filter(line -> line.contains(" weir:admin "))
                .map(line -> line.substring(0, line.indexOf(' ')))
                .findFirst()
                .orElseThrow();
    }

    private static HttpClient client(Path credentials)
            throws IOException, GeneralSecurityException {
        try (var in = Files.newInputStream(credentials.resolve("ca.crt"))) {
            var trusted = KeyStore.getInstance("PKCS12");
            trusted.load(null, null);
            trusted.setCertificateEntry(
                    "ca", CertificateFactory.getInstance("X.509").generateCertificate(in));
            var trust = TrustManagerFactory.getInstance("PKIX");
            trust.init(trusted);
            var context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            return HttpClient.newBuilder().sslContext(context).build();
        }
    }

    /// The answer to a request with a body.
    HttpResponse<byte[]> send(String method, String path, String mediaType, byte[] body)
            throws IOException, InterruptedException {
        return send(
                request(path)
                        .header("Content-Type", mediaType)
                        .header("Accept", "application/json")
                        .method(method, HttpRequest.BodyPublishers.ofByteArray(body)));
    }

    /// The answer to a read.
    HttpResponse<byte[]> get(String path, String mediaType)
            throws IOException, InterruptedException {
        return send(request(path).header("Accept", mediaType));
    }

    /// What is at a path.
    Json.Obj json(String path) throws IOException, InterruptedException {
        return Json.parse(get(path, "application/json").body()).asObject();
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(server.uri().resolve(path))
                .timeout(Duration.ofSeconds(20))
                .header("Authorization", "Bearer " + token);
    }

    private HttpResponse<byte[]> send(HttpRequest.Builder request)
            throws IOException, InterruptedException {
        return client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    }

    @Override
    public void close() {
        client.shutdownNow();
        server.close();
        store.close();
    }
}
