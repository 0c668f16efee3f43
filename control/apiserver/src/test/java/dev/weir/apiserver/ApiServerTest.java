package dev.weir.apiserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.resource.AdmissionRule;
import dev.weir.resource.Client;
import dev.weir.resource.ConfigMap;
import dev.weir.resource.DeleteOptions;
import dev.weir.resource.Extension;
import dev.weir.resource.Json;
import dev.weir.resource.Lease;
import dev.weir.resource.Metadata;
import dev.weir.resource.Namespace;
import dev.weir.resource.OwnerReference;
import dev.weir.resource.Patch;
import dev.weir.resource.Query;
import dev.weir.resource.ResourceType;
import dev.weir.resource.Selector;
import dev.weir.resource.Status.Reason;
import dev.weir.resource.StatusException;
import dev.weir.resource.Watch;
import dev.weir.resource.WatchEvent;
import dev.weir.resource.WriteOptions;
import dev.weir.store.Store;
import dev.weir.store.StoreOptions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ApiServerTest {
    private Store store;
    private ApiServer server;
    private Client client;

    @BeforeEach
    void start() {
        store = Store.inMemory(StoreOptions.DEFAULT);
        server = ApiServer.start(store, ApiServer.Options.inProcess(List.of(new Shops())));
        client = server.client();
    }

    @AfterEach
    void stop() {
        server.close();
        store.close();
    }

    /// Brings the kind, and a rule that rejects, one that changes and one that fails.
    private static final class Shops implements Extension {
        @Override
        public String name() {
            return "shops";
        }

        @Override
        public List<ResourceType<?>> kinds() {
            return List.of(Shop.TYPE);
        }

        @Override
        public List<AdmissionRule<?>> admissionRules() {
            return List.of(new Rule());
        }
    }

    private static final class Rule implements AdmissionRule<Shop> {
        @Override
        public ResourceType<Shop> type() {
            return Shop.TYPE;
        }

        @Override
        public Shop mutate(Shop shop, @Nullable Shop old) {
            return shop.with(shop.metadata().withLabel("owner", shop.spec().owner()));
        }

        @Override
        public Optional<Denial> validate(Shop shop, @Nullable Shop old) {
            if (shop.spec().owner().equals("boom")) {
                throw new IllegalStateException("boom");
            }
            return shop.spec().tills() > 100
                    ? Optional.of(new Denial("spec.tills", "too many tills"))
                    : Optional.empty();
        }
    }

    private static void refused(Reason reason, String part, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        StatusException.class,
                        e -> {
                            assertThat(e.reason()).as(e.getMessage()).isEqualTo(reason);
                            assertThat(e.getMessage()).contains(part);
                        });
    }

    private static void eventually(BooleanSupplier condition) {
        long end = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("in time").isLessThan(end);
            Thread.onSpinWait();
        }
    }

    private boolean exists(String name) {
        return client.find(Shop.TYPE, "default", name).isPresent();
    }

    @Test
    void createFillsInWhatTheServerOwns() {
        var made = client.create(Shop.TYPE, Shop.of("a", 3));
        var metadata = made.metadata();
        assertThat(metadata.uid()).hasSize(36);
        assertThat(metadata.generation()).isEqualTo(1);
        assertThat(metadata.creationTimestamp()).isNotNull();
        assertThat(metadata.resourceVersion()).isEqualTo(Long.toString(store.revision()));
        assertThat(metadata.labels()).containsEntry("owner", "ann");
        assertThat(client.get(Shop.TYPE, "default", "a")).isEqualTo(made);
    }

    @Test
    void generatesNames() {
        var made =
                client.create(
                        ConfigMap.TYPE,
                        ConfigMap.TYPE.decode(
                                Json.parse(
                                                "{\"metadata\":{\"namespace\":\"default\","
                                                        + "\"generateName\":\"cm-\"}}")
                                        .asObject()));
        assertThat(made.metadata().name()).matches("cm-[a-z0-9]{5}");
    }

    @Test
    void refusesASecondObjectOfTheName() {
        client.create(Shop.TYPE, Shop.of("a", 3));
        refused(
                Reason.AlreadyExists,
                "shops.test.weir.dev \"a\" already exists",
                () -> client.create(Shop.TYPE, Shop.of("a", 3)));
    }

    @Test
    void refusesAnAbsentNamespace() {
        var shop = Shop.of("a", 3).with(Metadata.of("nowhere", "a"));
        refused(
                Reason.NotFound,
                "namespaces \"nowhere\" not found",
                () -> client.create(Shop.TYPE, shop));
    }

    @Test
    void generationCountsWishesOnly() {
        var made = client.create(Shop.TYPE, Shop.of("a", 3));
        var labelled = client.update(Shop.TYPE, made.with(made.metadata().withLabel("x", "y")));
        assertThat(labelled.metadata().generation()).isEqualTo(1);
        var bigger = client.update(Shop.TYPE, labelled.with(new Shop.Spec("ann", 4, "EUR")));
        assertThat(bigger.metadata().generation()).isEqualTo(2);
        var seen = client.updateStatus(Shop.TYPE, bigger.with(new Shop.Status(List.of(), 1)));
        assertThat(seen.metadata().generation()).isEqualTo(2);
        assertThat(seen.status()).isNotNull();
    }

    @Test
    void writesOfTheObjectLeaveItsStatusAlone() {
        var made = client.create(Shop.TYPE, Shop.of("a", 3));
        var seen = client.updateStatus(Shop.TYPE, made.with(new Shop.Status(List.of(), 1)));
        var next = client.update(Shop.TYPE, seen.with((Shop.Status) null));
        assertThat(next.status()).isEqualTo(seen.status());
    }

    @Test
    void updatesThatChangeNothingAreInvisible() {
        var made = client.create(Shop.TYPE, Shop.of("a", 3));
        long before = store.revision();
        assertThat(client.update(Shop.TYPE, made)).isEqualTo(made);
        assertThat(store.revision()).isEqualTo(before);
    }

    @Test
    void staleUpdatesConflict() {
        var made = client.create(Shop.TYPE, Shop.of("a", 3));
        client.update(Shop.TYPE, made.with(new Shop.Spec("ann", 4, "EUR")));
        refused(
                Reason.Conflict,
                "Operation cannot be fulfilled on shops.test.weir.dev \"a\": the object has been"
                        + " modified",
                () -> client.update(Shop.TYPE, made.with(new Shop.Spec("ann", 5, "EUR"))));
    }

    @Test
    void patchesRetryUntilTheyApply() throws Exception {
        client.create(Shop.TYPE, Shop.of("a", 0));
        var threads =
                java.util.stream.IntStream.range(0, 4)
                        .mapToObj(i -> Thread.ofVirtual().start(() -> label("k" + i)))
                        .toList();
        for (var thread : threads) {
            thread.join();
        }
        assertThat(client.get(Shop.TYPE, "default", "a").metadata().labels())
                .containsKeys("k0", "k1", "k2", "k3");
    }

    private void label(String key) {
        var labels = Json.Obj.of("labels", Json.Obj.of(key, Json.of("v")));
        client.patch(
                Shop.TYPE,
                "default",
                "a",
                Patch.merge(Json.Obj.of("metadata", labels)),
                WriteOptions.DEFAULT);
    }

    @Test
    void dryRunsStoreNothing() {
        long before = store.revision();
        var dry = new WriteOptions(true, "", null);
        assertThat(client.create(Shop.TYPE, Shop.of("a", 3), dry).metadata().uid()).isNotEmpty();
        assertThat(exists("a")).isFalse();
        assertThat(store.revision()).isEqualTo(before);
    }

    @Test
    void saysInTheWordsOfTheSchemaWhatARuleCannotRead() {
        client.create(Shop.TYPE, Shop.of("a", 1));
        var text = Json.Obj.of("spec", Json.Obj.of("tills", Json.of("x")));
        refused(
                Reason.Invalid,
                "spec.tills: Invalid value: \"string\": spec.tills in body must be of type integer",
                () ->
                        client.patch(
                                Shop.TYPE,
                                "default",
                                "a",
                                Patch.merge(text),
                                WriteOptions.DEFAULT));
    }

    @Test
    void rulesRejectAndFailByName() {
        refused(
                Reason.Invalid,
                "spec.tills: too many tills",
                () -> client.create(Shop.TYPE, Shop.of("a", 101)));
        refused(
                Reason.InternalError,
                "Rule failed",
                () ->
                        client.create(
                                Shop.TYPE, Shop.of("a", 1).with(new Shop.Spec("boom", 1, "EUR"))));
    }

    @Test
    void listsPagesOfOneRevision() {
        for (int i = 0; i < 5; i++) {
            client.create(Shop.TYPE, Shop.of("s" + i, i));
        }
        var first = client.list(Shop.TYPE, Query.in("default").page(2, ""));
        client.create(Shop.TYPE, Shop.of("s9", 9));
        var second = client.list(Shop.TYPE, Query.in("default").page(9, first.continueToken()));
        assertThat(second.items())
                .extracting(s -> s.metadata().name())
                .containsExactly("s2", "s3", "s4");
        assertThat(second.resourceVersion()).isEqualTo(first.resourceVersion());
        assertThat(second.continueToken()).isEmpty();
    }

    @Test
    void listsSelectByLabelsAndFields() {
        client.create(Shop.TYPE, Shop.of("a", 1));
        client.create(Shop.TYPE, Shop.of("b", 1).with(new Shop.Spec("bob", 1, "EUR")));
        var bobs = Query.ALL.select(Selector.of(Map.of("owner", "bob")));
        assertThat(client.list(Shop.TYPE, bobs).items()).hasSize(1);
        assertThat(client.list(Shop.TYPE, Query.ALL.fields("metadata.name=a")).items()).hasSize(1);
        refused(
                Reason.BadRequest,
                "field label not supported: spec.x",
                () -> client.list(Shop.TYPE, Query.ALL.fields("spec.x=a")));
    }

    @Test
    void watchesTellOfEnteringAndLeavingASelection() throws Exception {
        var made = client.create(Shop.TYPE, Shop.of("a", 1));
        try (var watch =
                client.watch(
                        Shop.TYPE,
                        Query.ALL
                                .select(Selector.of(Map.of("hot", "yes")))
                                .from(made.metadata().resourceVersion()))) {
            var hot = client.update(Shop.TYPE, made.with(made.metadata().withLabel("hot", "yes")));
            var cold = client.update(Shop.TYPE, hot.with(hot.metadata().withLabel("hot", "no")));
            assertThat(next(watch)).isEqualTo(new WatchEvent.Added<>(hot));
            var left = (WatchEvent.Deleted<Shop>) next(watch);
            assertThat(left.object().metadata().labels()).containsEntry("hot", "yes");
            assertThat(left.resourceVersion()).isEqualTo(cold.metadata().resourceVersion());
        }
    }

    @Test
    void watchesStartWithWhatIsThereAndABookmark() throws Exception {
        var made = client.create(Shop.TYPE, Shop.of("a", 1));
        try (var watch = client.watch(Shop.TYPE, Query.ALL)) {
            assertThat(watch.next(Duration.ofSeconds(5))).contains(new WatchEvent.Added<>(made));
            assertThat(watch.next(Duration.ofSeconds(5)).orElseThrow())
                    .isInstanceOfSatisfying(
                            WatchEvent.Bookmark.class,
                            b -> assertThat(b.initialEventsEnd()).isTrue());
        }
    }

    private static WatchEvent<Shop> next(Watch<Shop> watch) throws InterruptedException {
        while (true) {
            var event = watch.next(Duration.ofSeconds(5)).orElseThrow();
            if (!(event instanceof WatchEvent.Bookmark)) {
                return event;
            }
        }
    }

    @Test
    void finalizersHoldADeletedObject() {
        var shop = Shop.of("a", 1);
        var made =
                client.create(Shop.TYPE, shop.with(shop.metadata().withFinalizer("weir.dev/hold")));
        client.delete(Shop.TYPE, "default", "a", DeleteOptions.DEFAULT);
        var held = client.get(Shop.TYPE, "default", "a");
        assertThat(held.metadata().deleting()).isTrue();
        assertThat(held.metadata().uid()).isEqualTo(made.metadata().uid());
        client.update(Shop.TYPE, held.with(held.metadata().withoutFinalizer("weir.dev/hold")));
        assertThat(exists("a")).isFalse();
    }

    @Test
    void deletesOnlyTheExpectedObject() {
        client.create(Shop.TYPE, Shop.of("a", 1));
        refused(
                Reason.Conflict,
                "the UID in the precondition (no) does not match",
                () ->
                        client.delete(
                                Shop.TYPE,
                                "default",
                                "a",
                                new DeleteOptions(
                                        DeleteOptions.Propagation.Background,
                                        "no",
                                        "",
                                        WriteOptions.DEFAULT)));
        refused(
                Reason.NotFound,
                "\"b\" not found",
                () -> client.delete(Shop.TYPE, "default", "b", DeleteOptions.DEFAULT));
    }

    private Shop owned(Shop owner, String name) {
        var shop = Shop.of(name, 1);
        return client.create(
                Shop.TYPE,
                shop.with(shop.metadata().withOwner(OwnerReference.controller(Shop.TYPE, owner))));
    }

    private void delete(String name, DeleteOptions.Propagation propagation) {
        client.delete(
                Shop.TYPE,
                "default",
                name,
                new DeleteOptions(propagation, "", "", WriteOptions.DEFAULT));
    }

    @Test
    void dependentsFollowTheirOwner() {
        var owner = client.create(Shop.TYPE, Shop.of("a", 1));
        owned(owned(owner, "b"), "c");
        delete("a", DeleteOptions.Propagation.Background);
        eventually(() -> !exists("b") && !exists("c"));
    }

    @Test
    void dependentsOfAnAbsentOwnerGo() {
        var owner = client.create(Shop.TYPE, Shop.of("a", 1));
        delete("a", DeleteOptions.Propagation.Background);
        owned(owner, "b");
        eventually(() -> !exists("b"));
    }

    @Test
    void foregroundDeletionEndsWithTheOwner() {
        var owner = client.create(Shop.TYPE, Shop.of("a", 1));
        var held = owned(owner, "b");
        var locked =
                client.update(Shop.TYPE, held.with(held.metadata().withFinalizer("weir.dev/hold")));
        delete("a", DeleteOptions.Propagation.Foreground);
        eventually(() -> client.get(Shop.TYPE, "default", "b").metadata().deleting());
        assertThat(exists("a")).isTrue();
        var latest = client.get(Shop.TYPE, "default", locked.metadata().name());
        client.update(Shop.TYPE, latest.with(latest.metadata().withoutFinalizer("weir.dev/hold")));
        eventually(() -> !exists("a"));
    }

    @Test
    void orphansStayAndLoseTheirOwner() {
        var owner = client.create(Shop.TYPE, Shop.of("a", 1));
        owned(owner, "b");
        delete("a", DeleteOptions.Propagation.Orphan);
        eventually(() -> !exists("a"));
        assertThat(client.get(Shop.TYPE, "default", "b").metadata().ownerReferences()).isEmpty();
    }

    @Test
    void namespacesTakeTheirContentAlong() {
        client.create(Namespace.TYPE, Namespace.of("team"));
        client.create(Shop.TYPE, Shop.of("a", 1).with(Metadata.of("team", "a")));
        client.delete(Namespace.TYPE, "", "team", DeleteOptions.DEFAULT);
        eventually(() -> client.find(Namespace.TYPE, "", "team").isEmpty());
        assertThat(client.list(Shop.TYPE, Query.in("team")).items()).isEmpty();
    }

    @Test
    void terminatingNamespacesTakeNothingNew() {
        client.create(Namespace.TYPE, Namespace.of("team"));
        var shop = Shop.of("a", 1).with(Metadata.of("team", "a").withFinalizer("weir.dev/hold"));
        client.create(Shop.TYPE, shop);
        client.delete(Namespace.TYPE, "", "team", DeleteOptions.DEFAULT);
        refused(
                Reason.Forbidden,
                "because it is being terminated",
                () -> client.create(Shop.TYPE, Shop.of("b", 1).with(Metadata.of("team", "b"))));
    }

    @Test
    void fencedWritesEndWithTheLeadership() {
        var lease = new Lease(Metadata.of("default", "leader"), spec("one"));
        var held = client.create(Lease.TYPE, lease);
        var fence = new WriteOptions.Fence("default", "leader", held.metadata().resourceVersion());
        var renewed =
                client.update(
                        Lease.TYPE, new Lease(held.metadata().withLabel("n", "1"), spec("one")));
        client.create(Shop.TYPE, Shop.of("a", 1), WriteOptions.fenced(fence));
        client.update(Lease.TYPE, new Lease(renewed.metadata(), spec("two")));
        refused(
                Reason.Conflict,
                "passed on",
                () -> client.create(Shop.TYPE, Shop.of("b", 1), WriteOptions.fenced(fence)));
    }

    private static Lease.Spec spec(String holder) {
        return new Lease.Spec(holder, 10, null, null, null);
    }

    @Test
    void aSecondStartChangesNothing() {
        client.create(Shop.TYPE, Shop.of("a", 1));
        long before = store.revision();
        server.close();
        server = ApiServer.start(store, ApiServer.Options.inProcess(List.of(new Shops())));
        client = server.client();
        assertThat(store.revision()).isEqualTo(before);
        assertThat(exists("a")).isTrue();
    }
}
