package dev.weir.lra;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import org.h2.jdbcx.JdbcConnectionPool;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The coordinator behind a server, as README shows it, on H2 in a file.
class ServerHandlerTest {
    private final HttpClient client = HttpClient.newHttpClient();

    @Test
    void answersOverHttpAndRemembersAcrossARestart(@TempDir Path folder) throws Exception {
        var source = JdbcConnectionPool.create("jdbc:h2:" + folder.resolve("shop"), "sa", "");
        String lra;
        try (var who = new FakeParticipant()) {
            try (var service = new Service(source, LraOptions.DEFAULT)) {
                lra = send("POST", service.url + "/start?ClientID=shop", "").body();
                assertThat(lra).startsWith(service.url + "/");
                var joined =
                        client.send(
                                HttpRequest.newBuilder(URI.create(lra))
                                        .header("Link", who.links("/a", "compensate"))
                                        .header("Link", who.links("/a", "complete"))
                                        .PUT(HttpRequest.BodyPublishers.noBody())
                                        .build(),
                                HttpResponse.BodyHandlers.ofString());
                assertThat(joined.statusCode()).isEqualTo(200);
                assertThat(send("PUT", lra + "/close", "x".repeat(70_000)).statusCode())
                        .isEqualTo(413);
            }
            var base = URI.create("http://shop.example/lra-coordinator/");
            try (var service = new Service(source, LraOptions.DEFAULT.withBase(base))) {
                var id = Urls.id(lra);
                // Older clients put the whole URL into the path.
                var encoded = service.url + "/" + Urls.encode(lra) + "/close";
                assertThat(send("PUT", encoded, "").body()).isEqualTo("Closed");
                assertThat(send("GET", service.url + "/" + id + "/status", "").body())
                        .isEqualTo("Closed");
                assertThat(who.paths()).containsExactly("/a/complete");
                assertThat(who.calls.getFirst().header("long-running-action")).isEqualTo(lra);
                assertThat(send("POST", service.url + "/start", "").body())
                        .startsWith("http://shop.example/lra-coordinator/0");
            }
        } finally {
            source.dispose();
        }
    }

    private HttpResponse<String> send(String method, String url, String body)
            throws IOException, InterruptedException {
        var request =
                HttpRequest.newBuilder(URI.create(url))
                        .method(method, HttpRequest.BodyPublishers.ofString(body))
                        .build();
        return client.send(request, HttpResponse.BodyHandlers.ofString());
    }

    /// A service's node.
    private static final class Service implements AutoCloseable {
        final String url;
        private final LraCoordinator coordinator;
        private final HttpServer server;

        Service(JdbcConnectionPool dataSource, LraOptions options) throws IOException {
            coordinator = LraCoordinator.open(dataSource, options);
            server =
                    HttpServer.create(
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            server.createContext("/lra-coordinator", coordinator.handler());
            server.start();
            url = "http://127.0.0.1:" + server.getAddress().getPort() + "/lra-coordinator";
        }

        @Override
        public void close() {
            server.stop(0);
            coordinator.close();
        }
    }
}
