package dev.weir.telemetry;

import dev.weir.resource.Client;
import dev.weir.resource.Program;
import dev.weir.resource.Query;
import dev.weir.resource.StatusException;
import dev.weir.resource.WatchEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Makes an engine record what the policies say that name its service, and says so in their status.
///
/// While the control plane is away, what it said last goes on. One virtual thread, which owns the
/// policies.
final class PolicyFollower implements Program.Running {
    private static final System.Logger LOG = System.getLogger("dev.weir.telemetry");
    private static final Duration RECONNECT = Duration.ofMillis(500);
    private static final Duration POLL = Duration.ofSeconds(1);

    private final Client client;
    private final String node;
    private final Supplier<Optional<Telemetry>> engine;
    private final TreeMap<String, TelemetryPolicy> policies = new TreeMap<>();
    private final Thread thread = Thread.ofVirtual().name("telemetry-policy").unstarted(this::run);
    private @Nullable Telemetry applied;
    private @Nullable Double ratio;
    private boolean told;

    private PolicyFollower(Client client, String node, Supplier<Optional<Telemetry>> engine) {
        this.client = client;
        this.node = node;
        this.engine = engine;
    }

    /// @param node the name of the engine's node
    static PolicyFollower start(Client client, String node, Supplier<Optional<Telemetry>> engine) {
        var follower = new PolicyFollower(client, node, engine);
        follower.thread.start();
        return follower;
    }

    private void run() {
        try {
            while (true) {
                try {
                    follow();
                } catch (StatusException e) {
                    if (!told) {
                        LOG.log(
                                System.Logger.Level.WARNING,
                                "policies of telemetry are not followed: {0}",
                                e.getMessage());
                    }
                    told = true;
                    Thread.sleep(RECONNECT);
                }
            }
        } catch (InterruptedException _) {
            // Closed.
        }
    }

    private void follow() throws InterruptedException {
        var listing = client.list(TelemetryPolicy.TYPE, Query.ALL);
        policies.clear();
        listing.items().forEach(policy -> policies.put(name(policy), policy));
        apply();
        var query = Query.ALL.from(listing.resourceVersion());
        try (var watch = client.watch(TelemetryPolicy.TYPE, query)) {
            told = false;
            while (true) {
                var event = watch.next(POLL);
                if (event.isPresent()) {
                    take(event.get());
                }
                // The engine may have been registered only now.
                apply();
            }
        }
    }

    private void take(WatchEvent<TelemetryPolicy> event) {
        switch (event) {
            case WatchEvent.Added(var policy) -> policies.put(name(policy), policy);
            case WatchEvent.Modified(var policy) -> policies.put(name(policy), policy);
            case WatchEvent.Deleted(var policy) -> policies.remove(name(policy));
            case WatchEvent.Bookmark<TelemetryPolicy> _ -> {}
        }
    }

    private void apply() {
        var telemetry = engine.get().orElse(null);
        if (telemetry == null) {
            return;
        }
        var service = telemetry.serviceName();
        var counts = counting(service);
        var wanted = counts == null ? null : counts.spec().samplingRatio();
        if (telemetry != applied || !Objects.equals(wanted, ratio)) {
            if (wanted != null) {
                telemetry.samplingRatio(wanted);
            } else if (ratio != null) {
                telemetry.resetSampling();
            }
            applied = telemetry;
            ratio = wanted;
        }
        double share = telemetry.sampling().share();
        for (var policy : List.copyOf(policies.values())) {
            say(policy, policy.names(service) ? engine(policy, counts, service, share) : null);
        }
    }

    /// The last policy that names a service.
    private @Nullable TelemetryPolicy counting(String service) {
        TelemetryPolicy last = null;
        for (var policy : policies.values()) {
            if (policy.names(service)) {
                last = policy;
            }
        }
        return last;
    }

    private static TelemetryPolicy.Engine engine(
            TelemetryPolicy policy,
            @Nullable TelemetryPolicy counts,
            String service,
            double share) {
        var overruledBy = counts == null || counts == policy ? "" : name(counts);
        return new TelemetryPolicy.Engine(
                service, policy.metadata().generation(), share, overruledBy);
    }

    /// Says in a policy's status what the engine does, where that is not what stands there. Where
    /// another engine writes at that moment, it is said the next time.
    private void say(TelemetryPolicy policy, TelemetryPolicy.@Nullable Engine engine) {
        if (Objects.equals(policy.engine(node), engine)) {
            return;
        }
        try {
            var said =
                    client.updateStatus(
                            TelemetryPolicy.TYPE, policy.saying(node, engine, Instant.now()));
            policies.put(name(said), said);
        } catch (StatusException e) {
            LOG.log(
                    System.Logger.Level.DEBUG,
                    "the status of policy {0} is not written: {1}",
                    name(policy),
                    e.getMessage());
        }
    }

    private static String name(TelemetryPolicy policy) {
        return policy.metadata().namespace() + "/" + policy.metadata().name();
    }

    @Override
    public void close() {
        thread.interrupt();
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException _) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
