package dev.weir.telemetry.otlp;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;

/// A TCP connection.
final class SocketWire implements Wire {
    private final SocketChannel channel;
    private final SelectionKey key;
    private final Doorbell doorbell;
    private final Waiting waiting;

    private SocketWire(SocketChannel channel, Doorbell doorbell, Waiting waiting)
            throws IOException {
        this.channel = channel;
        this.doorbell = doorbell;
        this.waiting = waiting;
        channel.configureBlocking(false);
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        key = doorbell.watch(channel);
    }

    /// Connects to the first address of the host that answers.
    static SocketWire connect(
            String host, int port, Doorbell doorbell, Waiting waiting, long deadline)
            throws IOException {
        IOException failure = null;
        for (var address : InetAddress.getAllByName(host)) {
            try {
                return connect(new InetSocketAddress(address, port), doorbell, waiting, deadline);
            } catch (IOException e) {
                if (failure == null) {
                    failure = e;
                } else {
                    failure.addSuppressed(e);
                }
            }
        }
        throw failure == null ? new IOException(host + " has no address") : failure;
    }

    private static SocketWire connect(
            InetSocketAddress address, Doorbell doorbell, Waiting waiting, long deadline)
            throws IOException {
        var channel = SocketChannel.open();
        try {
            var wire = new SocketWire(channel, doorbell, waiting);
            boolean connected = channel.connect(address);
            while (!connected) {
                wire.await(SelectionKey.OP_CONNECT, deadline, "connect");
                connected = channel.finishConnect();
            }
            wire.key.interestOps(SelectionKey.OP_READ);
            return wire;
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    @Override
    public void write(ByteBuffer[] sources, int count, long deadline) throws IOException {
        int first = 0;
        while (true) {
            while (first < count && !sources[first].hasRemaining()) {
                first++;
            }
            if (first == count) {
                return;
            }
            if (channel.write(sources, first, count - first) == 0) {
                await(SelectionKey.OP_WRITE, deadline, "take what is sent");
            }
        }
    }

    @Override
    public int read(ByteBuffer target, long deadline) throws IOException {
        while (true) {
            int count = channel.read(target);
            if (count != 0 || !target.hasRemaining()) {
                return count;
            }
            await(SelectionKey.OP_READ, deadline, "answer");
        }
    }

    @Override
    public int readNow(ByteBuffer target) throws IOException {
        return channel.read(target);
    }

    private void await(int operation, long deadline, String what) throws IOException {
        waiting.pulse();
        long left = deadline - System.nanoTime();
        if (left <= 0) {
            throw new SocketTimeoutException("did not " + what + " in time");
        }
        if (key.interestOps() != operation) {
            key.interestOps(operation);
        }
        try {
            doorbell.await(left);
        } finally {
            if (operation == SelectionKey.OP_WRITE) {
                key.interestOps(SelectionKey.OP_READ);
            }
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException _) {
            return; // the peer sees an end either way
        }
    }
}
