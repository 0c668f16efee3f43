package dev.weir.apiserver;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.resource.ConfigMap;
import dev.weir.resource.Json;
import dev.weir.resource.Metadata;
import dev.weir.store.Store;
import dev.weir.store.StoreOptions;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class HttpIT {
    private static final String MAPS = "/api/v1/namespaces/default/configmaps";

    @TempDir Path directory;

    private Store store;
    private ApiServer server;
    private Web admin;

    @BeforeEach
    void start() throws IOException {
        store = Store.inMemory(StoreOptions.DEFAULT);
        server = ApiServer.start(store, options(0));
        admin = as("weir:admin");
    }

    private ApiServer.Options options(int port) {
        return ApiServer.Options.on(new InetSocketAddress("127.0.0.1", port), directory, List.of());
    }

    private Web as(String user) throws IOException {
        var token = user.isEmpty() ? "" : Web.token(directory, user);
        return Web.of(server, directory, HttpClient.Version.HTTP_2, token);
    }

    @AfterEach
    void stop() {
        admin.close();
        server.close();
        store.close();
    }

    @ParameterizedTest
    @EnumSource
    void servesBothVersionsOfHttp(HttpClient.Version version) throws IOException {
        if (version.name().equals("HTTP_3")) {
            return;
        }
        var token = Web.token(directory, "weir:admin");
        try (var web = Web.of(server, directory, version, token)) {
            var answer = web.get("/api/v1/namespaces/default");
            assertThat(answer.version()).isEqualTo(version);
            assertThat(Web.json(answer).object("metadata").string("name")).isEqualTo("default");
        }
    }

    @Test
    void createsReadsChangesAndDeletes() {
        var made = admin.post(MAPS, map("a", "1"));
        assertThat(made.statusCode()).isEqualTo(201);
        assertThat(Web.json(admin.get(MAPS + "/a"))).isEqualTo(Web.json(made));
        var patched =
                admin.send(
                        "PATCH",
                        MAPS + "/a",
                        "application/merge-patch+json",
                        "{\"data\":{\"k\":\"2\"}}");
        assertThat(Web.json(patched).object("data").string("k")).isEqualTo("2");
        var stale = admin.send("PUT", MAPS + "/a", "application/json", text(made.body()));
        assertThat(stale.statusCode()).isEqualTo(409);
        assertThat(admin.send("DELETE", MAPS + "/a", "", "").statusCode()).isEqualTo(200);
        assertThat(admin.get(MAPS + "/a").statusCode()).isEqualTo(404);
    }

    @Test
    void takesYamlAndProtobuf() {
        var yaml = "metadata:\n  name: y\ndata:\n  k: v\n";
        var made = admin.send("POST", MAPS, "application/yaml", yaml);
        assertThat(made.statusCode()).isEqualTo(201);
        var again = admin.send(admin.request(MAPS + "/y").header("Accept", "application/yaml"));
        assertThat(text(again.body())).contains("name: y");

        var object = Json.parse(map("p", "1").getBytes()).asObject();
        var request =
                admin.request(MAPS)
                        .header("Content-Type", Protobuf.MEDIA_TYPE)
                        .POST(
                                java.net.http.HttpRequest.BodyPublishers.ofByteArray(
                                        Protobuf.encode(object)));
        assertThat(admin.send(request).statusCode()).isEqualTo(201);
    }

    @Test
    void refusesWhoeverIsNotKnown() throws IOException {
        try (var nobody = as("");
                var liar = Web.of(server, directory, HttpClient.Version.HTTP_2, "wrong")) {
            assertThat(nobody.get(MAPS).statusCode()).isEqualTo(401);
            assertThat(Web.json(nobody.get(MAPS)).string("reason")).isEqualTo("Unauthorized");
            assertThat(nobody.get("/version").statusCode()).isEqualTo(200);
            assertThat(nobody.get("/livez").statusCode()).isEqualTo(200);
            assertThat(nobody.get("/metrics").statusCode()).isEqualTo(401);
            assertThat(liar.get(MAPS).statusCode()).isEqualTo(401);
        }
    }

    @Test
    void tellsItsHealthPartByPart() {
        assertThat(text(admin.get("/readyz?verbose").body()))
                .isEqualTo("[+]ping ok\n[+]store ok\nreadyz check passed\n");
        assertThat(text(admin.get("/livez/store").body())).isEqualTo("ok");
        assertThat(admin.get("/livez/shop").statusCode()).isEqualTo(404);
        assertThat(text(admin.get("/healthz?verbose=1&exclude=store&exclude=ping").body()))
                .contains("[+]ping excluded: ok\n[+]store excluded: ok\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"v2", "v2beta1"})
    void discoversAllGroupsAtOnce(String version) {
        var aggregated =
                "application/json;g=apidiscovery.k8s.io;v=" + version + ";as=APIGroupDiscoveryList";
        var answer = admin.send(admin.request("/apis").header("Accept", aggregated));
        assertThat(answer.headers().firstValue("Content-Type")).contains(aggregated);
        var list = Web.json(answer);
        assertThat(list.string("kind")).isEqualTo("APIGroupDiscoveryList");
        assertThat(list.string("apiVersion")).isEqualTo("apidiscovery.k8s.io/" + version);
        assertThat(text(answer.body()))
                .contains("\"coordination.k8s.io\"", "\"leases\"", "\"Namespaced\"");
        assertThat(Web.json(admin.get("/apis")).string("kind")).isEqualTo("APIGroupList");
    }

    @Test
    void letsReadersReadAllButSecrets() throws IOException {
        try (var reader = as("weir:reader")) {
            assertThat(reader.get(MAPS).statusCode()).isEqualTo(200);
            assertThat(reader.get("/apis").statusCode()).isEqualTo(200);
            var secrets = reader.get("/api/v1/secrets");
            assertThat(secrets.statusCode()).isEqualTo(403);
            assertThat(Web.json(secrets).string("message"))
                    .isEqualTo(
                            "secrets is forbidden: User \"weir:reader\" cannot list resource"
                                    + " \"secrets\" in API group \"\" at the cluster scope");
            assertThat(reader.post(MAPS, map("x", "1")).statusCode()).isEqualTo(403);
        }
    }

    @Test
    void knowsCallersByCertificate() {
        var authority = Credentials.open(directory, java.time.Clock.systemUTC(), List.of());
        assertThat(statusFor(client(authority.authority(), Instant.now()))).isEqualTo(200);
        var old = Instant.now().minus(Duration.ofDays(10));
        assertThat(statusFor(client(authority.authority(), old))).isEqualTo(401);
        var foreign = Issuer.authority(subject(Issuer.Use.AUTHORITY, Instant.now()));
        assertThat(statusFor(client(foreign, Instant.now()))).isEqualTo(401);
    }

    private int statusFor(Issuer.Identity identity) {
        try (var web = Web.of(server, directory, identity)) {
            return web.get(MAPS).statusCode();
        }
    }

    private static Issuer.Identity client(Issuer.Identity authority, Instant from) {
        return Issuer.issue(subject(Issuer.Use.CLIENT, from), authority);
    }

    private static Issuer.Subject subject(Issuer.Use use, Instant from) {
        return new Issuer.Subject(
                "ann",
                List.of(Caller.MASTERS),
                List.of(),
                use,
                from.minusSeconds(60),
                Duration.ofDays(1));
    }

    @Test
    void keepsItsFilesToItself() throws IOException {
        try (var files = Files.list(directory)) {
            for (var file : files.toList()) {
                assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                        .as(file.toString())
                        .isEqualTo("rw-------");
            }
        }
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory)))
                .isEqualTo("rwx------");
    }

    @Test
    void saysWhatIsWrongWithABody() {
        assertThat(reason(admin.post(MAPS, "{"))).isEqualTo("400 BadRequest");
        assertThat(reason(admin.post(MAPS, "[".repeat(5000)))).isEqualTo("400 BadRequest");
        assertThat(reason(admin.post(MAPS, "[]"))).isEqualTo("400 BadRequest");
        assertThat(reason(admin.post(MAPS, "{\"metadata\":{\"name\":3}}")))
                .isEqualTo("400 BadRequest");
        assertThat(reason(admin.post(MAPS, "{\"metadata\":{\"name\":\"A B\"}}")))
                .isEqualTo("422 Invalid");
        assertThat(reason(admin.post(MAPS, map("big", "x".repeat(4 << 20)))))
                .isEqualTo("413 RequestEntityTooLarge");
        assertThat(reason(admin.send("POST", MAPS, "text/html", "{}")))
                .isEqualTo("415 UnsupportedMediaType");
        assertThat(reason(admin.send("PUT", MAPS, "application/json", "{}")))
                .isEqualTo("405 MethodNotAllowed");
        assertThat(reason(admin.get("/api/v1/nonsense"))).isEqualTo("404 NotFound");
        assertThat(reason(admin.get("/nonsense"))).isEqualTo("404 NotFound");
    }

    @Test
    void answersBeforeItResetsARequestWhoseBodyItDoesNotWant() {
        var body = "x".repeat(100_000);
        for (int i = 0; i < 200; i++) {
            assertThat(reason(admin.send("PUT", MAPS, "application/json", body)))
                    .isEqualTo("405 MethodNotAllowed");
        }
    }

    @Test
    void warnsOfOrRefusesUnknownAndRepeatedMembers() {
        var body = "{\"metadata\":{\"name\":\"w\"},\"data\":{\"a\":\"1\",\"a\":\"2\"},\"foo\":1}";
        var strict = admin.post(MAPS + "?fieldValidation=Strict", body);
        assertThat(strict.statusCode()).isEqualTo(400);
        assertThat(Web.json(strict).string("message"))
                .contains("duplicate field \"data.a\"", "unknown field \"foo\"");
        var warned = admin.post(MAPS + "?fieldValidation=Warn&dryRun=All", body);
        assertThat(warned.statusCode()).isEqualTo(201);
        assertThat(warned.headers().allValues("Warning")).hasSize(2);
        assertThat(admin.get(MAPS + "/w").statusCode()).isEqualTo(404);
    }

    @Test
    void showsPagesOfOneRevision() {
        for (int i = 0; i < 5; i++) {
            admin.post(MAPS, map("m" + i, "1"));
        }
        var first = Web.json(admin.get(MAPS + "?limit=2"));
        admin.post(MAPS, map("m00", "1"));
        assertThat(first.object("metadata").integer("remainingItemCount", 0)).isEqualTo(3);
        var next =
                Web.json(
                        admin.get(
                                MAPS
                                        + "?limit=9&continue="
                                        + first.object("metadata").string("continue")));
        assertThat(names(next)).containsExactly("m2", "m3", "m4");
        assertThat(reason(admin.get(MAPS + "?resourceVersion=99999"))).isEqualTo("504 Timeout");
        assertThat(reason(admin.get(MAPS + "?resourceVersionMatch=Exact")))
                .isEqualTo("422 Invalid");
    }

    @Test
    void compressesWhatIsLargeForWhoTakesIt() throws IOException {
        admin.post(MAPS, map("big", "x".repeat(200_000)));
        admin.post(MAPS, map("small", "x"));
        var plain = admin.get(MAPS + "/big").body();
        var zipped = admin.send(admin.request(MAPS + "/big").header("Accept-Encoding", "gzip"));
        assertThat(zipped.headers().firstValue("Content-Encoding")).contains("gzip");
        assertThat(zipped.body()).hasSizeLessThan(10_000);
        try (var in = new GZIPInputStream(new ByteArrayInputStream(zipped.body()))) {
            assertThat(in.readAllBytes()).isEqualTo(plain);
        }
        var small = admin.send(admin.request(MAPS + "/small").header("Accept-Encoding", "gzip"));
        assertThat(small.headers().firstValue("Content-Encoding")).isEmpty();
    }

    @Test
    void streamsChanges() throws Exception {
        admin.post(MAPS, map("a", "1"));
        try (var events = admin.watch(MAPS + "?watch=true")) {
            assertThat(events.brief()).isEqualTo("ADDED a");
            admin.post(MAPS, map("b", "1"));
            assertThat(events.brief()).isEqualTo("ADDED b");
            admin.send("DELETE", MAPS + "/a", "", "");
            assertThat(events.brief()).isEqualTo("DELETED a");
        }
    }

    @Test
    void streamsRowsWithTheirColumnsOnce() throws Exception {
        var accept = "application/json;as=Table;v=v1;g=meta.k8s.io";
        try (var one = admin.watch(MAPS + "?watch=true", accept);
                var other = admin.watch(MAPS + "?watch=true", accept)) {
            for (var name : List.of("a", "b", "c")) {
                admin.post(MAPS, map(name, "1"));
            }
            for (var name : List.of("a", "b", "c")) {
                for (var events : List.of(one, other)) {
                    var table = requireNonNull(events.next()).object("object");
                    assertThat(table.array("columnDefinitions").items().isEmpty())
                            .isEqualTo(!name.equals("a"));
                    assertThat(table.array("rows").items().getFirst().toString())
                            .contains("value=" + name + "]");
                }
            }
        }
    }

    @Test
    void streamsMetadataAlone() throws Exception {
        var accept = "application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io";
        try (var events = admin.watch(MAPS + "?watch=true", accept)) {
            admin.post(MAPS, map("a", "1"));
            var object = requireNonNull(events.next()).object("object");
            assertThat(object.string("kind")).isEqualTo("PartialObjectMetadata");
            assertThat(object.object("metadata").string("name")).isEqualTo("a");
            assertThat(object.has("data")).isFalse();
        }
    }

    @Test
    void endsInitialEventsWithABookmark() throws Exception {
        admin.post(MAPS, map("a", "1"));
        var query =
                "?watch=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan"
                        + "&allowWatchBookmarks=true";
        try (var events = admin.watch(MAPS + query)) {
            assertThat(events.brief()).isEqualTo("ADDED a");
            var bookmark = events.next();
            assertThat(bookmark).isNotNull();
            assertThat(bookmark.string("type")).isEqualTo("BOOKMARK");
            assertThat(
                            bookmark.object("object")
                                    .object("metadata")
                                    .object("annotations")
                                    .string("k8s.io/initial-events-end"))
                    .isEqualTo("true");
        }
    }

    @Test
    void endsAWatchWhenItsTimeIsUp() throws Exception {
        try (var events = admin.watch(MAPS + "?watch=true&timeoutSeconds=1&resourceVersion=1")) {
            assertThat(events.brief()).isEqualTo("END");
        }
    }

    @Test
    void tellsAWatchFromTooFarBackInTheStream() throws Exception {
        for (int i = 0; i < 10; i++) {
            admin.post(MAPS, map("n" + i, "1"));
        }
        store.compact(store.revision());
        try (var events = admin.watch(MAPS + "?watch=true&resourceVersion=2")) {
            assertThat(events.status()).isEqualTo(200);
            var event = events.next();
            assertThat(event).isNotNull();
            assertThat(event.string("type")).isEqualTo("ERROR");
            assertThat(event.object("object").integer("code", 0)).isEqualTo(410);
        }
    }

    @Test
    void endsWatchesWhenItCloses() throws Exception {
        var events = new ArrayList<Web.Events>();
        for (int i = 0; i < 5; i++) {
            events.add(admin.watch(MAPS + "?watch=true"));
        }
        server.close();
        for (var each : events) {
            assertThat(ended(each)).isTrue();
        }
    }

    private static boolean ended(Web.Events events) {
        try {
            return events.next() == null;
        } catch (IOException _) {
            return true;
        }
    }

    @Test
    void comesBackWithItsCredentialsAndObjects() throws IOException {
        admin.post(MAPS, map("a", "1"));
        var before = Files.readString(directory.resolve("ca.crt"));
        server.close();
        server = ApiServer.start(store, options(0));
        assertThat(Files.readString(directory.resolve("ca.crt"))).isEqualTo(before);
        try (var again = as("weir:admin")) {
            assertThat(again.get(MAPS + "/a").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void saysWhichPortIsTaken() throws IOException {
        try (var taken = new ServerSocket(0, 1, java.net.InetAddress.getLoopbackAddress())) {
            int port = taken.getLocalPort();
            assertThatThrownBy(() -> ApiServer.start(store, options(port)).close())
                    .isInstanceOf(UncheckedIOException.class)
                    .hasMessageContaining(Integer.toString(port));
        }
    }

    @Test
    void seesWritesFromThisProcess() {
        var map = new ConfigMap(Metadata.of("default", "local"), Map.of("k", "v"), Map.of(), null);
        server.client().create(ConfigMap.TYPE, map);
        assertThat(Web.json(admin.get(MAPS + "/local")).object("data").string("k")).isEqualTo("v");
    }

    private static String map(String name, String value) {
        return """
        {"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"%s"},"data":{"k":"%s"}}\
        """
                .formatted(name, value);
    }

    private static List<String> names(Json.Obj list) {
        return list.array("items").items().stream()
                .map(item -> item.asObject().object("metadata").string("name"))
                .toList();
    }

    private static String reason(java.net.http.HttpResponse<byte[]> answer) {
        return answer.statusCode() + " " + Web.json(answer).string("reason");
    }

    private static String text(byte[] bytes) {
        return new String(bytes, java.nio.charset.StandardCharsets.UTF_8);
    }
}
