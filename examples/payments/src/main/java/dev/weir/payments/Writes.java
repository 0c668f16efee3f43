package dev.weir.payments;

import dev.weir.resource.Client;
import dev.weir.resource.ConfigMap;
import dev.weir.resource.Metadata;
import dev.weir.resource.Namespace;
import dev.weir.resource.Query;
import dev.weir.resource.StatusException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Writes as fast as the control plane acknowledges, and notes what was acknowledged: so that a
/// kill hits it while it writes, and what it promised can be looked for afterwards.
final class Writes implements Runnable {
    private static final String NAMESPACE = "writes";

    private final Client client;
    private final List<Metadata> acknowledged = new ArrayList<>();

    /// A writer in a namespace of its own, which it makes.
    Writes(Client client) {
        this.client = client;
        client.create(Namespace.TYPE, Namespace.of(NAMESPACE));
    }

    @Override
    public void run() {
        try {
            for (int i = 0; !Thread.currentThread().isInterrupted(); i++) {
                var entry = Metadata.of(NAMESPACE, "entry-" + i);
                var stored = client.create(ConfigMap.TYPE, ConfigMap.of(entry, Map.of()));
                synchronized (this) {
                    acknowledged.add(stored.metadata());
                }
            }
        } catch (StatusException _) {
            // The control plane is gone: no more is acknowledged.
        }
    }

    synchronized int size() {
        return acknowledged.size();
    }

    /// The names of acknowledged entries that are not there as they were acknowledged.
    synchronized List<String> lost() {
        var found = new HashMap<String, Metadata>();
        client.list(ConfigMap.TYPE, Query.in(NAMESPACE))
                .items()
                .forEach(entry -> found.put(entry.metadata().name(), entry.metadata()));
        return acknowledged.stream()
                .filter(entry -> !entry.equals(found.get(entry.name())))
                .map(Metadata::name)
                .toList();
    }
}
