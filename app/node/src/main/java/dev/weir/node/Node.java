package dev.weir.node;

import dev.weir.kubernetes.KubernetesClient;
import dev.weir.resource.MetricsText;
import dev.weir.resource.Program;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A running node: the workloads or the controllers of all extensions, and a Lease that shows that
/// it lives.
///
/// It starts without its control plane and goes on without it: workloads that cannot start are
/// tried again, and those that run reconnect by themselves. Thread-safe. Closing takes 8 s at most.
public final class Node implements AutoCloseable {
    private static final Duration END = Duration.ofSeconds(8);

    private final KubernetesClient client;
    private final Heartbeat heartbeat;
    private final List<Workload> workloads;
    private final List<Thread> threads = new ArrayList<>();
    private final @Nullable Probes probes;

    private Node(
            NodeOptions options,
            KubernetesClient client,
            Heartbeat heartbeat,
            List<Workload> workloads) {
        this.client = client;
        this.heartbeat = heartbeat;
        this.workloads = workloads;
        this.probes = options.probes().map(address -> Probes.open(this, address)).orElse(null);
        threads.add(Thread.ofVirtual().name("heartbeat").start(heartbeat));
        for (var workload : workloads) {
            threads.add(Thread.ofVirtual().name("workload").start(workload));
        }
    }

    /// Starts a node and returns at once.
    ///
    /// @param listener told of what happens, on the node's own threads
    /// @throws dev.weir.kubernetes.KubeconfigException when a certificate or key of the connection
    ///   cannot be used
    /// @throws java.io.UncheckedIOException when it cannot listen where it is to be asked
    public static Node start(NodeOptions options, Consumer<Event> listener) {
        var client = KubernetesClient.connect(options.connection());
        var heartbeat = new Heartbeat(client, options.name(), Clock.systemUTC(), listener);
        var workloads = new ArrayList<Workload>();
        for (var extension : options.extensions()) {
            var host =
                    new Program.Host(
                            client,
                            options.name(),
                            options.directory().resolve(extension.name()),
                            options.settings());
            for (var program : options.role().programs(extension)) {
                workloads.add(new Workload(extension.name(), program, host, listener));
            }
        }
        try {
            return new Node(options, client, heartbeat, List.copyOf(workloads));
        } catch (RuntimeException e) {
            client.close();
            throw e;
        }
    }

    /// Whether the control plane answered last and all workloads do their work.
    public boolean ready() {
        return checks().stream().allMatch(Program.Check::passed);
    }

    /// `control-plane`: whether it answered last; then each workload, or its parts as
    /// `WORKLOAD/PART`.
    public List<Program.Check> checks() {
        var checks = new ArrayList<Program.Check>();
        var apart = heartbeat.connected() ? "" : "does not answer";
        checks.add(new Program.Check("control-plane", apart, false));
        workloads.forEach(workload -> checks.addAll(workload.checks()));
        return checks;
    }

    /// Its figures in the Prometheus text format: whether the control plane answers, the requests
    /// to it, and what the workloads tell.
    public String metrics() {
        var text =
                new MetricsText()
                        .gauge(
                                "weir_node_connected",
                                "Whether the control plane answered last.",
                                heartbeat.connected() ? 1 : 0);
        for (var workload : workloads) {
            text.gauge(
                    "weir_node_workload_ready",
                    "Whether a workload does its work.",
                    workload.ready() ? 1 : 0,
                    "workload",
                    workload.name());
        }
        text.add(client.metrics());
        workloads.forEach(workload -> text.add(workload.metrics()));
        return text.toString();
    }

    /// Where its health and its figures are asked for; empty where nowhere.
    public Optional<URI> probes() {
        return Optional.ofNullable(probes).map(Probes::uri);
    }

    @Override
    public void close() {
        var asked = probes;
        if (asked != null) {
            asked.close();
        }
        threads.forEach(Thread::interrupt);
        long deadline = System.nanoTime() + END.toNanos();
        try {
            for (var thread : threads) {
                thread.join(Duration.ofNanos(Math.max(1, deadline - System.nanoTime())));
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        client.close();
    }

    /// What happens to a node.
    public sealed interface Event {
        /// The control plane answers.
        record Joined() implements Event {}

        /// The control plane does not answer, or refuses; the node keeps trying.
        record Apart(String why) implements Event {}

        /// A workload runs.
        record Started(String workload) implements Event {}

        /// A workload did not start; it is tried again.
        record NotStarted(String workload, String why) implements Event {}
    }
}
