package dev.weir.wasm.wasi;

import dev.weir.wasm.Store;
import java.io.IOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;

/// A socket that connections come in at. It is the embedder's, who closes it.
final class ListenerDescriptor extends Descriptor {
    private final ServerSocketChannel channel;

    ListenerDescriptor(ServerSocketChannel channel) throws IOException {
        super(Rights.LISTENER, Rights.SOCKET, 0);
        this.channel = channel;
        channel.configureBlocking(false);
    }

    SocketDescriptor accept(Store store, int flags) throws IOException, InterruptedException {
        while (true) {
            var connection = channel.accept();
            if (connection != null) {
                return new SocketDescriptor(connection, store, flags);
            }
            if ((this.flags & NON_BLOCKING) != 0) {
                throw new Refusal(Errno.AGAIN);
            }
            Waiting.until(store, channel, SelectionKey.OP_ACCEPT);
        }
    }

    @Override
    Stat stat() {
        return Stat.of(Stat.STREAM_SOCKET);
    }

    @Override
    ServerSocketChannel selectable() {
        return channel;
    }

    @Override
    long ready(boolean write) {
        return -1;
    }

    @Override
    void close() {}
}
