package dev.weir.conformance;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;

/// One address in front of several ports of loopback: each connection goes to the next one that
/// listens. It knows bytes only.
final class Balancer implements AutoCloseable {
    private static final int CONNECT_MILLIS = 1000;

    private final ServerSocket server;
    private final int[] ports;
    private final AtomicInteger next = new AtomicInteger();
    private final AtomicIntegerArray counts;

    Balancer(int... ports) throws IOException {
        this.ports = ports.clone();
        this.counts = new AtomicIntegerArray(ports.length);
        this.server = new ServerSocket(0, 128, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().name("balancer").start(this::accept);
    }

    int port() {
        return server.getLocalPort();
    }

    /// How many connections went to a port, by its index.
    int count(int index) {
        return counts.get(index);
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                var client = server.accept();
                Thread.ofVirtual().name("balancer").start(() -> join(client));
            } catch (IOException e) {
                // Closed, or a client that left while it waited.
            }
        }
    }

    private void join(Socket client) {
        try (client;
                var behind = connect()) {
            var back = Thread.ofVirtual().start(() -> copy(behind, client));
            copy(client, behind);
            back.join();
        } catch (IOException e) {
            // The client reads the end of its connection.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Socket connect() throws IOException {
        for (int i = 0; i < ports.length; i++) {
            int index = Math.floorMod(next.getAndIncrement(), ports.length);
            var socket = new Socket();
            try {
                socket.connect(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), ports[index]),
                        CONNECT_MILLIS);
                counts.incrementAndGet(index);
                return socket;
            } catch (IOException e) {
                socket.close();
            }
        }
        throw new IOException("nobody listens");
    }

    private static void copy(Socket from, Socket to) {
        try (InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream()) {
            in.transferTo(out);
        } catch (IOException e) {
            // One of them closed; so does the other.
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
