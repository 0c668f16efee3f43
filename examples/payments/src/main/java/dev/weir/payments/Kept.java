package dev.weir.payments;

import dev.weir.resource.Client;
import dev.weir.resource.Metadata;
import dev.weir.resource.Query;
import dev.weir.resource.Resource;
import dev.weir.resource.ResourceType;
import java.util.List;
import java.util.stream.Stream;

/// The fleet's objects at some moment, to be found again later: each with its uid, the same wish,
/// and a resource version that is not lower.
///
/// @param objects their metadata, by kind
record Kept(List<Entry> objects) {
    private static final List<ResourceType<?>> KINDS =
            List.of(RiskPolicy.TYPE, Terminal.TYPE, TerminalConfig.TYPE);

    /// One object.
    record Entry(ResourceType<?> type, Metadata metadata) {
        boolean isKeptIn(Entry later) {
            return later.metadata.uid().equals(metadata.uid())
                    && later.metadata.generation() == metadata.generation()
                    && version(later) >= version(this);
        }

        private static long version(Entry entry) {
            return Long.parseLong(entry.metadata.resourceVersion());
        }
    }

    static Kept of(Client client) {
        return new Kept(
                KINDS.stream()
                        .flatMap(type -> list(client, type).map(m -> new Entry(type, m)))
                        .toList());
    }

    private static <R extends Resource> Stream<Metadata> list(Client client, ResourceType<R> type) {
        return client.list(type, Query.in(Fleet.NAMESPACE)).items().stream()
                .map(Resource::metadata);
    }

    /// What is not there any more.
    List<String> lost(Client client) {
        var now = of(client);
        return objects.stream()
                .filter(entry -> now.objects.stream().noneMatch(entry::isKeptIn))
                .map(entry -> entry.type + " " + entry.metadata.name())
                .toList();
    }
}
