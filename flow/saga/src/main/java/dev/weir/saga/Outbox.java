package dev.weir.saga;

import dev.weir.saga.storage.Storage;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Map;
import javax.sql.DataSource;

/// The messages that steps put into the outbox with [Step#send], on their way to a broker. Each is
/// handed over at least once, in the order of the commits of one saga; receivers recognise repeated
/// ones by the key. Thread-safe.
public final class Outbox {
    private static final int BATCH = 100;

    private final Storage storage;
    private final Tables tables;
    private final Publisher publisher;

    /// Something that takes messages for good, such as a Kafka producer.
    @FunctionalInterface
    public interface Publisher {
        /// Returns when the message is safe. What it throws leaves it, and those behind it, in the
        /// outbox.
        ///
        /// @param target the topic
        /// @param key the message's key
        /// @param trace headers of the trace context and baggage, by name
        void publish(String target, String key, String body, Map<String, String> trace)
                throws Exception;
    }

    private record Sent(
            long seq, String target, String key, String body, Map<String, String> trace) {}

    private Outbox(Storage storage, Tables tables, Publisher publisher) {
        this.storage = storage;
        this.tables = tables;
        this.publisher = publisher;
    }

    /// The outbox of an engine's tables.
    ///
    /// @throws SagaException `DATABASE`
    public static Outbox open(DataSource source, String prefix, Publisher publisher) {
        try {
            var storage = Storage.open(source, SagaSchema.SCHEMA, prefix);
            return new Outbox(storage, new Tables(storage.dialect(), prefix), publisher);
        } catch (SQLException e) {
            throw new SagaException(
                    SagaException.Code.DATABASE, "cannot open: " + e.getMessage(), e);
        }
    }

    /// Hands over what is there, up to 100 messages; those that another node hands over just now
    /// are passed over.
    ///
    /// @return how many went; when it is 0 the caller waits before it asks again
    /// @throws SagaException `DATABASE`, also when the publisher failed before the first message
    ///   was safe
    public int relay() {
        try (var loan = storage.connect()) {
            var connection = loan.connection();
            int gone = 0;
            Exception failure = null;
            for (var message : next(connection)) {
                try {
                    publisher.publish(message.target, message.key, message.body, message.trace);
                } catch (Exception e) {
                    failure = e;
                    break;
                }
                tables.update(connection, "DELETE FROM $outbox WHERE seq = ?", message.seq);
                gone++;
            }
            storage.commit(connection);
            if (failure != null && gone == 0) {
                throw new SagaException(
                        SagaException.Code.DATABASE, "publisher: " + failure, failure);
            }
            return gone;
        } catch (SQLException e) {
            throw new SagaException(SagaException.Code.DATABASE, String.valueOf(e.getMessage()), e);
        }
    }

    private Iterable<Sent> next(Connection connection) throws SQLException {
        var text =
                "SELECT seq, target, message_key, body, trace FROM $outbox ORDER BY seq LIMIT "
                        + BATCH
                        + " FOR UPDATE SKIP LOCKED";
        var messages = new ArrayList<Sent>();
        try (var statement = tables.prepare(connection, text);
                var rows = statement.executeQuery()) {
            while (rows.next()) {
                messages.add(
                        new Sent(
                                rows.getLong(1),
                                rows.getString(2),
                                rows.getString(3),
                                rows.getString(4),
                                Traces.headers(rows.getString(5))));
            }
        }
        return messages;
    }
}
