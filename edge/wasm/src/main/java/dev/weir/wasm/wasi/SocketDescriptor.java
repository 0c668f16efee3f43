package dev.weir.wasm.wasi;

import dev.weir.wasm.Store;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;

/// A connection.
final class SocketDescriptor extends Descriptor {
    static final int PEEK = 1;
    static final int WAIT_ALL = 2;

    private final SocketChannel channel;
    private final Store store;

    /// What was read to be looked at only.
    private ByteBuffer peeked = ByteBuffer.allocate(0);

    SocketDescriptor(SocketChannel channel, Store store, int flags) throws IOException {
        super(Rights.SOCKET, 0, flags);
        this.channel = channel;
        this.store = store;
        channel.configureBlocking(false);
    }

    @Override
    SocketDescriptor socket() {
        return this;
    }

    @Override
    Stat stat() {
        return Stat.of(Stat.STREAM_SOCKET);
    }

    @Override
    SocketChannel selectable() {
        return channel;
    }

    @Override
    long ready(boolean write) {
        return !write && peeked.hasRemaining() ? peeked.remaining() : -1;
    }

    @Override
    long read(ByteBuffer[] buffers) throws IOException, InterruptedException {
        return receive(buffers, 0);
    }

    /// @param how `PEEK` and `WAIT_ALL`
    long receive(ByteBuffer[] buffers, int how) throws IOException, InterruptedException {
        long total = 0;
        for (var buffer : buffers) {
            while (buffer.hasRemaining()) {
                boolean wait = total == 0 || (how & WAIT_ALL) != 0;
                int count = fill(buffer, wait);
                if (count <= 0) {
                    return keep(buffers, total, how);
                }
                total += count;
            }
        }
        return keep(buffers, total, how);
    }

    private long keep(ByteBuffer[] buffers, long total, int how) {
        if ((how & PEEK) != 0 && total > 0) {
            var kept = ByteBuffer.allocate((int) total + peeked.remaining());
            for (var buffer : buffers) {
                kept.put(buffer.duplicate().flip());
            }
            peeked = kept.put(peeked).flip();
        }
        return total;
    }

    private int fill(ByteBuffer buffer, boolean wait) throws IOException, InterruptedException {
        if (peeked.hasRemaining()) {
            int count = Math.min(peeked.remaining(), buffer.remaining());
            buffer.put(peeked.slice(peeked.position(), count));
            peeked.position(peeked.position() + count);
            return count;
        }
        while (true) {
            int count = channel.read(buffer);
            if (count != 0 || !wait) {
                return count;
            }
            if ((flags & NON_BLOCKING) != 0) {
                throw new Refusal(Errno.AGAIN);
            }
            Waiting.until(store, channel, SelectionKey.OP_READ);
        }
    }

    @Override
    long write(ByteBuffer[] buffers) throws IOException, InterruptedException {
        long total = 0;
        for (var buffer : buffers) {
            while (buffer.hasRemaining()) {
                int count = channel.write(buffer);
                total += count;
                if (count == 0 && (flags & NON_BLOCKING) != 0) {
                    if (total == 0) {
                        throw new Refusal(Errno.AGAIN);
                    }
                    return total;
                }
                if (count == 0) {
                    Waiting.until(store, channel, SelectionKey.OP_WRITE);
                }
            }
        }
        return total;
    }

    void shutdown(boolean input, boolean output) throws IOException {
        if (input) {
            channel.shutdownInput();
        }
        if (output) {
            channel.shutdownOutput();
        }
    }

    @Override
    void close() throws IOException {
        channel.close();
    }
}
