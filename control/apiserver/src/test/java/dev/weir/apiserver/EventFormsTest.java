package dev.weir.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.resource.Client;
import dev.weir.resource.DeleteOptions;
import dev.weir.resource.Dynamic;
import dev.weir.resource.Event;
import dev.weir.resource.Json;
import dev.weir.resource.Metadata;
import dev.weir.resource.Patch;
import dev.weir.resource.Query;
import dev.weir.resource.ResourceType;
import dev.weir.resource.Watch;
import dev.weir.resource.WatchEvent;
import dev.weir.resource.WriteOptions;
import dev.weir.store.Store;
import dev.weir.store.StoreOptions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class EventFormsTest {
    private static final ResourceType<Dynamic> LATER =
            ResourceType.dynamic(
                    ResourceType.Names.of("events.k8s.io", "v1", "Event", "events", true));

    private final Store store = Store.inMemory(StoreOptions.DEFAULT);
    private final ApiServer server = ApiServer.start(store, ApiServer.Options.inProcess(List.of()));
    private final Client client = server.client();

    @AfterEach
    void close() {
        server.close();
        store.close();
    }

    @Test
    void whatIsToldInTheCoreGroupIsReadInTheOther() {
        client.create(Event.TYPE, core("a"));
        var later = client.get(LATER, "default", "a").json();
        assertThat(later.string("apiVersion")).isEqualTo("events.k8s.io/v1");
        assertThat(later.string("note")).isEqualTo("it is open");
        assertThat(later.object("regarding").string("name")).isEqualTo("corner");
        assertThat(later.string("reportingController")).isEqualTo("shops");
        assertThat(later.integer("deprecatedCount", 0)).isEqualTo(3);
        assertThat(later.string("deprecatedLastTimestamp")).isEqualTo("2026-01-01T00:00:00Z");
        assertThat(later.members()).doesNotContainKeys("message", "involvedObject", "count");
    }

    @Test
    void whatIsToldInTheOtherIsReadInTheCoreGroup() {
        client.create(LATER, later("b"));
        var event = client.get(Event.TYPE, "default", "b");
        assertThat(event.message()).isEqualTo("it is open");
        assertThat(event.involvedObject().name()).isEqualTo("corner");
        assertThat(event.reportingComponent()).isEqualTo("shops");
        assertThat(event.eventTime()).isEqualTo("2026-01-01T00:00:00Z");
        assertThat(client.get(LATER, "default", "b").json().string("note")).isEqualTo("it is open");
    }

    @Test
    void bothFormsAreOneObject() throws InterruptedException {
        try (var watch = client.watch(LATER, Query.in("default"))) {
            var made = client.create(Event.TYPE, core("a"));
            var seen = added(watch);
            assertThat(seen.json().string("note")).isEqualTo("it is open");
            assertThat(seen.metadata().uid()).isEqualTo(made.metadata().uid());
        }
        var body = Json.Obj.EMPTY.with("count", Json.of(4));
        client.patch(Event.TYPE, "default", "a", Patch.merge(body), WriteOptions.DEFAULT);
        assertThat(client.get(LATER, "default", "a").json().integer("deprecatedCount", 0))
                .isEqualTo(4);
        var some = Query.in("default").fields("regarding.name=corner,reportingController=shops");
        assertThat(client.list(LATER, some).items()).hasSize(1);
        var source = Query.in("default").fields("source=shops");
        assertThat(client.list(Event.TYPE, source).items()).hasSize(1);
        client.delete(LATER, "default", "a", DeleteOptions.DEFAULT);
        assertThat(client.find(Event.TYPE, "default", "a")).isEmpty();
    }

    /// The first object that comes, behind the bookmark that ends what was there.
    private static Dynamic added(Watch<Dynamic> watch) throws InterruptedException {
        while (true) {
            var event = watch.next(Duration.ofSeconds(5)).orElseThrow();
            if (event instanceof WatchEvent.Added<Dynamic>(var object)) {
                return object;
            }
        }
    }

    private static Event core(String name) {
        var time = Instant.parse("2026-01-01T00:00:00Z");
        var about = new Event.Target("v1", "ConfigMap", "default", "corner", "u", null, null);
        return new Event(
                Metadata.of("default", name),
                about,
                "Opened",
                "it is open",
                "Normal",
                3,
                time,
                time,
                null,
                null,
                "shops",
                "");
    }

    private static Dynamic later(String name) {
        var text =
                """
                {"eventTime":"2026-01-01T00:00:00.000000Z","note":"it is open","reason":"Opened",
                 "action":"Open","type":"Normal","reportingController":"shops",
                 "reportingInstance":"shops-1","regarding":
                 {"apiVersion":"v1","kind":"ConfigMap","namespace":"default","name":"corner"}}
                """;
        return new Dynamic(Metadata.of("default", name), Json.parse(text).asObject());
    }
}
