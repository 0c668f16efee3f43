package dev.weir.telemetry.otlp;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/// A receiver that misbehaves: each connection is left to what a test says.
final class WildPeer implements AutoCloseable {
    /// What is done with a connection.
    @FunctionalInterface
    interface Behavior {
        void serve(Socket socket) throws IOException;
    }

    final AtomicInteger connections = new AtomicInteger();

    private final ServerSocket server;
    private final Behavior behavior;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();

    WildPeer(Behavior behavior) {
        this.behavior = behavior;
        try {
            server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread.ofVirtual().start(this::accept);
    }

    URI uri() {
        return URI.create("http://localhost:" + server.getLocalPort());
    }

    private void accept() {
        try {
            while (true) {
                var socket = server.accept();
                open.add(socket);
                connections.incrementAndGet();
                Thread.ofVirtual().start(() -> serve(socket));
            }
        } catch (IOException e) {
            return; // closed
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            behavior.serve(socket);
        } catch (IOException e) {
            return; // the exporter gave up, as it should
        }
    }

    /// Reads and forgets until the other side ends.
    static void swallow(Socket socket) throws IOException {
        var buffer = new byte[8192];
        int count = 0;
        while (count >= 0) {
            count = socket.getInputStream().read(buffer);
        }
    }

    @Override
    public void close() {
        try {
            server.close();
            for (var socket : open) {
                socket.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
