package dev.weir.payments;

import dev.weir.resource.Client;
import dev.weir.resource.DeleteOptions;
import dev.weir.resource.Query;
import dev.weir.resource.Selector;
import dev.weir.resource.Status;
import dev.weir.resource.StatusException;
import dev.weir.saga.SagaEngine;
import dev.weir.saga.SagaException;
import dev.weir.saga.SagaStatus;
import dev.weir.saga.SagaView;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;

/// Shows the newest sagas of a database as objects of the control plane, and deletes older ones.
///
/// Every node of the service does so for all sagas, as any of them may die: an object is written by
/// whoever finds it behind the database first. Two queries each half second, one more for each saga
/// that is not at its end. One thread runs it until it is interrupted.
final class SagaReport implements Runnable {
    /// How many are shown.
    static final int MOST = 200;

    private static final System.Logger LOG = System.getLogger(SagaReport.class.getName());
    private static final Duration EVERY = Duration.ofMillis(500);

    private final SagaEngine engine;
    private final Client client;
    private final String namespace;
    private final String service;
    private final Map<String, Saga> shown = new LinkedHashMap<>();
    private boolean known;
    private boolean told;

    SagaReport(SagaEngine engine, Client client, String namespace, String service) {
        this.engine = engine;
        this.client = client;
        this.namespace = namespace;
        this.service = service;
    }

    @Override
    public void run() {
        while (true) {
            try {
                Thread.sleep(EVERY);
                report();
                told = false;
            } catch (InterruptedException _) {
                return;
            } catch (SagaException | StatusException e) {
                if (!told) {
                    LOG.log(System.Logger.Level.WARNING, "sagas are not shown: " + e.getMessage());
                }
                told = true;
                known = false;
            }
        }
    }

    /// Brings the objects up to the database.
    void report() {
        if (!known) {
            learn();
        }
        var views = new LinkedHashMap<String, SagaView>();
        engine.stuck(MOST / 4).forEach(view -> views.put(view.id(), view));
        for (var view : engine.list(null, null, MOST)) {
            if (views.size() < MOST) {
                views.putIfAbsent(view.id(), view);
            }
        }
        views.values().forEach(this::show);
        var gone = new HashSet<>(shown.keySet());
        gone.removeAll(views.keySet());
        gone.forEach(this::delete);
    }

    private void learn() {
        var query = Query.in(namespace).select(Selector.of(Map.of(Saga.SERVICE, service)));
        shown.clear();
        client.list(Saga.TYPE, query)
                .items()
                .forEach(saga -> shown.put(saga.metadata().name(), saga));
        known = true;
    }

    private void show(SagaView listed) {
        var old = shown.get(listed.id());
        if (old != null && old.status() != null && isEnd(old.status())) {
            return;
        }
        var view = engine.find(listed.id()).orElse(listed);
        var next = Saga.of(namespace, service, view);
        if (old != null && next.status().equals(old.status())) {
            return;
        }
        write(next);
        shown.put(view.id(), next);
    }

    private static boolean isEnd(Saga.Status status) {
        return SagaStatus.valueOf(status.state()).isEnd();
    }

    private void write(Saga next) {
        try {
            var found = client.find(Saga.TYPE, namespace, next.metadata().name());
            var own = found.isPresent() ? found.get() : client.create(Saga.TYPE, next);
            if (!next.status().equals(own.status())) {
                client.updateStatus(Saga.TYPE, new Saga(own.metadata(), own.spec(), next.status()));
            }
        } catch (StatusException e) {
            // Another node wrote it meanwhile; what that one did not know yet, the next look shows.
            if (e.reason() != Status.Reason.Conflict && e.reason() != Status.Reason.AlreadyExists) {
                throw e;
            }
            known = false;
        }
    }

    private void delete(String name) {
        try {
            client.delete(Saga.TYPE, namespace, name, DeleteOptions.DEFAULT);
        } catch (StatusException e) {
            if (e.reason() != Status.Reason.NotFound) {
                throw e;
            }
        }
        shown.remove(name);
    }
}
