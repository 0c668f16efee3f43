package dev.weir.bench;

import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.Executors;

/// A program as small as a service gets: greets over HTTP, and says its port when it is ready.
final class GreetingServer {
    private GreetingServer() {}

    public static void main(String[] arguments) throws Exception {
        var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        var server = HttpServer.create(address, 0);
        server.setExecutor(Executors.newFixedThreadPool(4));
        server.createContext(
                "/greeting",
                exchange -> {
                    try (exchange) {
                        var body = "hello".getBytes();
                        exchange.sendResponseHeaders(200, body.length);
                        exchange.getResponseBody().write(body);
                    }
                });
        server.start();
        System.out.println("ready " + server.getAddress().getPort());
        // Whoever started it closes its input.
        System.in.transferTo(System.out);
        System.exit(0);
    }
}
