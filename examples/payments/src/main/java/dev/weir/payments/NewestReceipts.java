package dev.weir.payments;

import dev.weir.resource.Client;
import dev.weir.resource.DeleteOptions;
import dev.weir.resource.Program;
import dev.weir.resource.Query;
import dev.weir.resource.StatusException;
import java.time.Duration;
import java.util.Comparator;

/// Keeps the newest receipts of all namespaces, and deletes the others.
final class NewestReceipts implements Program.Running {
    private static final System.Logger LOG = System.getLogger(NewestReceipts.class.getName());
    private static final Duration EVERY = Duration.ofSeconds(1);
    private static final Duration END = Duration.ofSeconds(5);

    private final Client client;
    private final int most;
    private final Thread thread;

    private NewestReceipts(Client client, int most) {
        this.client = client;
        this.most = most;
        thread = Thread.ofVirtual().name("newest-receipts").unstarted(this::run);
    }

    /// @param most how many are kept
    static NewestReceipts start(Client client, int most) {
        var program = new NewestReceipts(client, most);
        program.thread.start();
        return program;
    }

    private void run() {
        try {
            while (true) {
                Thread.sleep(EVERY);
                deleteOldest();
            }
        } catch (InterruptedException _) {
            // It is closed.
        }
    }

    private void deleteOldest() {
        try {
            var receipts = client.list(Receipt.TYPE, Query.ALL).items();
            receipts.stream()
                    .sorted(Comparator.comparing((Receipt receipt) -> receipt.spec().paid()))
                    .limit(Math.max(0, receipts.size() - most))
                    .forEach(this::delete);
        } catch (StatusException e) {
            LOG.log(System.Logger.Level.WARNING, "old receipts are left: {0}", e.getMessage());
        }
    }

    private void delete(Receipt receipt) {
        var its = receipt.metadata();
        try {
            client.delete(Receipt.TYPE, its.namespace(), its.name(), DeleteOptions.DEFAULT);
        } catch (StatusException e) {
            if (e.status().code() != 404) {
                throw e;
            }
        }
    }

    @Override
    public void close() {
        thread.interrupt();
        try {
            thread.join(END);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
