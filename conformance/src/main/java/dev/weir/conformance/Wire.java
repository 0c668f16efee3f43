package dev.weir.conformance;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// TCP connections to a port of this machine through another, which can be cut: both ends see a
/// connection that is gone, at any byte. Thread-safe.
final class Wire implements AutoCloseable {
    private final int target;
    private final ServerSocket listener;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();

    Wire(int target) throws IOException {
        this.target = target;
        this.listener = new ServerSocket(0, 200, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::accept);
    }

    int port() {
        return listener.getLocalPort();
    }

    /// Ends all connections that are open; new ones are let through.
    void cut() {
        for (var socket : open) {
            close(socket);
        }
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                var near = listener.accept();
                open.add(near);
                Thread.ofVirtual().start(() -> join(near));
            } catch (IOException e) {
                // Closed, or one that came to nothing.
            }
        }
    }

    private void join(Socket near) {
        try (var far = new Socket(InetAddress.getLoopbackAddress(), target)) {
            near.setTcpNoDelay(true);
            far.setTcpNoDelay(true);
            open.add(far);
            var back = Thread.ofVirtual().start(() -> copy(far, near));
            copy(near, far);
            back.join();
            open.remove(far);
        } catch (IOException e) {
            // The server is away.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            close(near);
        }
    }

    private void copy(Socket from, Socket to) {
        try {
            from.getInputStream().transferTo(to.getOutputStream());
        } catch (IOException e) {
            // Cut.
        } finally {
            close(from);
            close(to);
        }
    }

    private void close(Socket socket) {
        open.remove(socket);
        try {
            socket.close();
        } catch (IOException e) {
            // It is of no use any more.
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        cut();
    }
}
