package dev.weir.reconcile;

import dev.weir.resource.Client;
import dev.weir.resource.DeleteOptions;
import dev.weir.resource.Json;
import dev.weir.resource.Listing;
import dev.weir.resource.Metadata;
import dev.weir.resource.Patch;
import dev.weir.resource.Query;
import dev.weir.resource.Resource;
import dev.weir.resource.ResourceType;
import dev.weir.resource.Status;
import dev.weir.resource.StatusException;
import dev.weir.resource.Watch;
import dev.weir.resource.WatchEvent;
import dev.weir.resource.WriteOptions;
import dev.weir.store.Entry;
import dev.weir.store.Store;
import dev.weir.store.StoreEvent;
import dev.weir.store.StoreException;
import dev.weir.store.Write;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/// The rules of an API server that controllers rely on, over a real store: versions, generations,
/// finalizers, optimistic locks.
record StoreClient(Store store) implements Client {
    @Override
    public <R extends Resource> R get(ResourceType<R> type, String namespace, String name) {
        return store.get(key(type, namespace, name))
                .map(entry -> decode(type, entry))
                .orElseThrow(() -> StatusException.notFound(type.group(), type.plural(), name));
    }

    @Override
    public <R extends Resource> Listing<R> list(ResourceType<R> type, Query query) {
        var page = store.list(prefix(type, query.namespace()), "", 0, 0);
        var name = query.fieldSelector().replace("metadata.name=", "");
        var items =
                page.entries().stream()
                        .map(entry -> decode(type, entry))
                        .filter(object -> name.isEmpty() || object.metadata().name().equals(name))
                        .filter(object -> query.labels().matches(object.metadata().labels()))
                        .toList();
        return new Listing<>(items, Long.toString(page.revision()), "");
    }

    @Override
    public <R extends Resource> Watch<R> watch(ResourceType<R> type, Query query) {
        var watch =
                store.watch(
                        prefix(type, query.namespace()), Long.parseLong(query.resourceVersion()));
        return new Watch<>() {
            @Override
            public Optional<WatchEvent<R>> next(Duration wait) throws InterruptedException {
                try {
                    return watch.next(1, wait).stream()
                            .findFirst()
                            .map(event -> event(type, event));
                } catch (StoreException e) {
                    var expired = e.code() == StoreException.Code.COMPACTED;
                    throw StatusException.of(
                            expired ? Status.Reason.Expired : Status.Reason.ServiceUnavailable,
                            e.getMessage());
                }
            }

            @Override
            public void close() {
                watch.close();
            }
        };
    }

    private static <R extends Resource> WatchEvent<R> event(
            ResourceType<R> type, StoreEvent event) {
        var object = decode(type, event.entry());
        if (event.deletion()) {
            return new WatchEvent.Deleted<>(object);
        }
        return event.previous() == null
                ? new WatchEvent.Added<>(object)
                : new WatchEvent.Modified<>(object);
    }

    @Override
    public <R extends Resource> R create(ResourceType<R> type, R resource, WriteOptions options) {
        var m = resource.metadata();
        var uid = UUID.randomUUID();
        var meta =
                new Metadata(
                        m.name(),
                        "",
                        m.namespace(),
                        uid.toString(),
                        "",
                        1,
                        Instant.EPOCH,
                        null,
                        null,
                        m.labels(),
                        m.annotations(),
                        m.ownerReferences(),
                        m.finalizers(),
                        Json.Obj.EMPTY);
        var json = type.encode(type.withMetadata(resource, meta));
        return stored(
                type,
                new Write.Create(key(type, m.namespace(), m.name()), json.bytes(), uid, null));
    }

    @Override
    public <R extends Resource> R update(ResourceType<R> type, R resource, WriteOptions options) {
        var old = get(type, resource.metadata().namespace(), resource.metadata().name());
        var json = type.encode(resource);
        var before = type.encode(old);
        var merged =
                before.has("status")
                        ? json.with("status", before.get("status"))
                        : json.without("status");
        boolean wish = !String.valueOf(before.get("spec")).equals(String.valueOf(json.get("spec")));
        return write(type, resource, old, merged, old.metadata().generation() + (wish ? 1 : 0));
    }

    @Override
    public <R extends Resource> R updateStatus(
            ResourceType<R> type, R resource, WriteOptions options) {
        var old = get(type, resource.metadata().namespace(), resource.metadata().name());
        var merged = type.encode(old).with("status", type.encode(resource).get("status"));
        var kept =
                type.withMetadata(
                        type.decode(merged),
                        old.metadata().withResourceVersion(resource.metadata().resourceVersion()));
        return write(type, kept, old, merged, old.metadata().generation());
    }

    private <R extends Resource> R write(
            ResourceType<R> type, R resource, R old, Json.Obj json, long generation) {
        var m = resource.metadata();
        var o = old.metadata();
        var key = key(type, m.namespace(), m.name());
        if (o.deleting() && m.finalizers().isEmpty()) {
            store.commit(new Write.Delete(key, null, 0, null));
            return resource;
        }
        var meta =
                new Metadata(
                        m.name(),
                        "",
                        m.namespace(),
                        o.uid(),
                        "",
                        generation,
                        o.creationTimestamp(),
                        o.deletionTimestamp(),
                        null,
                        m.labels(),
                        m.annotations(),
                        m.ownerReferences(),
                        m.finalizers(),
                        Json.Obj.EMPTY);
        var value = type.encode(type.withMetadata(type.decode(json), meta)).bytes();
        return stored(
                type,
                new Write.Update(
                        key, value, null, Cache.revision(m.resourceVersion()), false, null));
    }

    @Override
    public <R extends Resource> R patch(
            ResourceType<R> type,
            String namespace,
            String name,
            Patch patch,
            WriteOptions options) {
        throw StatusException.of(Status.Reason.MethodNotAllowed, "no patches here");
    }

    @Override
    public <R extends Resource> void delete(
            ResourceType<R> type, String namespace, String name, DeleteOptions options) {
        var old = get(type, namespace, name);
        var m = old.metadata();
        var key = key(type, namespace, name);
        if (m.finalizers().isEmpty()) {
            store.commit(new Write.Delete(key, null, 0, null));
            return;
        }
        var meta =
                new Metadata(
                        name,
                        "",
                        namespace,
                        m.uid(),
                        "",
                        m.generation() + 1,
                        m.creationTimestamp(),
                        Instant.EPOCH,
                        0L,
                        m.labels(),
                        m.annotations(),
                        m.ownerReferences(),
                        m.finalizers(),
                        Json.Obj.EMPTY);
        stored(
                type,
                new Write.Update(
                        key,
                        type.encode(type.withMetadata(old, meta)).bytes(),
                        null,
                        0,
                        false,
                        null));
    }

    private <R extends Resource> R stored(ResourceType<R> type, Write write) {
        try {
            return decode(type, store.commit(write));
        } catch (StoreException e) {
            var name = write.key().substring(write.key().lastIndexOf('/') + 1);
            throw switch (e.code()) {
                case EXISTS -> StatusException.alreadyExists(type.group(), type.plural(), name);
                case NOT_FOUND -> StatusException.notFound(type.group(), type.plural(), name);
                default ->
                        StatusException.conflict(type.group(), type.plural(), name, e.getMessage());
            };
        }
    }

    private static <R extends Resource> R decode(ResourceType<R> type, Entry entry) {
        var object = type.decode(Json.parse(entry.value()).asObject());
        var version = Long.toString(entry.revision());
        return type.withMetadata(object, object.metadata().withResourceVersion(version));
    }

    private static String prefix(ResourceType<?> type, String namespace) {
        return type + "/" + (namespace.isEmpty() ? "" : namespace + "/");
    }

    private static String key(ResourceType<?> type, String namespace, String name) {
        return prefix(type, namespace) + name;
    }

    @Override
    public void close() {}
}
