package dev.weir.weave.hook;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.context.Context;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// One execution of a statement, by the stable semantic conventions for databases.
///
/// Of nested statements, as pools and proxies make them, the outermost is told.
final class JdbcCall {
    private static final Library LIBRARY =
            new Library("jdbc", "db.client.operation.duration", Library.DATABASE_BUCKETS);
    private static final AttributeKey<String> SYSTEM = AttributeKey.stringKey("db.system.name");
    private static final AttributeKey<String> NAMESPACE = AttributeKey.stringKey("db.namespace");
    private static final AttributeKey<String> TEXT = AttributeKey.stringKey("db.query.text");
    private static final AttributeKey<String> SUMMARY = AttributeKey.stringKey("db.query.summary");
    private static final AttributeKey<String> OPERATION =
            AttributeKey.stringKey("db.operation.name");
    private static final AttributeKey<Long> BATCH = AttributeKey.longKey("db.operation.batch.size");
    private static final AttributeKey<String> COLLECTION =
            AttributeKey.stringKey("db.collection.name");
    private static final AttributeKey<String> RESPONSE =
            AttributeKey.stringKey("db.response.status_code");
    private static final WeakTable<Statement, Known> STATEMENTS = new WeakTable<>();

    /// What a statement was made of, and how many parameter sets wait in its batch.
    ///
    /// @param prepared whether literals in the text are the program's own
    private record Known(String sql, boolean prepared, AtomicInteger batch) {}

    private JdbcCall() {}

    /// Remembers the text of a prepared statement.
    static <T extends @Nullable Statement> T prepared(T statement, String sql) {
        if (Switch.ON && statement != null && sql != null) {
            try {
                STATEMENTS.put(statement, new Known(sql, true, new AtomicInteger()));
            } catch (Throwable problem) {
                Trouble.swallow(problem);
            }
        }
        return statement;
    }

    /// Counts an entry of the batch.
    ///
    /// @param sql null for a set of parameters
    static void batched(Statement statement, @Nullable String sql) {
        if (!Switch.ON) {
            return;
        }
        try {
            var known = STATEMENTS.get(statement);
            if (known == null && sql != null) {
                known = new Known(sql, false, new AtomicInteger());
                STATEMENTS.put(statement, known);
            }
            if (known != null) {
                known.batch().incrementAndGet();
            }
        } catch (Throwable problem) {
            Trouble.swallow(problem);
        }
    }

    /// Forgets the batch.
    static void cleared(Statement statement) {
        if (Switch.ON) {
            var known = STATEMENTS.get(statement);
            if (known != null) {
                known.batch().set(0);
            }
        }
    }

    /// An execution in the current context; null where it is not to be told.
    ///
    /// @param sql null for the text that the statement was prepared with
    static @Nullable Operation begin(Statement statement, @Nullable String sql, boolean batch) {
        try {
            var parent = Context.current();
            var bound = LIBRARY.listening(parent);
            if (bound == null || LIBRARY.current(parent) != null) {
                return null;
            }
            var known = sql == null ? STATEMENTS.get(statement) : null;
            int size = batch && known != null ? known.batch().getAndSet(0) : 0;
            var database = Database.of(statement.getConnection());
            var builder = bound.tracer().spanBuilder("").setSpanKind(SpanKind.CLIENT);
            var measured = new Measured();
            describe(builder, measured, database);
            var text = sql != null ? sql : known == null ? null : known.sql();
            boolean verbatim = sql == null && known != null && known.prepared();
            var name = describe(builder, measured, text, verbatim, size);
            var operation = new Operation(bound, builder.setParent(parent), parent, measured);
            operation.span().updateName(name.isEmpty() ? fallback(database) : name);
            return operation;
        } catch (Throwable problem) {
            Trouble.swallow(problem);
            return null;
        }
    }

    private static String fallback(Database database) {
        var namespace = database.namespace();
        return namespace == null ? database.system() : namespace;
    }

    private static void describe(SpanBuilder builder, Measured measured, Database database) {
        both(builder, measured, SYSTEM, database.system());
        both(builder, measured, NAMESPACE, database.namespace());
        both(builder, measured, Http.SERVER, database.address());
        if (database.port() > 0) {
            builder.setAttribute(Http.SERVER_PORT, (long) database.port());
            measured.put(Http.SERVER_PORT, (long) database.port());
        }
    }

    /// @return the span's name; empty where the text says nothing
    private static String describe(
            SpanBuilder builder,
            Measured measured,
            @Nullable String sql,
            boolean verbatim,
            int batch) {
        if (sql == null) {
            return "";
        }
        var text = SqlText.of(sql);
        boolean several = batch > 1;
        var operation = text.operation();
        var summary = text.summary();
        builder.setAttribute(TEXT, verbatim ? sql : text.sanitized());
        if (several) {
            builder.setAttribute(BATCH, (long) batch);
            operation = operation == null ? null : "BATCH " + operation;
            summary = summary.isEmpty() ? "" : "BATCH " + summary;
        }
        both(builder, measured, OPERATION, operation);
        both(builder, measured, COLLECTION, text.target());
        if (!summary.isEmpty()) {
            builder.setAttribute(SUMMARY, summary);
        }
        return summary;
    }

    private static void both(
            SpanBuilder builder,
            Measured measured,
            AttributeKey<String> key,
            @Nullable String value) {
        if (value != null) {
            builder.setAttribute(key, value);
            measured.put(key, value);
        }
    }

    static void failed(Operation operation, Throwable problem) {
        Operation.safely(
                operation,
                call -> {
                    call.error(problem);
                    if (problem instanceof SQLException e && e.getSQLState() != null) {
                        call.measured(RESPONSE, e.getSQLState());
                        call.error(e.getSQLState());
                    }
                });
    }
}
