package dev.weir.reconcile;

import dev.weir.resource.Client;
import dev.weir.resource.Query;
import dev.weir.resource.Resource;
import dev.weir.resource.ResourceType;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The informers of a manager: one for each kind that a controller watches, shared by all. Kinds
/// are added before the manager starts; afterwards the map is only read.
final class Informers {
    static final String OWNER = "owner";

    private final Map<ResourceType<?>, Informer<?>> all = new LinkedHashMap<>();
    private final Client client;
    private final Query scope;
    private final Time time;

    Informers(Client client, Query scope, Time time) {
        this.client = client;
        this.scope = scope;
        this.time = time;
    }

    Collection<Informer<?>> all() {
        return all.values();
    }

    boolean synced() {
        return all.values().stream().allMatch(informer -> informer.cache().synced());
    }

    /// The informer of a kind, made where there is none.
    @SuppressWarnings("unchecked") // an informer is filed under its own type
    <R extends Resource> Informer<R> of(ResourceType<R> type) {
        return (Informer<R>) all.computeIfAbsent(type, _ -> make(type));
    }

    private <R extends Resource> Informer<R> make(ResourceType<R> type) {
        var reach = type.namespaced() ? scope : Query.ALL;
        var informer = new Informer<>(type, reach, client, time);
        informer.cache().index(OWNER, Owners::uids);
        return informer;
    }

    /// The cache of a kind, or null where the kind is not watched.
    @SuppressWarnings("unchecked") // as above
    <R extends Resource> @Nullable Cache<R> cache(ResourceType<R> type) {
        var informer = (Informer<R>) all.get(type);
        return informer == null ? null : informer.cache();
    }
}
