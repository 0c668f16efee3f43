package dev.weir.reconcile;

import dev.weir.resource.Client;
import dev.weir.resource.DeleteOptions;
import dev.weir.resource.Listing;
import dev.weir.resource.Patch;
import dev.weir.resource.Query;
import dev.weir.resource.Resource;
import dev.weir.resource.ResourceType;
import dev.weir.resource.Status;
import dev.weir.resource.StatusException;
import dev.weir.resource.Watch;
import dev.weir.resource.WriteOptions;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The client of a manager: reads the kinds that its informers watch from memory, and everything
/// else, and all writes, from the server.
///
/// **Reads its own writes**: what [#get], [#find], [#list] and the indexes answer is never older
/// than what this manager wrote, deletions included, though the informers learn of it later.
///
/// **Writes only while it leads**: with a [LeaderElection], each write carries the fence of the
/// term in which its reconcile began, and is refused with `Conflict` once that term is over.
/// Thread-safe; closing it does nothing, as it borrows its connection.
public final class CachedClient implements Client {
    private final Client live;
    private final Informers informers;
    private final Supplier<WriteOptions.@Nullable Fence> fence;

    /// @param fence the leadership that a write depends on, or null for none; throws where a write
    ///   may not be
    CachedClient(Client live, Informers informers, Supplier<WriteOptions.@Nullable Fence> fence) {
        this.live = live;
        this.informers = informers;
        this.fence = fence;
    }

    /// This client for the writes of one term.
    CachedClient within(Term term) {
        return new CachedClient(live, informers, term::fence);
    }

    /// The client beneath: every read asks the server, and no write depends on a leadership.
    public Client live() {
        return live;
    }

    @Override
    public <R extends Resource> R get(ResourceType<R> type, String namespace, String name) {
        return find(type, namespace, name).orElseThrow(() -> absent(type, name));
    }

    @Override
    public <R extends Resource> Optional<R> find(
            ResourceType<R> type, String namespace, String name) {
        var cache = informers.cache(type);
        return cache == null || !cache.synced()
                ? live.find(type, namespace, name)
                : cache.get(namespace, name);
    }

    /// One page of objects; a query by fields, by page, or for a version that the cache has not
    /// reached is answered by the server.
    @Override
    public <R extends Resource> Listing<R> list(ResourceType<R> type, Query query) {
        var cache = informers.cache(type);
        return cache != null && answers(cache, query) ? cache.list(query) : live.list(type, query);
    }

    private static boolean answers(Cache<?> cache, Query query) {
        return cache.synced()
                && query.fieldSelector().isEmpty()
                && query.limit() == 0
                && query.continueToken().isEmpty()
                && Cache.revision(query.resourceVersion()) <= cache.revision();
    }

    /// The objects that have a key in an index of a watched kind, see [Manager#index].
    ///
    /// @throws IllegalArgumentException when the kind is not watched or has no such index
    public <R extends Resource> List<R> indexed(ResourceType<R> type, String index, String key) {
        var cache = informers.cache(type);
        if (cache == null) {
            throw new IllegalArgumentException(type + " is not watched");
        }
        return cache.indexed(index, key);
    }

    /// The objects of a watched kind that have `owner` among their owners.
    public <R extends Resource> List<R> owned(ResourceType<R> type, Resource owner) {
        return indexed(type, Informers.OWNER, owner.metadata().uid());
    }

    /// Opens a stream of changes, from the server.
    @Override
    public <R extends Resource> Watch<R> watch(ResourceType<R> type, Query query) {
        return live.watch(type, query);
    }

    @Override
    public <R extends Resource> R create(ResourceType<R> type, R resource, WriteOptions options) {
        return keep(type, options, live.create(type, resource, fenced(options)));
    }

    @Override
    public <R extends Resource> R update(ResourceType<R> type, R resource, WriteOptions options) {
        try {
            return keep(type, options, live.update(type, resource, fenced(options)));
        } catch (StatusException e) {
            throw refreshed(type, Request.of(resource), e);
        }
    }

    @Override
    public <R extends Resource> R updateStatus(
            ResourceType<R> type, R resource, WriteOptions options) {
        try {
            return keep(type, options, live.updateStatus(type, resource, fenced(options)));
        } catch (StatusException e) {
            throw refreshed(type, Request.of(resource), e);
        }
    }

    @Override
    public <R extends Resource> R patch(
            ResourceType<R> type,
            String namespace,
            String name,
            Patch patch,
            WriteOptions options) {
        try {
            return keep(type, options, live.patch(type, namespace, name, patch, fenced(options)));
        } catch (StatusException e) {
            throw refreshed(type, new Request(namespace, name), e);
        }
    }

    @Override
    public <R extends Resource> void delete(
            ResourceType<R> type, String namespace, String name, DeleteOptions options) {
        var write = fenced(options.write());
        live.delete(
                type,
                namespace,
                name,
                new DeleteOptions(
                        options.propagation(), options.uid(), options.resourceVersion(), write));
        if (!options.write().dryRun()) {
            refresh(type, new Request(namespace, name));
        }
    }

    @Override
    public String metrics() {
        return live.metrics();
    }

    @Override
    public void close() {}

    private WriteOptions fenced(WriteOptions options) {
        return options.fence() == null
                ? new WriteOptions(options.dryRun(), options.fieldManager(), fence.get())
                : options;
    }

    private <R extends Resource> R keep(ResourceType<R> type, WriteOptions options, R stored) {
        var cache = informers.cache(type);
        if (cache != null && !options.dryRun()) {
            cache.wrote(stored);
        }
        return stored;
    }

    /// Lets the next read see what made a write conflict, so that a retry at once can succeed.
    private <R extends Resource> StatusException refreshed(
            ResourceType<R> type, Request request, StatusException refusal) {
        if (refusal.reason() == Status.Reason.Conflict) {
            try {
                refresh(type, request);
            } catch (StatusException unreachable) {
                refusal.addSuppressed(unreachable);
            }
        }
        return refusal;
    }

    /// Lists one object rather than getting it: a list says as of which revision it is absent.
    private <R extends Resource> void refresh(ResourceType<R> type, Request request) {
        var cache = informers.cache(type);
        if (cache == null) {
            return;
        }
        var query = Query.in(request.namespace()).fields("metadata.name=" + request.name());
        var listing = live.list(type, query);
        if (listing.items().isEmpty()) {
            cache.gone(request, Cache.revision(listing.resourceVersion()));
        } else {
            cache.wrote(listing.items().getFirst());
        }
    }

    private static StatusException absent(ResourceType<?> type, String name) {
        var reason = Status.Reason.NotFound;
        return new StatusException(
                new Status(
                        reason.code(),
                        reason,
                        type + " \"" + name + "\" not found",
                        type.group(),
                        type.plural(),
                        name,
                        List.of(),
                        0));
    }
}
