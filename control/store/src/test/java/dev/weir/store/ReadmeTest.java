package dev.weir.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The example of the README.
class ReadmeTest {
    @TempDir Path directory;

    @Test
    void theExampleSeesItsOwnWrites() throws InterruptedException {
        byte[] bytes = {1};
        byte[] other = {2};
        try (var store = Store.open(directory.resolve("data"), StoreOptions.DEFAULT);
                var watch = store.watch("shops/", store.revision())) {
            var entry = store.commit(new Write.Create("shops/a", bytes, UUID.randomUUID(), null));
            store.commit(
                    new Write.Update("shops/a", other, entry.uid(), entry.revision(), false, null));
            var events = watch.next(100, Duration.ofSeconds(1));
            assertThat(events)
                    .extracting(event -> event.entry().revision())
                    .containsExactly(1L, 2L);
        }
    }
}
