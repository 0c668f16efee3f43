package dev.weir.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/// What it costs to write bytes to a loopback socket and do nothing else.
final class OtlpFloor {
    private static final int WRITES = 240;
    private static final int ROUNDS = 40;

    private OtlpFloor() {}

    /// The least nanoseconds of CPU of the writing thread for each of the spans in the bytes.
    static double nanos(byte[] encoded, int spans) throws IOException {
        var slab = ByteBuffer.allocateDirect(encoded.length).put(encoded);
        var loopback = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        try (var server = ServerSocketChannel.open().bind(loopback)) {
            Thread.ofPlatform().daemon().name("sink").start(() -> swallow(server));
            try (var channel = SocketChannel.open(server.getLocalAddress())) {
                var bean = ManagementFactory.getThreadMXBean();
                double least = Double.MAX_VALUE;
                for (int round = 0; round < ROUNDS; round++) {
                    long before = bean.getCurrentThreadCpuTime();
                    for (int i = 0; i < WRITES; i++) {
                        write(channel, slab.flip());
                    }
                    double taken = bean.getCurrentThreadCpuTime() - before;
                    least = Math.min(least, taken / ((double) WRITES * spans));
                }
                return least;
            }
        }
    }

    private static void write(SocketChannel channel, ByteBuffer slab) throws IOException {
        while (slab.hasRemaining()) {
            channel.write(slab);
        }
    }

    private static void swallow(ServerSocketChannel server) {
        try (var channel = server.accept()) {
            var buffer = ByteBuffer.allocateDirect(64 << 10);
            int count = 0;
            while (count >= 0) {
                count = channel.read(buffer.clear());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
