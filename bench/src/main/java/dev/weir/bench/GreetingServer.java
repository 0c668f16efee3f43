package dev.weir.bench;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.Executors;
import java.util.function.UnaryOperator;

/// A program as small as a service gets: greets over HTTP, and says its port when it is ready.
final class GreetingServer {
    private GreetingServer() {}

    public static void main(String[] arguments) throws Exception {
        serve(handler -> handler);
    }

    /// Serves until whoever started it closes its input.
    ///
    /// @param around what the handler is put into
    static void serve(UnaryOperator<HttpHandler> around) throws IOException {
        var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        var server = HttpServer.create(address, 0);
        server.setExecutor(Executors.newFixedThreadPool(4));
        server.createContext("/greeting", around.apply(GreetingServer::greet));
        server.start();
        System.out.println("ready " + server.getAddress().getPort());
        System.in.transferTo(System.out);
        System.exit(0);
    }

    private static void greet(HttpExchange exchange) throws IOException {
        try (exchange) {
            var body = "hello".getBytes();
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
        }
    }
}
