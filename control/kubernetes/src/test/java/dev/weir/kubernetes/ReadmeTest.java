package dev.weir.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.apiserver.ApiServer;
import dev.weir.resource.ConfigMap;
import dev.weir.resource.Metadata;
import dev.weir.resource.Query;
import dev.weir.store.Store;
import dev.weir.store.StoreOptions;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The example of the README.
class ReadmeTest {
    @TempDir Path directory;

    @Test
    void theExampleCreatesAndLists() throws IOException {
        var address = new InetSocketAddress("127.0.0.1", 0);
        var options = ApiServer.Options.on(address, directory.resolve("credentials"), List.of());
        try (var store = Store.inMemory(StoreOptions.DEFAULT);
                var server = ApiServer.start(store, options)) {
            var file = directory.resolve("config");
            Files.writeString(file, server.kubeconfig());

            var config = Kubeconfig.load(List.of(file));
            try (var client = KubernetesClient.connect(config.connection())) {
                var map = ConfigMap.of(Metadata.of("default", "rates"), Map.of("EUR", "1.0"));
                client.create(ConfigMap.TYPE, map);
                assertThat(client.list(ConfigMap.TYPE, Query.in("default")).items())
                        .extracting(found -> found.metadata().name())
                        .containsExactly("rates");
            }
        }
    }
}
