package dev.weir.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.weir.resource.Condition;
import dev.weir.resource.ConfigMap;
import dev.weir.resource.DeleteOptions;
import dev.weir.resource.Dynamic;
import dev.weir.resource.Json;
import dev.weir.resource.Metadata;
import dev.weir.resource.Patch;
import dev.weir.resource.Query;
import dev.weir.resource.Resource;
import dev.weir.resource.ResourceType;
import dev.weir.resource.Selector;
import dev.weir.resource.Status;
import dev.weir.resource.StatusException;
import dev.weir.resource.Watch;
import dev.weir.resource.WatchEvent;
import dev.weir.resource.WriteOptions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What a [KubernetesClient] does with a live API server, whichever it is.
abstract class ClientContract {
    private static final Duration WAIT = Duration.ofSeconds(10);
    private static final ResourceType<Dynamic> DEFINITIONS =
            ResourceType.dynamic(
                    ResourceType.Names.of(
                            "apiextensions.k8s.io",
                            "v1",
                            "CustomResourceDefinition",
                            "customresourcedefinitions",
                            false));

    private KubernetesClient client;

    /// A connection to the server.
    abstract Connection connection();

    @BeforeEach
    void installToys() throws InterruptedException {
        client = KubernetesClient.connect(connection());
        if (client.find(DEFINITIONS, "", "toys.toys.example.com").isEmpty()) {
            var json = Toy.TYPE.customResourceDefinition();
            client.create(DEFINITIONS, DEFINITIONS.decode(json));
        }
        for (int i = 0; i < 100 && client.discovery().find("ty").isEmpty(); i++) {
            Thread.sleep(50);
        }
        for (var type : List.of(Toy.TYPE, ConfigMap.TYPE)) {
            client.list(type, Query.in("default"))
                    .items()
                    .forEach(object -> delete(type, object.metadata().name()));
        }
    }

    @AfterEach
    void close() {
        client.close();
    }

    @Test
    void createsReadsChangesAndDeletes() {
        var made = client.create(Toy.TYPE, Toy.of("a", 1));
        assertThat(made.metadata().uid()).isNotEmpty();
        assertThat(client.get(Toy.TYPE, "default", "a")).isEqualTo(made);

        var bigger =
                client.update(Toy.TYPE, new Toy(made.metadata(), new Toy.Spec(2, "blue"), null));
        assertThat(bigger.metadata().generation()).isEqualTo(2);
        refused(Status.Reason.Conflict, () -> client.update(Toy.TYPE, made));
        refused(Status.Reason.AlreadyExists, () -> client.create(Toy.TYPE, Toy.of("a", 1)));

        delete(Toy.TYPE, "a");
        assertThat(client.find(Toy.TYPE, "default", "a")).isEmpty();
        refused(Status.Reason.NotFound, () -> delete(Toy.TYPE, "a"));
    }

    @Test
    void writesStatusOnItsOwn() {
        var made = client.create(Toy.TYPE, Toy.of("a", 1));
        var ready =
                new Condition("Ready", Condition.Status.True, 1, Instant.now(), "Done", "It is.");
        var status = new Toy.Status(List.of(ready));

        var changed =
                client.updateStatus(
                        Toy.TYPE, new Toy(made.metadata(), new Toy.Spec(9, "x"), status));

        assertThat(changed.spec().size()).isEqualTo(1);
        assertThat(changed.status()).isEqualTo(status);
    }

    @Test
    void saysWhatIsWrongWithAnObject() {
        assertThatExceptionOfType(StatusException.class)
                .isThrownBy(() -> client.create(Toy.TYPE, Toy.of("a", 0)))
                .satisfies(e -> {
                    assertThat(e.reason()).isEqualTo(Status.Reason.Invalid);
                    assertThat(e.status().causes().getFirst().field()).isEqualTo("spec.size");
                });
    }

    @Test
    void patches() {
        client.create(Toy.TYPE, Toy.of("a", 1));
        var merge = Json.parse("{\"spec\":{\"size\":5}}").asObject();
        var json = Json.parse("[{\"op\":\"replace\",\"path\":\"/spec/colour\",\"value\":\"red\"}]");

        var merged =
                client.patch(Toy.TYPE, "default", "a", Patch.merge(merge), WriteOptions.DEFAULT);
        var patched =
                client.patch(
                        Toy.TYPE,
                        "default",
                        "a",
                        new Patch(Patch.Type.Json, json, ""),
                        WriteOptions.DEFAULT);

        assertThat(merged.spec()).isEqualTo(new Toy.Spec(5, "blue"));
        assertThat(patched.spec()).isEqualTo(new Toy.Spec(5, "red"));
    }

    @Test
    void dryRunsLeaveNothing() {
        var dry = new WriteOptions(true, "tester", null);

        var made = client.create(Toy.TYPE, Toy.of("a", 1), dry);

        assertThat(made.metadata().name()).isEqualTo("a");
        assertThat(client.find(Toy.TYPE, "default", "a")).isEmpty();
    }

    @Test
    void deletesOnlyTheObjectThatIsMeant() {
        var made = client.create(Toy.TYPE, Toy.of("a", 1));
        var other =
                new DeleteOptions(
                        DeleteOptions.Propagation.Background,
                        "00000000-0000-0000-0000-000000000000",
                        "",
                        WriteOptions.DEFAULT);
        var same =
                new DeleteOptions(
                        DeleteOptions.Propagation.Foreground,
                        made.metadata().uid(),
                        made.metadata().resourceVersion(),
                        WriteOptions.DEFAULT);

        refused(Status.Reason.Conflict, () -> client.delete(Toy.TYPE, "default", "a", other));
        client.delete(Toy.TYPE, "default", "a", same);
    }

    @Test
    void listsPagesOfWhatIsSelected() {
        for (int i = 0; i < 5; i++) {
            var metadata = Metadata.of("default", "m" + i).withLabel("kind", i < 4 ? "x" : "y");
            client.create(ConfigMap.TYPE, ConfigMap.of(metadata, Map.of("n", "" + i)));
        }
        var query = Query.in("default").select(Selector.parse("kind in (x,z)"));

        var first = client.list(ConfigMap.TYPE, query.page(3, ""));
        var second = client.list(ConfigMap.TYPE, query.page(3, first.continueToken()));
        var one = client.list(ConfigMap.TYPE, Query.ALL.fields("metadata.name=m4"));
        var newer = client.list(ConfigMap.TYPE, query.from(first.resourceVersion()));

        assertThat(first.items()).hasSize(3);
        assertThat(second.items()).singleElement().satisfies(m -> named(m, "m3"));
        assertThat(second.continueToken()).isEmpty();
        assertThat(second.resourceVersion()).isEqualTo(first.resourceVersion());
        assertThat(one.items()).singleElement().satisfies(m -> named(m, "m4"));
        assertThat(newer.items()).hasSize(4);
    }

    @Test
    void watchesWhatIsThereAndWhatComes() throws InterruptedException {
        client.create(Toy.TYPE, Toy.of("a", 1));
        try (var watch = client.watch(Toy.TYPE, Query.in("default"))) {
            assertThat(next(watch)).isInstanceOf(WatchEvent.Added.class);
            var end = (WatchEvent.Bookmark<Toy>) next(watch);
            assertThat(end.initialEventsEnd()).isTrue();

            var made = client.create(Toy.TYPE, Toy.of("b", 1));
            delete(Toy.TYPE, "b");

            assertThat(next(watch)).isEqualTo(new WatchEvent.Added<>(made));
            var deleted = next(watch);
            assertThat(deleted).isInstanceOf(WatchEvent.Deleted.class);

            resumesAfter(made, deleted);
        }
    }

    private void resumesAfter(Toy made, WatchEvent<Toy> deleted) throws InterruptedException {
        var from = Query.in("default").from(made.metadata().resourceVersion());
        try (var resumed = client.watch(Toy.TYPE, from)) {
            assertThat(next(resumed)).isEqualTo(deleted);
            assertThat(resumed.next(Duration.ofMillis(50))).isEmpty();
        }
    }

    @Test
    void aClosedWatchSaysSo() {
        var watch = client.watch(Toy.TYPE, Query.ALL);
        watch.close();

        refused(Status.Reason.ServiceUnavailable, () -> watch.next(WAIT));
    }

    @Test
    void closingTheClientEndsItsWatches() {
        var watch = client.watch(Toy.TYPE, Query.ALL);
        client.close();

        refused(Status.Reason.ServiceUnavailable, () -> watch.next(WAIT));
        refused(Status.Reason.ServiceUnavailable, () -> client.list(Toy.TYPE, Query.ALL));
    }

    @Test
    void findsKindsByEachOfTheirNames() {
        var discovery = client.discovery();

        for (var name : List.of("toys", "toy", "ty", "Toy", "toys.toys.example.com")) {
            var type = discovery.find(name).orElseThrow();
            assertThat(type.apiVersion()).isEqualTo("toys.example.com/v1");
            assertThat(type.namespaced()).isTrue();
            assertThat(type.names().statusSubresource()).isTrue();
        }
        assertThat(discovery.find("cm").orElseThrow().kind()).isEqualTo("ConfigMap");
        assertThat(discovery.find("ns").orElseThrow().namespaced()).isFalse();
        assertThat(discovery.find("coordination.k8s.io/v1", "Lease")).isPresent();
        assertThat(discovery.find("leases.v1.coordination.k8s.io")).isPresent();
        assertThat(discovery.find("nothing")).isEmpty();
    }

    @Test
    void showsTables() throws InterruptedException {
        client.create(Toy.TYPE, Toy.of("a", 7));

        var table = client.table(Toy.TYPE, Query.in("default"));

        assertThat(columns(table)).containsExactly("Name", "Size", "Age");
        assertThat(table.array("rows").items().getFirst().asObject().array("cells").items())
                .startsWith(Json.of("a"), Json.of(7));
        assertThat(columns(client.table(Toy.TYPE, "default", "a"))).contains("Size");
        var from = Query.in("default").from(table.object("metadata").string("resourceVersion"));
        try (var watch = client.watchTable(Toy.TYPE, from)) {
            client.create(Toy.TYPE, Toy.of("b", 8));
            var added = (WatchEvent.Added<Dynamic>) next(watch);
            assertThat(added.object().metadata().name()).isEqualTo("b");
            assertThat(columns(added.object().json())).contains("Size");
        }
    }

    private static List<String> columns(Json.Obj table) {
        var names = new ArrayList<String>();
        table.array("columnDefinitions")
                .items()
                .forEach(column -> names.add(column.asObject().string("name")));
        return names;
    }

    @Test
    void sendsRawRequests() {
        assertThat(client.raw("GET", "/readyz", Map.of(), null).body()).isNotEmpty();
        assertThat(client.raw("GET", "/version", Map.of(), null).json().string("major"))
                .isNotEmpty();
        refused(Status.Reason.NotFound, () -> client.raw("GET", "/no/such", Map.of(), null));
    }

    @Test
    void manyThreadsShareOneConnection() throws InterruptedException {
        var made = new ArrayList<Thread>();
        for (int i = 0; i < 200; i++) {
            var toy = Toy.of("many" + i, 1);
            made.add(Thread.ofVirtual().start(() -> client.create(Toy.TYPE, toy)));
        }
        for (var thread : made) {
            thread.join();
        }

        assertThat(client.list(Toy.TYPE, Query.in("default")).items()).hasSize(200);
    }

    @Test
    void moreWatchesThanStreamsInAConnection() throws InterruptedException {
        var watches = new ArrayList<Watch<Toy>>();
        for (int i = 0; i < 150; i++) {
            watches.add(client.watch(Toy.TYPE, Query.in("default")));
        }
        client.create(Toy.TYPE, Toy.of("seen", 1));

        for (var watch : watches) {
            var event = next(watch);
            while (event instanceof WatchEvent.Bookmark) {
                event = next(watch);
            }
            assertThat(event).isInstanceOf(WatchEvent.Added.class);
            watch.close();
        }
    }

    private static void named(Resource resource, String name) {
        assertThat(resource.metadata().name()).isEqualTo(name);
    }

    private static <R extends Resource> WatchEvent<R> next(Watch<R> watch)
            throws InterruptedException {
        return watch.next(WAIT).orElseThrow();
    }

    private void delete(ResourceType<?> type, String name) {
        client.delete(type, "default", name, DeleteOptions.DEFAULT);
    }

    private static void refused(
            Status.Reason reason, org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        assertThatExceptionOfType(StatusException.class)
                .isThrownBy(call)
                .satisfies(e -> assertThat(e.reason()).isEqualTo(reason));
    }
}
