package dev.weir.payments;

import dev.weir.resource.Client;
import dev.weir.resource.DeleteOptions;
import dev.weir.resource.Metadata;
import dev.weir.resource.Query;
import dev.weir.resource.Selector;
import dev.weir.resource.Status;
import dev.weir.resource.StatusException;
import dev.weir.saga.SagaEngine;
import dev.weir.saga.SagaException;
import dev.weir.saga.SagaStatus;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentSkipListMap;

/// Shows sagas of a database as objects of the control plane, each until its end, and where the
/// money is.
///
/// Every node of the service does so, as any of them may die: an object is written by whoever finds
/// it behind the database first, and deleted by whoever finds that the database forgot its saga.
/// What it shows carries the ledger's name, as reports of other ledgers may show theirs in the same
/// namespace. Each second a query for what is stuck, two for each saga that is followed, and three
/// for the money; each minute one for each object, a page of them a second. One thread runs it
/// until it is interrupted; any may [#follow], or [#watch].
final class SagaReport implements Runnable {
    /// How many are followed at most; others are not shown.
    static final int MOST = 200;

    /// The service in the label of sagas.
    static final String SERVICE = "payments";

    private static final System.Logger LOG = System.getLogger(SagaReport.class.getName());
    private static final Duration EVERY = Duration.ofSeconds(1);
    private static final int LOOKS_A_PURGE = 60;

    private final SagaEngine engine;
    private final Audit audit;
    private final Client client;
    private final String namespace;

    /// By id; whether it is shown even if it is at its end when it is first looked at.
    private final Map<String, Boolean> followed = new ConcurrentSkipListMap<>();

    /// The ledger's name; empty until it is known what is shown of it.
    private String ledger = "";

    /// Where the purge goes on; empty: at the first page.
    private String page = "";

    private int looksToPurge;
    private boolean told;

    SagaReport(SagaEngine engine, Audit audit, Client client, String namespace) {
        this.engine = engine;
        this.audit = audit;
        this.client = client;
        this.namespace = namespace;
    }

    /// Shows a saga, until its end.
    void follow(String id) {
        add(id, true);
    }

    /// Shows a saga until its end, unless that is nearer than the next look.
    void watch(String id) {
        add(id, false);
    }

    private void add(String id, boolean always) {
        if (followed.size() < MOST) {
            followed.merge(id, always, Boolean::logicalOr);
        }
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
            } catch (SagaException | StatusException | IOException e) {
                if (!told) {
                    LOG.log(System.Logger.Level.WARNING, "sagas are not shown: " + e.getMessage());
                }
                told = true;
                ledger = "";
            }
        }
    }

    /// Brings the objects up to the database.
    void report() throws IOException, InterruptedException {
        if (ledger.isEmpty()) {
            learn();
        }
        engine.stuck(MOST / 4).forEach(view -> follow(view.id()));
        // The oldest first, as ids begin with the time.
        followed.forEach(this::show);
        write(audit.count());
        if (looksToPurge > 0) {
            looksToPurge--;
        } else {
            purge();
        }
    }

    /// Deletes objects of sagas that the database forgot, of one page; the next look goes on with
    /// the next one. No other saga is absent there, as an object is made of what the database has,
    /// and only an end that is long ago takes it away.
    private void purge() {
        var from = page;
        // From the first again where this one is refused, as it is after a long time.
        page = "";
        var found = client.list(Saga.TYPE, shown().page(MOST, from));
        page = found.continueToken();
        looksToPurge = page.isEmpty() ? LOOKS_A_PURGE : 0;
        found.items().stream()
                .map(saga -> saga.metadata().name())
                .filter(id -> engine.find(id).isEmpty())
                .forEach(this::delete);
    }

    private void delete(String id) {
        try {
            client.delete(Saga.TYPE, namespace, id, DeleteOptions.DEFAULT);
        } catch (StatusException e) {
            // Another node may have been first.
            if (e.reason() != Status.Reason.NotFound) {
                throw e;
            }
        }
    }

    private Query shown() {
        return Query.in(namespace)
                .select(Selector.of(Map.of(Saga.SERVICE, SERVICE, Saga.DATABASE, ledger)));
    }

    /// Follows what another process has shown of the ledger and may not have finished.
    private void learn() throws IOException {
        ledger = audit.ledgerName();
        client.list(Saga.TYPE, shown()).items().stream()
                .filter(saga -> !isEnd(saga))
                .forEach(saga -> follow(saga.metadata().name()));
    }

    private static boolean isEnd(Saga saga) {
        return saga.status() != null && SagaStatus.valueOf(saga.status().state()).isEnd();
    }

    private void show(String id, boolean always) {
        var view = engine.find(id);
        if (view.isEmpty()) {
            followed.remove(id);
            return;
        }
        var next = Saga.of(namespace, SERVICE, ledger, view.get());
        boolean over = isEnd(next);
        if (over && !always || write(next) && over) {
            followed.remove(id);
        } else {
            followed.put(id, true);
        }
    }

    /// Writes an object where it is behind; whether it is not any more. Where another node wrote it
    /// meanwhile, the next look shows what that one did not know yet.
    private boolean write(Saga next) {
        return written(() -> {
            var found = client.find(Saga.TYPE, namespace, next.metadata().name());
            var own = found.isPresent() ? found.get() : client.create(Saga.TYPE, next);
            if (!isEnd(own) && !Objects.equals(next.status(), own.status())) {
                client.updateStatus(Saga.TYPE, new Saga(own.metadata(), own.spec(), next.status()));
            }
        });
    }

    private void write(Balance.Status next) {
        var metadata = Metadata.of(namespace, ledger);
        written(() -> {
            var found = client.find(Balance.TYPE, namespace, ledger);
            var own =
                    found.isPresent()
                            ? found.get()
                            : client.create(
                                    Balance.TYPE,
                                    new Balance(metadata, new Balance.Spec(audit.bank()), null));
            if (!next.equals(own.status())) {
                var changed = new Balance(own.metadata(), own.spec(), next);
                client.updateStatus(Balance.TYPE, changed);
            }
        });
    }

    private static boolean written(Runnable write) {
        try {
            write.run();
            return true;
        } catch (StatusException e) {
            if (e.reason() != Status.Reason.Conflict && e.reason() != Status.Reason.AlreadyExists) {
                throw e;
            }
            return false;
        }
    }
}
