package dev.weir.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class MemoryStoreTest extends StoreContract {
    @Override
    Store open() {
        return Store.inMemory(OPTIONS);
    }

    @Test
    void answersEveryWriteThatRacesWithItsClose() throws Exception {
        for (int round = 0; round < 300; round++) {
            var store = open();
            try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
                var writes =
                        threads.submit(() -> {
                            var answers = new ArrayList<CompletableFuture<Entry>>();
                            for (int i = 0; i < 50; i++) {
                                answers.add(
                                        store.submit(
                                                new Write.Create(
                                                        "k" + i,
                                                        new byte[1],
                                                        UUID.randomUUID(),
                                                        null)));
                            }
                            return answers;
                        });
                threads.submit(store::close).get(10, TimeUnit.SECONDS);
                long stored = 0;
                for (var answer : writes.get(10, TimeUnit.SECONDS)) {
                    var refusal = answer.handle((_, e) -> e).get(10, TimeUnit.SECONDS);
                    if (refusal == null) {
                        stored++;
                    } else {
                        assertThat(refusal).isInstanceOf(StoreException.class);
                    }
                }
                assertThat(store.revision()).isEqualTo(stored);
            }
        }
    }
}
