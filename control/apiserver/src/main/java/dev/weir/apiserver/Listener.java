package dev.weir.apiserver;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import org.eclipse.jetty.alpn.server.ALPNServerConnectionFactory;
import org.eclipse.jetty.http2.server.HTTP2ServerConnectionFactory;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.eclipse.jetty.util.thread.VirtualThreadPool;

/// The HTTPS side of a server: HTTP/2 and HTTP/1.1 over TLS 1.3 and 1.2.
final class Listener implements AutoCloseable {
    /// Connections not accepted yet: a fleet comes back all at once after a restart.
    private static final int ACCEPT_QUEUE = 4096;

    /// HTTP/2 can refuse one request only when it has read it; beyond this, it ends the connection.
    private static final int MAX_READ_BYTES = 1 << 20;

    private final ApiServer.Options options;
    private final Limits limits;
    private final Server server;
    private final Credentials credentials;

    private Listener(
            ApiServer.Options options, Limits limits, Server server, Credentials credentials) {
        this.options = options;
        this.limits = limits;
        this.server = server;
        this.credentials = credentials;
    }

    /// Credentials, TLS and web server, which take a while and need no API: no address is taken
    /// yet, and nothing has to be closed.
    static Listener prepare(ApiServer.Options options, Clock clock, Limits limits) {
        var credentials = Credentials.open(options.credentials(), clock, hosts(options.listen()));
        // Jetty's own queue would start all of JMX to learn the size of a cache line.
        var pool = new QueuedThreadPool(12, 2, new LinkedBlockingQueue<>());
        pool.setName("weir-http");
        pool.setDaemon(true);
        // Its own limit would count watches, which are many and idle; Front limits the rest.
        var virtual = new VirtualThreadPool(0);
        virtual.setName("weir-request-");
        pool.setVirtualThreadsExecutor(virtual);
        var server = new Server(pool);
        server.setErrorHandler(new Failures());
        for (var address : options.listen()) {
            server.addConnector(connector(server, tls(credentials), address, limits));
        }
        return new Listener(options, limits, server, credentials);
    }

    /// Listens, and answers for the API.
    ///
    /// @throws UncheckedIOException when an address cannot be listened on
    Listener open(Api api) {
        server.setHandler(
                new Front(api, options, limits, new Authentication(credentials, api.clock())));
        try {
            server.start();
        } catch (Exception e) {
            stop(server);
            var why = e.getCause() == null ? e : e.getCause();
            throw new UncheckedIOException(
                    "cannot listen on " + options.listen() + ": " + why.getMessage(),
                    e instanceof IOException io ? io : new IOException(e));
        }
        return this;
    }

    private static List<String> hosts(List<InetSocketAddress> addresses) {
        var hosts = new LinkedHashSet<>(List.of("localhost", "127.0.0.1", "0:0:0:0:0:0:0:1"));
        for (var address : addresses) {
            var host = address.getAddress();
            if (host != null && !host.isAnyLocalAddress()) {
                hosts.add(host.getHostAddress());
            }
            hosts.add(address.getHostString());
        }
        hosts.removeIf(host -> host.equals("::1") || host.equals("0.0.0.0") || host.equals("::"));
        return List.copyOf(hosts);
    }

    private static ServerConnector connector(
            Server server, SslContextFactory.Server tls, InetSocketAddress address, Limits limits) {
        var http = new HttpConfiguration();
        http.setSendServerVersion(false);
        http.setSendDateHeader(true);
        http.setRequestHeaderSize(Exchange.MAX_HEAD);
        http.setOutputBufferSize(16 << 10);
        http.addCustomizer(new SecureRequestCustomizer(false));
        var h1 = new HttpConnectionFactory(http);
        var longer = new HttpConfiguration(http);
        longer.setRequestHeaderSize(MAX_READ_BYTES);
        var h2 = new HTTP2ServerConnectionFactory(longer);
        h2.setMaxConcurrentStreams(512);
        var alpn = new ALPNServerConnectionFactory();
        alpn.setDefaultProtocol(h1.getProtocol());
        var connector =
                new ServerConnector(
                        server,
                        null,
                        null,
                        null,
                        1,
                        1,
                        new SslConnectionFactory(tls, alpn.getProtocol()),
                        alpn,
                        h2,
                        h1) {
                    @Override
                    protected void configure(Socket socket) {
                        super.configure(socket);
                        try {
                            // Shows in the end that a silent client lost its power or its network.
                            socket.setKeepAlive(true);
                        } catch (SocketException _) {
                            // It is closed already, and that shows anyway.
                        }
                    }
                };
        connector.setHost(address.getHostString());
        connector.setPort(address.getPort());
        connector.setIdleTimeout(limits.idle().toMillis());
        connector.setAcceptQueueSize(ACCEPT_QUEUE);
        return connector;
    }

    private static SslContextFactory.Server tls(Credentials credentials) {
        try {
            var keys = new KeyManager[] {new OwnKey(credentials.server(), credentials.authority())};
            var trust = new TrustManager[] {new AnyClient(credentials.authority().certificate())};
            var context = SSLContext.getInstance("TLS");
            context.init(keys, trust, new SecureRandom());
            var factory = new SslContextFactory.Server();
            factory.setSslContext(context);
            factory.setWantClientAuth(true);
            factory.setIncludeProtocols("TLSv1.3", "TLSv1.2");
            factory.setUseCipherSuitesOrder(true);
            return factory;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("cannot set up TLS", e);
        }
    }

    /// Where it listens; of several addresses, the first.
    URI uri() {
        var address = options.listen().getFirst();
        int port = ((ServerConnector) server.getConnectors()[0]).getLocalPort();
        var host = address.getHostString();
        if (address.getAddress() != null && address.getAddress().isAnyLocalAddress()) {
            host = "127.0.0.1";
        }
        return URI.create(
                "https://" + (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port);
    }

    String kubeconfig() {
        return credentials.kubeconfig(uri().toString());
    }

    @Override
    public void close() {
        if (server.getHandler() instanceof Front front) {
            front.close();
        }
        stop(server);
    }

    private static void stop(Server server) {
        try {
            server.stop();
        } catch (Exception e) {
            System.getLogger(Listener.class.getName())
                    .log(System.Logger.Level.WARNING, "the listener did not stop cleanly", e);
        }
    }
}
