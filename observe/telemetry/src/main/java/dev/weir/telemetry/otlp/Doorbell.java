package dev.weir.telemetry.otlp;

import java.io.IOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;

/// What an exporter's thread waits at, for its connection and for those who hand over payloads, so
/// that it never waits for one of them alone.
///
/// `ring` may be called from any thread, the rest from the one that waits.
final class Doorbell implements AutoCloseable {
    private static final long MILLI = 1_000_000;

    private final Selector selector;

    Doorbell() throws IOException {
        selector = Selector.open();
    }

    /// Ends the wait of now, or else the next one at once.
    void ring() {
        selector.wakeup();
    }

    /// Waits until the doorbell rings, the channel that is watched is ready, or the time is over.
    void await(long nanos) throws IOException {
        if (nanos <= 0) {
            selector.selectNow();
        } else {
            selector.select(Math.min(nanos / MILLI + 1, Integer.MAX_VALUE));
        }
        selector.selectedKeys().clear();
    }

    /// Watches a channel from now on, for nothing yet.
    SelectionKey watch(SocketChannel channel) throws IOException {
        return channel.register(selector, 0);
    }

    @Override
    public void close() {
        try {
            selector.close();
        } catch (IOException _) {
            return; // nothing is lost: the process keeps a descriptor until it ends
        }
    }
}
