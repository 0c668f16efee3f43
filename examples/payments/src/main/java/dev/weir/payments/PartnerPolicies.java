package dev.weir.payments;

import dev.weir.resource.Client;
import dev.weir.resource.Query;
import java.time.Duration;
import java.util.Comparator;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Follows the partner's policy of a namespace, of several the one whose name comes first, and
/// tells of each change. While the control plane is away, the last one stays.
///
/// One thread follows.
final class PartnerPolicies implements Runnable {
    private static final System.Logger LOG = System.getLogger(PartnerPolicies.class.getName());
    private static final Duration RECONNECT = Duration.ofMillis(500);
    private static final Duration POLL = Duration.ofSeconds(1);

    private final Client client;
    private final String namespace;
    private final Consumer<@Nullable PartnerPolicy> change;

    /// @param change told of what judges from now on; null where nobody does
    PartnerPolicies(Client client, String namespace, Consumer<@Nullable PartnerPolicy> change) {
        this.client = client;
        this.namespace = namespace;
        this.change = change;
    }

    @Override
    public void run() {
        while (!Thread.currentThread().isInterrupted()) {
            try {
                follow();
            } catch (InterruptedException _) {
                return;
            } catch (RuntimeException _) {
                // The control plane is away; the other thread that follows it says so.
                try {
                    Thread.sleep(RECONNECT);
                } catch (InterruptedException _) {
                    return;
                }
            }
        }
    }

    private void follow() throws InterruptedException {
        var listing = client.list(WasmPolicy.TYPE, Query.in(namespace));
        load();
        var from = Query.in(namespace).from(listing.resourceVersion());
        try (var watch = client.watch(WasmPolicy.TYPE, from)) {
            while (true) {
                if (watch.next(POLL).isPresent()) {
                    load();
                }
            }
        }
    }

    private void load() {
        var policy = first();
        change.accept(policy.map(this::ready).orElse(null));
    }

    private Optional<WasmPolicy> first() {
        return client.list(WasmPolicy.TYPE, Query.in(namespace)).items().stream()
                .min(Comparator.comparing(policy -> policy.metadata().name()));
    }

    private @Nullable PartnerPolicy ready(WasmPolicy policy) {
        try {
            var module =
                    client.find(WasmModule.TYPE, namespace, policy.spec().module())
                            .orElseThrow(() ->
                                    new IllegalArgumentException(
                                            "no WasmModule " + policy.spec().module()));
            return PartnerPolicy.of(policy, module);
        } catch (IllegalArgumentException e) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "payments are judged without the partner''s policy {0}: {1}",
                    policy.metadata().name(),
                    e.getMessage());
            return null;
        }
    }
}
