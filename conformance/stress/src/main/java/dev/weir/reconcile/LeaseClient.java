package dev.weir.reconcile;

import dev.weir.resource.Client;
import dev.weir.resource.DeleteOptions;
import dev.weir.resource.Lease;
import dev.weir.resource.Listing;
import dev.weir.resource.Patch;
import dev.weir.resource.Query;
import dev.weir.resource.Resource;
import dev.weir.resource.ResourceType;
import dev.weir.resource.StatusException;
import dev.weir.resource.Watch;
import dev.weir.resource.WriteOptions;
import java.util.concurrent.atomic.AtomicInteger;

/// A server that takes every write: it keeps one lease, and counts what is created.
final class LeaseClient implements Client {
    private final AtomicInteger created = new AtomicInteger();
    private volatile Resource lease;

    int created() {
        return created.get();
    }

    @Override
    @SuppressWarnings("unchecked")
    public <R extends Resource> R get(ResourceType<R> type, String namespace, String name) {
        if (lease == null) {
            throw StatusException.notFound("", type.names().plural(), name);
        }
        return (R) lease;
    }

    @Override
    public <R extends Resource> R create(ResourceType<R> type, R resource, WriteOptions options) {
        created.getAndIncrement();
        return update(type, resource, options);
    }

    @Override
    public <R extends Resource> R update(ResourceType<R> type, R resource, WriteOptions options) {
        if (resource instanceof Lease) {
            lease = resource;
        }
        return resource;
    }

    @Override
    public <R extends Resource> Listing<R> list(ResourceType<R> type, Query query) {
        throw new UnsupportedOperationException();
    }

    @Override
    public <R extends Resource> Watch<R> watch(ResourceType<R> type, Query query) {
        throw new UnsupportedOperationException();
    }

    @Override
    public <R extends Resource> R updateStatus(
            ResourceType<R> type, R resource, WriteOptions options) {
        throw new UnsupportedOperationException();
    }

    @Override
    public <R extends Resource> R patch(
            ResourceType<R> type,
            String namespace,
            String name,
            Patch patch,
            WriteOptions options) {
        throw new UnsupportedOperationException();
    }

    @Override
    public <R extends Resource> void delete(
            ResourceType<R> type, String namespace, String name, DeleteOptions options) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() {}
}
