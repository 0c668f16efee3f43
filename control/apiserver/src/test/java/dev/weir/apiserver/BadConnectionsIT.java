package dev.weir.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.resource.ConfigMap;
import dev.weir.resource.Metadata;
import dev.weir.store.Store;
import dev.weir.store.StoreOptions;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

/// Clients that hold on to what they do not use cost little, and others nothing.
class BadConnectionsIT {
    private static final String MAPS = "/api/v1/namespaces/default/configmaps";
    private static final int CONNECTIONS = 1_000;
    private static final Limits TIGHT =
            new Limits(Duration.ofSeconds(9), Duration.ofSeconds(2), Duration.ofSeconds(3));

    @TempDir Path directory;

    private Store store;
    private ApiServer server;
    private Web admin;
    private Wire wire;

    @BeforeEach
    void start(TestInfo test) throws IOException {
        store = Store.inMemory(StoreOptions.DEFAULT);
        var limits = test.getTags().contains("usual") ? Limits.USUAL : TIGHT;
        var address = new InetSocketAddress("127.0.0.1", 0);
        var options = ApiServer.Options.on(address, directory, List.of());
        server = ApiServer.start(store, options, Clock.systemUTC(), limits);
        admin =
                Web.of(
                        server,
                        directory,
                        HttpClient.Version.HTTP_2,
                        Web.token(directory, "weir:admin"));
        wire = new Wire(server, directory);
    }

    @AfterEach
    void stop() {
        admin.close();
        server.close();
        store.close();
    }

    @Test
    @Tag("usual")
    void answersBesideAThousandIdleConnections() throws Exception {
        answers();
        long before = heap();
        var idle = new ArrayList<SSLSocket>();
        try {
            open(idle);
            answers();
            assertThat(heap() - before).as("bytes, of both ends").isLessThan(100L << 20);
        } finally {
            close(idle);
        }
    }

    @Test
    void closesIdleConnections() throws Exception {
        try (var silent = wire.open();
                var served = wire.open()) {
            Wire.send(served, wire.head("GET " + MAPS) + "\r\n");
            assertThat(Wire.status(served)).contains("200");
            assertThat(Wire.ended(silent)).isTrue();
            assertThat(Wire.drained(served)).isTrue();
        }
        answers();
    }

    @Test
    @Tag("usual")
    void answersBesideAThousandWatches() throws Exception {
        var watches = new ArrayList<SSLSocket>();
        try {
            open(watches);
            for (var watch : watches) {
                Wire.send(watch, wire.head("GET " + MAPS + "?watch=true") + "\r\n");
            }
            for (var watch : watches) {
                assertThat(Wire.status(watch)).isEqualTo("HTTP/1.1 200 OK");
            }
            answers();
        } finally {
            close(watches);
        }
    }

    private void open(List<SSLSocket> sockets) throws Exception {
        try (var threads = Executors.newFixedThreadPool(16)) {
            var opening = new ArrayList<Callable<SSLSocket>>();
            for (int i = 0; i < CONNECTIONS; i++) {
                opening.add(wire::open);
            }
            for (var opened : threads.invokeAll(opening)) {
                sockets.add(opened.get());
            }
        }
    }

    /// All at once, since each waits a moment for the server to close its side, if it does.
    private static void close(List<SSLSocket> sockets) {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var socket : sockets) {
                threads.submit(() -> {
                    socket.setSoTimeout(500);
                    socket.close();
                    return socket;
                });
            }
        }
    }

    private void answers() {
        assertThat(admin.get("/api/v1/namespaces/default").statusCode()).isEqualTo(200);
    }

    private static long heap() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    @Test
    void dropsAWatcherThatDoesNotReadAndLetsItComeBack() throws Exception {
        long from = store.revision();
        try (var deaf = wire.open()) {
            deaf.setReceiveBufferSize(4096);
            Wire.send(
                    deaf,
                    wire.head("GET " + MAPS + "?watch=true&resourceVersion=" + from) + "\r\n");
            assertThat(Wire.status(deaf)).contains("200");
            eventually(() -> watches() == 1);
            for (int i = 0; i < 40; i++) {
                create("big" + i, "x".repeat(500_000));
            }
            eventually(() -> watches() == 0);
            answers();
        }
        var seen = new ArrayList<String>();
        eventually(() -> comesBack(from, seen));
        for (int i = 0; i < 40; i++) {
            assertThat(seen.get(i)).isEqualTo("ADDED big" + i);
        }
    }

    /// Reads on behind what was seen; whether that was all. On a busy machine, it may be dropped
    /// itself.
    private boolean comesBack(long from, List<String> seen) throws InterruptedException {
        long after = from + seen.size();
        try (var again = admin.watch(MAPS + "?watch=true&resourceVersion=" + after)) {
            while (seen.size() < 40) {
                seen.add(again.brief());
            }
        } catch (IOException _) {
            return false;
        }
        return true;
    }

    @Test
    void endsAWatchWhoseClientLeft() throws Exception {
        var watch = wire.open();
        Wire.send(watch, wire.head("GET " + MAPS + "?watch=true") + "\r\n");
        assertThat(Wire.status(watch)).contains("200");
        eventually(() -> watches() == 1);
        watch.close();
        eventually(() -> watches() == 0);
    }

    private void create(String name, String value) {
        var map = new ConfigMap(Metadata.of("default", name), Map.of("k", value), Map.of(), null);
        server.client().create(ConfigMap.TYPE, map);
    }

    private int watches() {
        var text = new String(admin.get("/metrics").body(), StandardCharsets.UTF_8);
        return text.lines()
                .filter(line -> line.startsWith("apiserver_longrunning_requests"))
                .mapToInt(line -> (int) Double.parseDouble(line.substring(line.indexOf(' ') + 1)))
                .findFirst()
                .orElseThrow();
    }

    private static void eventually(Callable<Boolean> condition) throws Exception {
        long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!condition.call()) {
            assertThat(System.nanoTime()).isLessThan(end);
            Thread.sleep(50);
        }
    }

    @Test
    void refusesALargeBodyBeforeItIsSent() throws IOException {
        try (var socket = wire.open()) {
            var head = wire.head("POST " + MAPS, json(), "Content-Length: " + (100 << 20));
            Wire.send(socket, head + "\r\n" + "x".repeat(1000));
            assertThat(Wire.status(socket)).contains("413");
        }
        try (var socket = wire.open()) {
            var expect = "Expect: 100-continue";
            var head = wire.head("POST " + MAPS, json(), expect, "Content-Length: " + (100 << 20));
            Wire.send(socket, head + "\r\n");
            assertThat(Wire.status(socket)).contains("413");
        }
    }

    @Test
    void refusesABodyThatOnlyTurnsOutToBeLarge() throws IOException {
        try (var socket = wire.open()) {
            Wire.send(
                    socket,
                    wire.head("POST " + MAPS, json(), "Transfer-Encoding: chunked") + "\r\n");
            var megabyte = "x".repeat(1 << 20);
            for (int i = 0; i < 4; i++) {
                Wire.send(socket, "100000\r\n" + megabyte + "\r\n");
            }
            assertThat(Wire.status(socket)).contains("413");
        }
    }

    @Test
    void waitsForSlowHeadersAndBodiesOnlySoLong() throws Exception {
        try (var silent = wire.open();
                var slow = wire.open()) {
            Wire.send(silent, "GET " + MAPS + " HTTP/1.1\r\nHost: loc");
            Wire.send(slow, wire.head("POST " + MAPS, json(), "Content-Length: 1000") + "\r\n{");
            for (int i = 0; i < 6; i++) {
                Thread.sleep(500);
                Wire.send(slow, " ");
                answers();
            }
            assertThat(Wire.status(slow)).contains("408");
            assertThat(Wire.ended(silent)).isTrue();
        }
    }

    @Test
    void tellsWhoStopsInTheMiddleOfABody() throws Exception {
        try (var stopped = wire.open()) {
            Wire.send(stopped, wire.head("POST " + MAPS, json(), "Content-Length: 1000") + "\r\n{");
            assertThat(Wire.status(stopped)).contains("408");
            assertThat(Wire.rest(stopped)).contains("did not come within");
        }
    }

    @Test
    void answersWhatIsNotHttp() throws IOException {
        try (var socket = wire.open()) {
            Wire.send(socket, "\u0016\u0003nonsense\r\n\r\n");
            assertThat(Wire.status(socket)).contains("400");
        }
        try (var socket = wire.open()) {
            Wire.send(socket, wire.head("GET " + MAPS, "X-Long: " + "x".repeat(100_000)) + "\r\n");
            assertThat(Wire.status(socket)).contains("431");
            assertThat(Wire.rest(socket)).contains("\"kind\":\"Status\"");
        }
        answers();
    }

    /// Clients that try a WebSocket first take this as a reason to watch over plain HTTP.
    @Test
    void sendsWatchesOverWebSocketsToPlainHttp() throws IOException {
        try (var socket = wire.open()) {
            var head =
                    wire.head(
                            "GET " + MAPS + "?watch=true",
                            "Connection: Upgrade",
                            "Upgrade: websocket",
                            "Sec-WebSocket-Version: 13",
                            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==");
            Wire.send(socket, head + "\r\n");
            assertThat(Wire.status(socket)).contains("200");
            assertThat(Wire.rest(socket)).doesNotContain("kind");
        }
    }

    @Test
    void refusesLongHeadersOverHttp2AndGoesOn() {
        var request = admin.request(MAPS).header("X-Long", "x".repeat(100_000));
        var answer = admin.send(request);
        assertThat(answer.version()).isEqualTo(HttpClient.Version.HTTP_2);
        assertThat(answer.statusCode()).isEqualTo(431);
        assertThat(Web.json(answer).string("kind")).isEqualTo("Status");
        answers();
    }

    @Test
    void refusesAQueryThatIsNotEncoded() throws IOException {
        try (var socket = wire.open()) {
            Wire.send(socket, wire.head("GET " + MAPS + "?labelSelector=%zz") + "\r\n");
            assertThat(Wire.status(socket)).contains("400");
        }
    }

    @Test
    void tellsOfAPathThatMeansMoreThanOneThingAsOfEverythingElse() throws IOException {
        for (var path : List.of("/api//v1", "/api/v1/namespaces/a%2Fb", "/%zz")) {
            try (var socket = wire.open()) {
                Wire.send(socket, wire.head("GET " + path, "Connection: close") + "\r\n");
                assertThat(Wire.status(socket)).as(path).containsPattern("40[04]");
                assertThat(Wire.rest(socket)).as(path).contains("\"kind\":\"Status\"");
            }
        }
    }

    private static String json() {
        return "Content-Type: application/json";
    }
}
