package dev.weir.telemetry.otlp;

import dev.weir.telemetry.OtlpReceiverOptions;
import dev.weir.telemetry.TelemetryException;
import dev.weir.telemetry.TelemetryException.Code;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// Listens on one port, and gives each connection a virtual thread.
public final class Listener implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger("dev.weir.telemetry.otlp");

    private final OtlpReceiverOptions options;
    private final Intake intake;
    private final ServerSocket server;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    private Listener(OtlpReceiverOptions options, ServerSocket server, Intake intake) {
        this.options = options;
        this.server = server;
        this.intake = intake;
    }

    /// Starts listening.
    ///
    /// @throws TelemetryException `IO` where the port cannot be listened on
    public static Listener open(OtlpReceiverOptions options, int port, Intake intake) {
        try {
            var server = new ServerSocket();
            try {
                server.bind(new InetSocketAddress(options.address(), port));
            } catch (IOException e) {
                server.close();
                throw e;
            }
            var listener = new Listener(options, server, intake);
            Thread.ofVirtual().name("weir-otlp-accept").start(listener::accept);
            return listener;
        } catch (IOException e) {
            throw new TelemetryException(
                    Code.IO,
                    "cannot listen on " + options.address() + ", port " + port + ": " + e,
                    e);
        }
    }

    /// The port, also where any was asked for.
    public int port() {
        return server.getLocalPort();
    }

    private void accept() {
        while (!closed) {
            try {
                accepted(server.accept());
            } catch (IOException e) {
                if (!closed) {
                    LOG.log(Level.WARNING, "a connection cannot be accepted: {0}", e.toString());
                    rest();
                }
            }
        }
    }

    /// The process has no more descriptors, most likely.
    private static void rest() {
        try {
            Thread.sleep(100);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void accepted(Socket socket) throws IOException {
        if (open.size() >= options.connections()) {
            intake.refusedConnection();
            socket.close();
            return;
        }
        open.add(socket);
        if (closed) {
            socket.close();
        }
        Thread.ofVirtual().name("weir-otlp-receive").start(() -> serve(socket));
    }

    private void serve(Socket socket) {
        try (socket) {
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(Math.toIntExact(Math.min(options.idle().toMillis(), 1 << 30)));
            new ServerConnection(socket, intake).run();
        } catch (IOException e) {
            // Senders come and go; one that breaks the protocol was told so.
            LOG.log(Level.DEBUG, "a sender's connection ends: {0}", e.toString());
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, "a connection of the receiver fails", e);
        } finally {
            open.remove(socket);
        }
    }

    @Override
    public void close() {
        closed = true;
        try {
            server.close();
            for (var socket : open) {
                socket.close();
            }
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "a connection cannot be closed: {0}", e.toString());
        }
    }
}
