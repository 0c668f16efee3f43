package dev.weir.node;

import dev.weir.resource.Client;
import dev.weir.resource.Lease;
import dev.weir.resource.Metadata;
import dev.weir.resource.Status;
import dev.weir.resource.StatusException;
import java.time.Clock;
import java.time.Duration;
import java.util.function.Consumer;

/// Shows that the node lives: renews its Lease in the namespace `kube-node-lease`, every 10 s for
/// 40 s, as Kubernetes' nodes do.
///
/// One virtual thread runs it; any may ask whether the last renewal worked.
final class Heartbeat implements Runnable {
    static final String NAMESPACE = "kube-node-lease";

    private static final int VALID_SECONDS = 40;
    private static final Duration PERIOD = Duration.ofSeconds(10);
    private static final Duration RETRY = Duration.ofSeconds(1);

    private final Client client;
    private final String name;
    private final Clock clock;
    private final Consumer<Node.Event> listener;
    private volatile boolean connected;

    Heartbeat(Client client, String name, Clock clock, Consumer<Node.Event> listener) {
        this.client = client;
        this.name = name;
        this.clock = clock;
        this.listener = listener;
    }

    boolean connected() {
        return connected;
    }

    @Override
    public void run() {
        boolean told = false;
        while (!Thread.currentThread().isInterrupted()) {
            try {
                renew();
                if (!connected) {
                    connected = true;
                    listener.accept(new Node.Event.Joined());
                }
                told = false;
            } catch (StatusException e) {
                if (Thread.currentThread().isInterrupted()) {
                    return;
                }
                if (!told) {
                    listener.accept(new Node.Event.Apart(String.valueOf(e.getMessage())));
                }
                told = true;
                connected = false;
            }
            try {
                Thread.sleep(connected ? PERIOD : RETRY);
            } catch (InterruptedException _) {
                return;
            }
        }
    }

    private void renew() {
        var found = client.find(Lease.TYPE, NAMESPACE, name);
        if (found.isEmpty()) {
            client.create(Lease.TYPE, new Lease(Metadata.of(NAMESPACE, name), spec()));
            return;
        }
        try {
            client.update(Lease.TYPE, new Lease(found.get().metadata(), spec()));
        } catch (StatusException e) {
            if (e.reason() != Status.Reason.Conflict) {
                throw e;
            }
        }
    }

    private Lease.Spec spec() {
        return new Lease.Spec(name, VALID_SECONDS, null, clock.instant(), null);
    }
}
