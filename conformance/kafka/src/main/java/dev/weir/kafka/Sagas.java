package dev.weir.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.weir.saga.Codec;
import dev.weir.saga.Inbox;
import dev.weir.saga.MessageTransport;
import dev.weir.saga.Outbox;
import dev.weir.saga.RefusedException;
import dev.weir.saga.Remote;
import dev.weir.saga.RetryPolicy;
import dev.weir.saga.Saga;
import dev.weir.saga.SagaEngine;
import dev.weir.saga.SagaOptions;
import dev.weir.saga.SagaStatus;
import io.opentelemetry.api.baggage.Baggage;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.h2.jdbcx.JdbcConnectionPool;

/// A shop of two nodes and a bank that talk through a broker. Every fifth payment is refused behind
/// the bank's step; the bank loses every eleventh answer, and forgets after each 37th request that
/// it had those since its last commit; one node closes in the middle. Argument: a folder.
///
/// Prints counts as `name value`, for the suite `saga-kafka` to judge.
final class Sagas {
    private static final int PAYMENTS = 200;
    private static final Duration POLL = Duration.ofMillis(50);
    private static final long LONGEST_NANOS = 90_000_000_000L;

    private final String address;
    private final DataSource shop;
    private final DataSource bank;
    private final KafkaProducer<String, String> producer;
    private final AtomicInteger requests = new AtomicInteger();
    private final AtomicInteger withBaggage = new AtomicInteger();
    private volatile boolean over;

    private Sagas(String address, Path folder) {
        this.address = address;
        this.shop = JdbcConnectionPool.create("jdbc:h2:" + folder.resolve("shop"), "", "");
        this.bank = JdbcConnectionPool.create("jdbc:h2:" + folder.resolve("bank"), "", "");
        this.producer =
                new KafkaProducer<>(
                        Map.of("bootstrap.servers", address, "linger.ms", 0),
                        new StringSerializer(),
                        new StringSerializer());
    }

    public static void main(String[] arguments) throws Exception {
        var folder = Path.of(arguments[0]);
        try (var broker = Broker.start(folder.resolve("broker"))) {
            new Sagas(broker.address(), folder).run();
        }
        System.exit(0);
    }

    private void run() throws Exception {
        try (var admin = Admin.create(Map.of("bootstrap.servers", address))) {
            var topics = List.of("bank", "answers", "paid").stream();
            admin.createTopics(topics.map(t -> new NewTopic(t, 1, (short) 1)).toList()).all().get();
        }
        execute(bank, "CREATE TABLE effect (id VARCHAR(200), cents INT)");
        Thread.ofPlatform().daemon().start(this::serve);
        Thread.ofPlatform().daemon().start(this::relay);
        var first = node();
        var second = node();
        for (int i = 0; i < PAYMENTS; i++) {
            if (i == PAYMENTS / 2) {
                first.engine.close();
            }
            var node = i % 2 == 0 && i < PAYMENTS / 2 ? first : second;
            try (var _ = Baggage.builder().put("shop", "7").build().makeCurrent()) {
                node.engine.start(node.saga, Integer.toString(i), "10");
            }
            Thread.sleep(10);
        }
        long since = System.nanoTime();
        while (running(second.engine) > 0 && System.nanoTime() - since < LONGEST_NANOS) {
            Thread.sleep(100);
        }
        tell(second.engine);
        over = true;
        second.engine.close();
    }

    // --- the shop ---

    private record Node(SagaEngine engine, Saga<String> saga) {}

    /// A node: an engine, and what reads the bank's answers for it.
    private Node node() {
        var transport = new MessageTransport(this::publish, "answers");
        var saga = payment(transport);
        Thread.ofPlatform().daemon().start(() -> listen(transport));
        return new Node(SagaEngine.open(shop, SagaOptions.DEFAULT, saga), saga);
    }

    private static Saga<String> payment(MessageTransport transport) {
        Remote<String> asks =
                Remote.of(transport, step -> new Remote.Message("bank", step.context()));
        return Saga.define("payment", Codec.text())
                .step("take", asks)
                .compensate(asks)
                .timeout(Duration.ofSeconds(2))
                .retry(new RetryPolicy(50, Duration.ofMillis(20), Duration.ofSeconds(1)))
                .step(
                        "check",
                        step -> {
                            if (Integer.parseInt(String.valueOf(step.businessKey())) % 5 == 0) {
                                throw new RefusedException("every fifth is refused");
                            }
                        })
                .pivot("tell", step -> step.send("paid", step.idempotencyKey(), step.context()))
                .build();
    }

    private static int running(SagaEngine engine) {
        return engine.list(null, SagaStatus.RUNNING, 1).size()
                + engine.list(null, SagaStatus.COMPENSATING, 1).size();
    }

    /// Reads all answers, as each node does.
    private void listen(MessageTransport transport) {
        try (var consumer = consumer(Map.of())) {
            var partitions = List.of(new TopicPartition("answers", 0));
            consumer.assign(partitions);
            consumer.seekToEnd(partitions);
            while (!over) {
                for (var record : consumer.poll(POLL)) {
                    transport.answered(record.key(), record.value(), headers(record));
                }
            }
        }
    }

    /// What steps sent goes to the broker.
    private void relay() {
        var outbox = Outbox.open(shop, SagaOptions.DEFAULT.node().prefix(), this::publish);
        try {
            while (!over) {
                if (outbox.relay() == 0) {
                    Thread.sleep(50);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    // --- the bank ---

    private void serve() {
        var inbox = Inbox.open(bank, "bank_");
        var group =
                Map.<String, Object>of(
                        "group.id",
                        "bank",
                        "auto.offset.reset",
                        "earliest",
                        "max.poll.records",
                        10);
        try (var consumer = consumer(group)) {
            consumer.subscribe(List.of("bank"));
            while (!over) {
                if (serve(consumer.poll(POLL), inbox)) {
                    consumer.commitSync();
                } else {
                    goBack(consumer);
                }
            }
        } catch (Exception e) {
            e.printStackTrace();
        }
    }

    /// @return false when the bank forgets that it had them
    private boolean serve(Iterable<ConsumerRecord<String, String>> records, Inbox inbox)
            throws Exception {
        for (var record : records) {
            int number = requests.incrementAndGet();
            var headers = headers(record);
            if ("shop=7".equals(headers.get("baggage"))) {
                withBaggage.incrementAndGet();
            }
            var reply = inbox.serve(record.key(), connection -> take(connection, record));
            if (number % 11 != 0) {
                MessageTransport.answer(this::publish, record.key(), headers, reply);
            }
            if (number % 37 == 0) {
                return false;
            }
        }
        return true;
    }

    /// As a bank that starts again does.
    private static void goBack(KafkaConsumer<String, String> consumer) {
        for (var partition : consumer.assignment()) {
            var committed = consumer.committed(Set.of(partition)).get(partition);
            consumer.seek(partition, committed == null ? 0 : committed.offset());
        }
    }

    private static String take(Connection connection, ConsumerRecord<String, String> record)
            throws SQLException {
        try (var statement = connection.prepareStatement("INSERT INTO effect VALUES (?, ?)")) {
            int cents = Integer.parseInt(record.value());
            statement.setString(1, record.key());
            statement.setInt(2, record.key().endsWith("/undo") ? -cents : cents);
            statement.executeUpdate();
        }
        return "taken";
    }

    // --- the broker ---

    /// Hands a message over; returns when the broker has it.
    private void publish(String topic, String key, String body, Map<String, String> headers)
            throws Exception {
        var record = new ProducerRecord<>(topic, key, body);
        headers.forEach((name, value) -> record.headers().add(name, value.getBytes(UTF_8)));
        producer.send(record).get();
    }

    private KafkaConsumer<String, String> consumer(Map<String, Object> more) {
        var settings = new HashMap<String, Object>(more);
        settings.put("bootstrap.servers", address);
        settings.put("enable.auto.commit", false);
        return new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer());
    }

    private static Map<String, String> headers(ConsumerRecord<?, ?> record) {
        var headers = new HashMap<String, String>();
        for (var header : record.headers()) {
            headers.put(header.key(), new String(header.value(), UTF_8));
        }
        return headers;
    }

    // --- what came of it ---

    private void tell(SagaEngine engine) throws Exception {
        print("running", running(engine));
        print("done", engine.list(null, SagaStatus.DONE, 1000).size());
        print("compensated", engine.list(null, SagaStatus.COMPENSATED, 1000).size());
        print("cents", number("SELECT SUM(cents) FROM effect"));
        print("effects", number("SELECT COUNT(*) FROM effect"));
        print("different-effects", number("SELECT COUNT(DISTINCT id) FROM effect"));
        print("requests", requests.get());
        print("with-baggage", withBaggage.get());
        print("told", told());
    }

    private static void print(String name, int value) {
        System.out.println(name + " " + value);
    }

    /// The different messages in the topic `paid`.
    private int told() {
        var keys = new HashSet<String>();
        try (var consumer = consumer(Map.of())) {
            var partitions = List.of(new TopicPartition("paid", 0));
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            // The relay has had seconds; an empty second more is the end.
            for (int quiet = 0; quiet < 20; ) {
                var records = consumer.poll(POLL);
                records.forEach(record -> keys.add(record.key()));
                quiet = records.isEmpty() ? quiet + 1 : 0;
            }
        }
        return keys.size();
    }

    private int number(String query) throws SQLException {
        try (var connection = bank.getConnection();
                var statement = connection.createStatement();
                var rows = statement.executeQuery(query)) {
            rows.next();
            return rows.getInt(1);
        }
    }

    private static void execute(DataSource database, String text) throws SQLException {
        try (var connection = database.getConnection();
                var statement = connection.createStatement()) {
            statement.execute(text);
        }
    }
}
