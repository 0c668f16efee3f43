package dev.weir.apiserver;

import dev.weir.resource.Client;
import dev.weir.resource.DeleteOptions;
import dev.weir.resource.Json;
import dev.weir.resource.JsonException;
import dev.weir.resource.Listing;
import dev.weir.resource.Patch;
import dev.weir.resource.Query;
import dev.weir.resource.Resource;
import dev.weir.resource.ResourceType;
import dev.weir.resource.Status;
import dev.weir.resource.StatusException;
import dev.weir.resource.Watch;
import dev.weir.resource.WriteOptions;
import dev.weir.store.Store;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// The client that skips HTTP and nothing else.
final class LocalClient implements Client {
    private final Store store;
    private final Kinds kinds;
    private final Objects objects;
    private final Lists lists;
    private final Set<Watch<?>> watches = ConcurrentHashMap.newKeySet();

    LocalClient(Store store, Kinds kinds, Objects objects) {
        this.store = store;
        this.kinds = kinds;
        this.objects = objects;
        this.lists = new Lists(store);
    }

    @Override
    public <R extends Resource> R get(ResourceType<R> type, String namespace, String name) {
        return decode(type, objects.get(served(type), namespace, name));
    }

    @Override
    public <R extends Resource> Listing<R> list(ResourceType<R> type, Query query) {
        var kind = served(type);
        var selection = Selection.of(kind, query.labels(), query.fieldSelector());
        var found =
                lists.list(
                        kind,
                        query.namespace(),
                        selection,
                        query.limit(),
                        query.continueToken(),
                        0);
        var items =
                found.entries().stream()
                        .map(entry -> decode(type, Stored.read(kind, entry)))
                        .toList();
        return new Listing<>(items, Long.toString(found.revision()), found.token());
    }

    @Override
    public <R extends Resource> Watch<R> watch(ResourceType<R> type, Query query) {
        var kind = served(type);
        var selection = Selection.of(kind, query.labels(), query.fieldSelector());
        var version = query.resourceVersion();
        if (!version.isEmpty() && !version.equals("0")) {
            return open(type, kind, query, selection, null, Revisions.parse(version));
        }
        var found = lists.list(kind, query.namespace(), selection, 0, "", 0);
        var initial =
                found.entries().stream()
                        .map(entry -> new Change(Change.Type.ADDED, Snapshot.of(entry)))
                        .toList();
        return open(type, kind, query, selection, initial, found.revision());
    }

    private <R extends Resource> Watch<R> open(
            ResourceType<R> type,
            Served kind,
            Query query,
            Selection selection,
            java.util.@org.jspecify.annotations.Nullable List<Change> initial,
            long after) {
        var changes = Changes.open(store, kind, query.namespace(), selection, after);
        var self = new java.util.concurrent.atomic.AtomicReference<Watch<R>>();
        var watch =
                new LocalWatch<>(
                        kind,
                        type,
                        changes,
                        initial,
                        query.bookmarks(),
                        () -> watches.remove(self.get()));
        self.set(watch);
        watches.add(watch);
        return watch;
    }

    @Override
    public <R extends Resource> R create(ResourceType<R> type, R resource, WriteOptions options) {
        var kind = served(type);
        var body = type.encode(resource);
        return decode(
                type,
                objects.create(kind, resource.metadata().namespace(), body, Edit.of(options)));
    }

    @Override
    public <R extends Resource> R update(ResourceType<R> type, R resource, WriteOptions options) {
        return update(type, resource, "", options);
    }

    @Override
    public <R extends Resource> R updateStatus(
            ResourceType<R> type, R resource, WriteOptions options) {
        if (!served(type).names().statusSubresource()) {
            throw Refusals.nowhere();
        }
        return update(type, resource, "status", options);
    }

    private <R extends Resource> R update(
            ResourceType<R> type, R resource, String subresource, WriteOptions options) {
        var metadata = resource.metadata();
        return decode(
                type,
                objects.update(
                        served(type),
                        metadata.namespace(),
                        metadata.name(),
                        subresource,
                        type.encode(resource),
                        Edit.of(options)));
    }

    @Override
    public <R extends Resource> R patch(
            ResourceType<R> type,
            String namespace,
            String name,
            Patch patch,
            WriteOptions options) {
        return decode(type, objects.patch(served(type), namespace, name, patch, Edit.of(options)));
    }

    @Override
    public <R extends Resource> void delete(
            ResourceType<R> type, String namespace, String name, DeleteOptions options) {
        objects.delete(
                served(type), namespace, name, Deletion.of(options), Edit.of(options.write()));
    }

    private <R extends Resource> Served served(ResourceType<R> type) {
        return kinds.require(type.group(), type.version(), type.plural());
    }

    private static <R extends Resource> R decode(ResourceType<R> type, Json.Obj json) {
        try {
            return type.decode(json);
        } catch (JsonException e) {
            throw StatusException.of(
                    Status.Reason.InternalError,
                    "a stored object is not a " + type.kind() + ": " + e.getMessage());
        }
    }

    @Override
    public void close() {
        watches.forEach(Watch::close);
    }
}
