package dev.weir.payments;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/// HTTP servers on the loopback address, which wait for no slow client: one that takes longer than
/// 5 s to send its request, or than 30 s from then on to have read its answer, loses its
/// connection.
final class Loopback {
    private static final int MAX_CONNECTIONS = 512;
    private static final int SECONDS_TO_SEND = 5;
    private static final int SECONDS_TO_ANSWER = 30;

    private Loopback() {}

    /// Listens.
    ///
    /// @param port 0 for any that is free
    static HttpServer listen(int port) throws IOException {
        limit("sun.net.httpserver.maxReqTime", SECONDS_TO_SEND);
        limit("sun.net.httpserver.maxRspTime", SECONDS_TO_ANSWER);
        limit("jdk.httpserver.maxConnections", MAX_CONNECTIONS);
        return HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    }

    /// Where it listens.
    static String uri(HttpServer server) {
        var address = server.getAddress();
        return "http://" + address.getAddress().getHostAddress() + ":" + address.getPort();
    }

    // The JDK's server takes its limits from system properties only, once in a process.
    private static void limit(String property, int value) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, Integer.toString(value));
        }
    }
}
