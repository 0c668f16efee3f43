package dev.weir.conformance;

import dev.weir.apiserver.ApiServer;
import dev.weir.resource.Json;
import dev.weir.store.Store;
import dev.weir.store.StoreOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.List;

/// An API server of our own in this process, and its administrator over HTTPS.
final class WeirServer implements AutoCloseable {
    private final Store store;
    private final ApiServer server;
    private final ServerClient client;

    private WeirServer(Store store, ApiServer server, ServerClient client) {
        this.store = store;
        this.server = server;
        this.client = client;
    }

    /// Starts a server on a free port of the loopback address.
    ///
    /// @param credentials a directory for its certificates and tokens
    static WeirServer start(Path credentials) throws IOException, GeneralSecurityException {
        var store = Store.inMemory(StoreOptions.DEFAULT);
        var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        var server = ApiServer.start(store, ApiServer.Options.on(address, credentials, List.of()));
        var client =
                ServerClient.of(server.uri(), credentials.resolve("ca.crt"), token(credentials));
        return new WeirServer(store, server, client);
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

    /// The answer to a request with a body.
    HttpResponse<byte[]> send(String method, String path, String mediaType, byte[] body)
            throws IOException, InterruptedException {
        return client.send(
                client.request(path)
                        .header("Content-Type", mediaType)
                        .header("Accept", "application/json")
                        .method(method, HttpRequest.BodyPublishers.ofByteArray(body)));
    }

    /// The answer to a read.
    HttpResponse<byte[]> get(String path, String mediaType)
            throws IOException, InterruptedException {
        return client.send(client.request(path).header("Accept", mediaType));
    }

    /// What is at a path.
    Json.Obj json(String path) throws IOException, InterruptedException {
        return Json.parse(get(path, "application/json").body()).asObject();
    }

    /// The administrator's client; this server closes it.
    ServerClient client() {
        return client;
    }

    @Override
    public void close() {
        client.close();
        server.close();
        store.close();
    }
}
