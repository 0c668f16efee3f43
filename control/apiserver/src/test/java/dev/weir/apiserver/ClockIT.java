package dev.weir.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.resource.Json;
import dev.weir.store.Store;
import dev.weir.store.StoreOptions;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A clock that is set while the server runs changes what is written down, and nothing else.
class ClockIT {
    private static final String MAPS = "/api/v1/namespaces/default/configmaps";
    private static final String LEASES = "/apis/coordination.k8s.io/v1/namespaces/default/leases";

    @TempDir Path directory;

    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.now());
    private Store store;
    private ApiServer server;
    private Web admin;

    @BeforeEach
    void start() throws IOException {
        store = Store.inMemory(StoreOptions.DEFAULT);
        var address = new InetSocketAddress("127.0.0.1", 0);
        var options = ApiServer.Options.on(address, directory, List.of());
        InstantSource source = now::get;
        var clock = source.withZone(ZoneOffset.UTC);
        server = ApiServer.start(store, options, clock, Limits.USUAL);
        var token = Web.token(directory, "weir:admin");
        admin = Web.of(server, directory, HttpClient.Version.HTTP_2, token);
    }

    @AfterEach
    void stop() {
        admin.close();
        server.close();
        store.close();
    }

    private void set(Duration change) {
        now.updateAndGet(time -> time.plus(change));
    }

    private Json.Obj create(String name) {
        var made = admin.post(MAPS, "{\"metadata\":{\"name\":\"" + name + "\"}}");
        assertThat(made.statusCode()).isEqualTo(201);
        return Web.json(made).object("metadata");
    }

    @Test
    void versionsGrowWhereTimestampsGoBack() {
        var first = create("first");
        set(Duration.ofDays(-400));
        var second = create("second");
        assertThat(Instant.parse(second.string("creationTimestamp")))
                .isBefore(Instant.parse(first.string("creationTimestamp")));
        assertThat(Long.parseLong(second.string("resourceVersion")))
                .isGreaterThan(Long.parseLong(first.string("resourceVersion")));
    }

    @Test
    void watchesLastAsLongAsAskedFor() throws Exception {
        try (var events = admin.watch(MAPS + "?watch=true&timeoutSeconds=2&resourceVersion=1")) {
            set(Duration.ofDays(1));
            create("a");
            assertThat(events.brief()).isEqualTo("ADDED a");
            set(Duration.ofDays(-2));
            create("b");
            assertThat(events.brief()).isEqualTo("ADDED b");
            assertThat(events.brief()).isEqualTo("END");
        }
    }

    @Test
    void leasesStayWithTheirHolders() {
        var lease =
                """
                {"metadata":{"name":"l"},"spec":{"holderIdentity":"a","leaseDurationSeconds":1}}
                """;
        assertThat(admin.post(LEASES, lease).statusCode()).isEqualTo(201);
        set(Duration.ofDays(30));
        var found = Web.json(admin.get(LEASES + "/l"));
        assertThat(found.object("spec").string("holderIdentity")).isEqualTo("a");
        var stale =
                found.with(
                        "metadata", found.object("metadata").with("resourceVersion", Json.of("1")));
        var answer =
                admin.send(
                        "PUT",
                        LEASES + "/l",
                        "application/json",
                        new String(stale.bytes(), StandardCharsets.UTF_8));
        assertThat(answer.statusCode()).isEqualTo(409);
    }

    @Test
    void certificatesEndAndTokensDoNot() {
        var authority = Credentials.open(directory, Clock.systemUTC(), List.of()).authority();
        var subject =
                new Issuer.Subject(
                        "ann",
                        List.of(Caller.MASTERS),
                        List.of(),
                        Issuer.Use.CLIENT,
                        Instant.now().minusSeconds(60),
                        Duration.ofDays(1));
        try (var ann = Web.of(server, directory, Issuer.issue(subject, authority))) {
            assertThat(ann.get(MAPS).statusCode()).isEqualTo(200);
            set(Duration.ofDays(2));
            assertThat(ann.get(MAPS).statusCode()).isEqualTo(401);
            assertThat(admin.get(MAPS).statusCode()).isEqualTo(200);
            set(Duration.ofDays(-4));
            assertThat(ann.get(MAPS).statusCode()).isEqualTo(401);
        }
    }
}
