package dev.weir.conformance;

import dev.weir.saga.Action;
import dev.weir.saga.Codec;
import dev.weir.saga.Inbox;
import dev.weir.saga.RefusedException;
import dev.weir.saga.Remote;
import dev.weir.saga.RetryPolicy;
import dev.weir.saga.Saga;
import dev.weir.saga.SagaEngine;
import dev.weir.saga.SagaException;
import dev.weir.saga.SagaOptions;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.sql.DataSource;

/// A node of the suite `saga-chaos`: a JVM that starts orders, and finishes those of others, until
/// its input ends its load or its life.
final class SagaChaosNode {
    static final int ACCOUNTS = 20;
    static final int ITEMS = 5;
    private static final int IN_FLIGHT = 40;

    /// What an order carries.
    record Order(int from, int to, int item, int amount) {}

    private SagaChaosNode() {}

    /// Arguments: the database, the node's name.
    public static void main(String[] arguments) throws Exception {
        var source = Pools.open(arguments[0], 12);
        var saga = order(source);
        var options = SagaOptions.DEFAULT.withNode(arguments[1]);
        var engine = open(source, options, saga);
        var loading = new AtomicBoolean(true);
        var loader = Thread.ofVirtual().start(() -> load(engine, saga, loading));
        System.out.println("ready");
        System.out.flush();
        for (int word = System.in.read(); word >= 0; word = System.in.read()) {
            if (word == 'q') {
                loading.set(false);
                loader.join();
                tellQuiet(engine, source, arguments[1]);
            }
        }
        System.exit(0);
    }

    /// Says that this node will start no more: what it started last is in the database.
    private static void tellQuiet(SagaEngine engine, DataSource source, String name)
            throws InterruptedException {
        while (engine.active() > 0 || !told(source, name)) {
            Thread.sleep(50);
        }
    }

    private static boolean told(DataSource source, String name) {
        try (var connection = source.getConnection();
                var statement = connection.prepareStatement("INSERT INTO quiet VALUES (?)")) {
            statement.setString(1, name);
            statement.execute();
            return true;
        } catch (SQLException e) {
            // It may be there; a second one does not count.
            return false;
        }
    }

    private static SagaEngine open(DataSource source, SagaOptions options, Saga<Order> saga)
            throws InterruptedException {
        while (true) {
            try {
                return SagaEngine.open(source, options, saga);
            } catch (SagaException e) {
                Thread.sleep(200);
            }
        }
    }

    private static void load(SagaEngine engine, Saga<Order> saga, AtomicBoolean loading) {
        var random = ThreadLocalRandom.current();
        try {
            while (loading.get()) {
                if (engine.active() < IN_FLIGHT) {
                    int from = random.nextInt(ACCOUNTS);
                    int to = (from + 1 + random.nextInt(ACCOUNTS - 1)) % ACCOUNTS;
                    engine.start(
                            saga,
                            null,
                            new Order(from, to, random.nextInt(ITEMS), 1 + random.nextInt(9)));
                }
                Thread.sleep(15);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// An order: stock and a payment by a participant; then money that moves, and its notice.
    static Saga<Order> order(DataSource source) {
        var retry = new RetryPolicy(3, Duration.ofMillis(50), Duration.ofSeconds(1));
        return Saga.define("order", Codec.of(SagaChaosNode::encode, SagaChaosNode::decode))
                .retry(retry)
                .step("stock", local("UPDATE stock SET amount = amount - 1 WHERE item = ?", false))
                .compensate(local("UPDATE stock SET amount = amount + 1 WHERE item = ?", false))
                .step("take", participant(source, -1))
                .compensate(participant(source, 1))
                .step(
                        "check",
                        step -> {
                            if (Math.floorMod(step.sagaId().hashCode(), 5) == 0) {
                                throw new RefusedException("every fifth order is refused");
                            }
                            effect(step.connection(), step.sagaId(), "check", false);
                        })
                .pivot("give", local("UPDATE account SET balance = balance + ? WHERE id = ?", true))
                .step(
                        "tell",
                        step ->
                                step.write(
                                        "INSERT INTO effect VALUES (?, 'tell', 0)", step.sagaId()))
                .grouped()
                .build();
    }

    private static String encode(Order order) {
        return order.from + " " + order.to + " " + order.item + " " + order.amount;
    }

    private static Order decode(String text) {
        var parts = text.split(" ");
        return new Order(
                Integer.parseInt(parts[0]),
                Integer.parseInt(parts[1]),
                Integer.parseInt(parts[2]),
                Integer.parseInt(parts[3]));
    }

    private static Action<Order> local(String sql, boolean gives) {
        return step -> {
            try (var statement = step.connection().prepareStatement(sql)) {
                if (gives) {
                    statement.setInt(1, step.context().amount);
                    statement.setInt(2, step.context().to);
                } else {
                    statement.setInt(1, step.context().item);
                }
                statement.executeUpdate();
            }
            effect(step.connection(), step.sagaId(), step.name(), step.isCompensation());
        };
    }

    /// A bank that forgets to answer one request in ten, before or after it did what was asked.
    private static Remote<Order> participant(DataSource source, int sign) {
        var inbox = new Inbox[1];
        return Remote.of(
                (message, key, _, _) -> {
                    if (inbox[0] == null) {
                        inbox[0] = Inbox.open(source, "bank_");
                    }
                    var random = ThreadLocalRandom.current();
                    if (random.nextInt(20) == 0) {
                        throw new IOException("request lost");
                    }
                    var parts = key.split("/");
                    var reply =
                            inbox[0].serve(
                                    key,
                                    connection -> {
                                        try (var statement =
                                                connection.prepareStatement(
                                                        "UPDATE account SET balance = balance + ? WHERE id = ?")) {
                                            statement.setInt(
                                                    1, sign * Integer.parseInt(message.body()));
                                            statement.setInt(2, Integer.parseInt(message.target()));
                                            statement.executeUpdate();
                                        }
                                        effect(
                                                connection,
                                                parts[0],
                                                parts[2],
                                                parts[3].equals("undo"));
                                        return "ok";
                                    });
                    if (random.nextInt(20) == 0) {
                        throw new IOException("answer lost");
                    }
                    return reply;
                },
                step ->
                        new Remote.Message(
                                Integer.toString(step.context().from),
                                Integer.toString(step.context().amount)));
    }

    private static void effect(Connection connection, String saga, String step, boolean undo)
            throws SQLException {
        try (var statement = connection.prepareStatement("INSERT INTO effect VALUES (?, ?, ?)")) {
            statement.setString(1, saga);
            statement.setString(2, step);
            statement.setInt(3, undo ? 1 : 0);
            statement.executeUpdate();
        }
    }
}
