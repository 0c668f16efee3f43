package dev.weir.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.resource.Json;
import dev.weir.store.Store;
import dev.weir.store.StoreOptions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class EventExpiryTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private final Store store = Store.inMemory(StoreOptions.DEFAULT);
    private final Kinds kinds = new Kinds(store);
    private final Objects objects = objects(START);

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void anEventGoesAnHourAfterItsLastTime() {
        event("once", "\"lastTimestamp\":\"2026-01-01T00:00:00Z\"");
        event("again", "\"lastTimestamp\":\"2026-01-01T00:30:00Z\"");
        event("bare", "\"reason\":\"x\"");
        sweep(Duration.ofMinutes(60));
        assertThat(left()).isEqualTo(3);
        sweep(Duration.ofMinutes(61));
        assertThat(left()).isEqualTo(1);
        sweep(Duration.ofMinutes(91));
        assertThat(left()).isZero();
    }

    @Test
    void aTimeThatIsStillToComeKeepsNothing() {
        event("false", "\"lastTimestamp\":\"2099-01-01T00:00:00Z\"");
        sweep(Duration.ofMinutes(61));
        assertThat(left()).isZero();
    }

    @Test
    void nothingElseGoes() {
        var maps = kind("configmaps");
        var map =
                Json.parse("{\"metadata\":{\"name\":\"m\",\"namespace\":\"default\"}}".getBytes());
        objects.create(maps, "default", map.asObject(), Edit.own());
        sweep(Duration.ofDays(400));
        assertThat(store.count(maps.prefix())).isEqualTo(1);
    }

    private Objects objects(Instant now) {
        var clock = Clock.fixed(now, ZoneOffset.UTC);
        var made = new Objects(store, kinds, new Admission(List.of()), clock, Chance.ofMachine());
        made.namespaces().create(made);
        return made;
    }

    private void event(String name, String members) {
        var json =
                "{\"metadata\":{\"name\":\""
                        + name
                        + "\",\"namespace\":\"default\"},"
                        + "\"involvedObject\":{\"namespace\":\"default\"},"
                        + members
                        + "}";
        var event = Json.parse(json.getBytes()).asObject();
        objects.create(kind("events"), "default", event, Edit.own());
    }

    private void sweep(Duration after) {
        var clock = Clock.fixed(START.plus(after), ZoneOffset.UTC);
        new EventExpiry(store, kinds, objects, clock).sweep();
    }

    private int left() {
        return (int) store.count(kind("events").prefix());
    }

    private Served kind(String plural) {
        return kinds.storage().stream().filter(k -> k.is("", plural)).findFirst().orElseThrow();
    }
}
