package dev.weir.resource;

import java.util.Optional;

/// Reads and writes resources: in this process, or over HTTPS; same rules, same errors.
///
/// Every method but [#close()] may throw [StatusException]: with the server's reason, or with
/// `ServiceUnavailable` where no server answers. Reads are live and consistent: they see every
/// write that was acknowledged before. Implementations are thread-safe and may block the calling
/// thread. For a cluster-scoped kind the namespace is empty.
public interface Client extends AutoCloseable {
    /// The object of that name.
    <R extends Resource> R get(ResourceType<R> type, String namespace, String name);

    /// The object of that name, or empty where there is none.
    default <R extends Resource> Optional<R> find(
            ResourceType<R> type, String namespace, String name) {
        try {
            return Optional.of(get(type, namespace, name));
        } catch (StatusException e) {
            if (e.reason() == Status.Reason.NotFound) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /// One page of objects, ordered by namespace and name, all as of one revision.
    <R extends Resource> Listing<R> list(ResourceType<R> type, Query query);

    /// Opens a stream of changes. With an empty `resourceVersion` it starts with an `ADDED` for
    /// each object that exists; else with the first change after that version.
    <R extends Resource> Watch<R> watch(ResourceType<R> type, Query query);

    /// Stores a new object and returns it as stored.
    <R extends Resource> R create(ResourceType<R> type, R resource, WriteOptions options);

    /// Replaces the object; a non-empty `metadata.resourceVersion` must be the stored one. The
    /// `status` of a kind with that subresource is left as it is.
    <R extends Resource> R update(ResourceType<R> type, R resource, WriteOptions options);

    /// Replaces the object's `status` and nothing else.
    <R extends Resource> R updateStatus(ResourceType<R> type, R resource, WriteOptions options);

    /// Changes parts of the object.
    <R extends Resource> R patch(
            ResourceType<R> type, String namespace, String name, Patch patch, WriteOptions options);

    /// Deletes the object, or marks it for deletion where it has finalizers.
    <R extends Resource> void delete(
            ResourceType<R> type, String namespace, String name, DeleteOptions options);

    /// [#create(ResourceType, Resource, WriteOptions)] with the default options.
    default <R extends Resource> R create(ResourceType<R> type, R resource) {
        return create(type, resource, WriteOptions.DEFAULT);
    }

    /// [#update(ResourceType, Resource, WriteOptions)] with the default options.
    default <R extends Resource> R update(ResourceType<R> type, R resource) {
        return update(type, resource, WriteOptions.DEFAULT);
    }

    /// [#updateStatus(ResourceType, Resource, WriteOptions)] with the default options.
    default <R extends Resource> R updateStatus(ResourceType<R> type, R resource) {
        return updateStatus(type, resource, WriteOptions.DEFAULT);
    }

    /// The figures of its connection in the Prometheus text format; empty where it has none.
    default String metrics() {
        return "";
    }

    /// Ends open watches and connections. Idempotent.
    @Override
    void close();
}
