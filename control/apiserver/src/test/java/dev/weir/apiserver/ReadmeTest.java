package dev.weir.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.resource.ConfigMap;
import dev.weir.resource.Metadata;
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
    void theExampleServes() throws IOException {
        var address = new InetSocketAddress("127.0.0.1", 0);
        var options = ApiServer.Options.on(address, directory.resolve("credentials"), List.of());
        try (var store = Store.open(directory.resolve("store"), StoreOptions.DEFAULT);
                var server = ApiServer.start(store, options)) {
            Files.writeString(directory.resolve("kubeconfig"), server.kubeconfig());
            var map = ConfigMap.of(Metadata.of("default", "greeting"), Map.of("text", "hello"));
            server.client().create(ConfigMap.TYPE, map);
            assertThat(server.client().get(ConfigMap.TYPE, "default", "greeting").data())
                    .containsEntry("text", "hello");
        }
    }
}
