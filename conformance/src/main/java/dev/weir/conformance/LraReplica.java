package dev.weir.conformance;

import com.sun.net.httpserver.HttpServer;
import dev.weir.lra.LraCoordinator;
import dev.weir.lra.LraOptions;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.concurrent.Executors;

/// A replica of a service, as far as `lra` needs one: a coordinator behind HTTP. Arguments: URL of
/// the database, name, port, and the URL that actions are named by.
final class LraReplica {
    private static final int CONNECTIONS = 8;

    private LraReplica() {}

    public static void main(String[] arguments) throws Exception {
        var options = LraOptions.DEFAULT.withNode(arguments[1]).withBase(URI.create(arguments[3]));
        var source = Pools.open(arguments[0], CONNECTIONS);
        var coordinator = LraCoordinator.open(source, options);
        var address =
                new InetSocketAddress(
                        InetAddress.getLoopbackAddress(), Integer.parseInt(arguments[2]));
        var server = HttpServer.create(address, 128);
        server.createContext("/lra-coordinator", coordinator.handler());
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.start();
    }
}
