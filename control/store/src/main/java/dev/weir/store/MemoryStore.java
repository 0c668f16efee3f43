package dev.weir.store;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;

final class MemoryStore implements Store {
    MemoryStore(StoreOptions options) {}

    @Override
    public long revision() {
        throw new UnsupportedOperationException();
    }

    @Override
    public long compactedRevision() {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletableFuture<Entry> submit(Write write) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Entry commit(Write write) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Optional<Entry> get(String key) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Optional<Entry> get(String key, long revision) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Page list(String prefix, String afterKey, int limit, long revision) {
        throw new UnsupportedOperationException();
    }

    @Override
    public long count(String prefix) {
        throw new UnsupportedOperationException();
    }

    @Override
    public StoreWatch watch(String prefix, long afterRevision) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void compact(long revision) {}

    @Override
    public StoreStats stats() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() {}
}
