package dev.weir.wasm.wasi;

import dev.weir.wasm.Store;
import java.io.IOException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.Selector;

/// Waits for sockets on behalf of a guest; a store that is cancelled ends the wait.
final class Waiting {
    private Waiting() {}

    /// @param operation of [java.nio.channels.SelectionKey]
    static void until(Store store, SelectableChannel channel, int operation)
            throws IOException, InterruptedException {
        try (var selector = Selector.open()) {
            channel.register(selector, operation);
            select(store, selector, Long.MAX_VALUE);
        }
    }

    /// @param nanos how long at most
    /// @throws dev.weir.wasm.TrapException when the store is cancelled
    static void select(Store store, Selector selector, long nanos)
            throws IOException, InterruptedException {
        store.onCancel(selector::wakeup);
        try {
            store.checkCancelled();
            if (nanos == Long.MAX_VALUE) {
                selector.select();
            } else {
                selector.select(Math.max(1, nanos / 1_000_000));
            }
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            store.checkCancelled();
        } finally {
            store.onCancel(null);
        }
    }
}
