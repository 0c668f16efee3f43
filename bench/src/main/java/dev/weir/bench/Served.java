package dev.weir.bench;

import dev.weir.apiserver.ApiServer;
import dev.weir.kubernetes.Kubeconfig;
import dev.weir.kubernetes.KubernetesClient;
import dev.weir.resource.Client;
import dev.weir.store.Store;
import dev.weir.store.StoreOptions;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;

/// A durable API of ours for the kind [Job], and a client of it: in this process, or over HTTPS
/// with both ends in this process.
record Served(Path directory, Store store, ApiServer server, Client client)
        implements AutoCloseable {
    static Served inProcess() throws IOException {
        var directory = Folders.fresh();
        var store = Store.open(directory.resolve("store"), StoreOptions.DEFAULT);
        var server = ApiServer.start(store, ApiServer.Options.inProcess(List.of(new Job.Jobs())));
        return new Served(directory, store, server, server.client());
    }

    static Served overHttps() throws IOException {
        var directory = Folders.fresh();
        var store = Store.open(directory.resolve("store"), StoreOptions.DEFAULT);
        var address = new InetSocketAddress("127.0.0.1", 0);
        var credentials = directory.resolve("credentials");
        var options = ApiServer.Options.on(address, credentials, List.of(new Job.Jobs()));
        var server = ApiServer.start(store, options);
        var connection = Kubeconfig.parse(server.kubeconfig(), directory).connection();
        return new Served(directory, store, server, KubernetesClient.connect(connection));
    }

    @Override
    public void close() throws IOException {
        client.close();
        server.close();
        store.close();
        Folders.remove(directory);
    }
}
