package dev.weir.weave.hook;

import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;

/// JDBC with any driver: a span for each execution of a statement.
///
/// Called by woven code, in the place of the methods of the same name.
public final class JdbcHooks {
    private JdbcHooks() {}

    /// What is done to a statement.
    private interface Execution<T extends @Nullable Object> {
        T run() throws SQLException;
    }

    private static <T extends @Nullable Object> T traced(
            Statement statement, @Nullable String sql, boolean batch, Execution<T> execution)
            throws SQLException {
        var call = Switch.ON ? JdbcCall.begin(statement, sql, batch) : null;
        if (call == null) {
            return execution.run();
        }
        try (var _ = call.context().makeCurrent()) {
            return execution.run();
        } catch (Throwable problem) {
            JdbcCall.failed(call, problem);
            throw problem;
        } finally {
            Operation.safely(call, Operation::end);
        }
    }

    /// See [Connection#prepareStatement].
    public static PreparedStatement prepareStatement(Connection connection, String sql)
            throws SQLException {
        return JdbcCall.prepared(connection.prepareStatement(sql), sql);
    }

    /// See [Connection#prepareStatement].
    public static PreparedStatement prepareStatement(Connection connection, String sql, int keys)
            throws SQLException {
        return JdbcCall.prepared(connection.prepareStatement(sql, keys), sql);
    }

    /// See [Connection#prepareStatement].
    public static PreparedStatement prepareStatement(
            Connection connection, String sql, int type, int concurrency) throws SQLException {
        return JdbcCall.prepared(connection.prepareStatement(sql, type, concurrency), sql);
    }

    /// See [Connection#prepareStatement].
    public static PreparedStatement prepareStatement(
            Connection connection, String sql, int type, int concurrency, int holdability)
            throws SQLException {
        return JdbcCall.prepared(
                connection.prepareStatement(sql, type, concurrency, holdability), sql);
    }

    /// See [Connection#prepareStatement].
    public static PreparedStatement prepareStatement(
            Connection connection, String sql, int[] columns) throws SQLException {
        return JdbcCall.prepared(connection.prepareStatement(sql, columns), sql);
    }

    /// See [Connection#prepareStatement].
    public static PreparedStatement prepareStatement(
            Connection connection, String sql, String[] columns) throws SQLException {
        return JdbcCall.prepared(connection.prepareStatement(sql, columns), sql);
    }

    /// See [Connection#prepareCall].
    public static CallableStatement prepareCall(Connection connection, String sql)
            throws SQLException {
        return JdbcCall.prepared(connection.prepareCall(sql), sql);
    }

    /// See [Connection#prepareCall].
    public static CallableStatement prepareCall(
            Connection connection, String sql, int type, int concurrency) throws SQLException {
        return JdbcCall.prepared(connection.prepareCall(sql, type, concurrency), sql);
    }

    /// See [Connection#prepareCall].
    public static CallableStatement prepareCall(
            Connection connection, String sql, int type, int concurrency, int holdability)
            throws SQLException {
        return JdbcCall.prepared(connection.prepareCall(sql, type, concurrency, holdability), sql);
    }

    /// See [PreparedStatement#execute].
    public static boolean execute(PreparedStatement statement) throws SQLException {
        return traced(statement, null, false, () -> statement.execute());
    }

    /// See [PreparedStatement#executeQuery].
    public static ResultSet executeQuery(PreparedStatement statement) throws SQLException {
        return traced(statement, null, false, () -> statement.executeQuery());
    }

    /// See [PreparedStatement#executeUpdate].
    public static int executeUpdate(PreparedStatement statement) throws SQLException {
        return traced(statement, null, false, () -> statement.executeUpdate());
    }

    /// See [PreparedStatement#executeLargeUpdate].
    public static long executeLargeUpdate(PreparedStatement statement) throws SQLException {
        return traced(statement, null, false, () -> statement.executeLargeUpdate());
    }

    /// See [Statement#execute].
    public static boolean execute(Statement statement, String sql) throws SQLException {
        return traced(statement, sql, false, () -> statement.execute(sql));
    }

    /// See [Statement#execute].
    public static boolean execute(Statement statement, String sql, int keys) throws SQLException {
        return traced(statement, sql, false, () -> statement.execute(sql, keys));
    }

    /// See [Statement#execute].
    public static boolean execute(Statement statement, String sql, int[] columns)
            throws SQLException {
        return traced(statement, sql, false, () -> statement.execute(sql, columns));
    }

    /// See [Statement#execute].
    public static boolean execute(Statement statement, String sql, String[] columns)
            throws SQLException {
        return traced(statement, sql, false, () -> statement.execute(sql, columns));
    }

    /// See [Statement#executeQuery].
    public static ResultSet executeQuery(Statement statement, String sql) throws SQLException {
        return traced(statement, sql, false, () -> statement.executeQuery(sql));
    }

    /// See [Statement#executeUpdate].
    public static int executeUpdate(Statement statement, String sql) throws SQLException {
        return traced(statement, sql, false, () -> statement.executeUpdate(sql));
    }

    /// See [Statement#executeUpdate].
    public static int executeUpdate(Statement statement, String sql, int keys) throws SQLException {
        return traced(statement, sql, false, () -> statement.executeUpdate(sql, keys));
    }

    /// See [Statement#executeUpdate].
    public static int executeUpdate(Statement statement, String sql, int[] columns)
            throws SQLException {
        return traced(statement, sql, false, () -> statement.executeUpdate(sql, columns));
    }

    /// See [Statement#executeUpdate].
    public static int executeUpdate(Statement statement, String sql, String[] columns)
            throws SQLException {
        return traced(statement, sql, false, () -> statement.executeUpdate(sql, columns));
    }

    /// See [Statement#executeLargeUpdate].
    public static long executeLargeUpdate(Statement statement, String sql) throws SQLException {
        return traced(statement, sql, false, () -> statement.executeLargeUpdate(sql));
    }

    /// See [Statement#executeLargeUpdate].
    public static long executeLargeUpdate(Statement statement, String sql, int keys)
            throws SQLException {
        return traced(statement, sql, false, () -> statement.executeLargeUpdate(sql, keys));
    }

    /// See [Statement#executeLargeUpdate].
    public static long executeLargeUpdate(Statement statement, String sql, int[] columns)
            throws SQLException {
        return traced(statement, sql, false, () -> statement.executeLargeUpdate(sql, columns));
    }

    /// See [Statement#executeLargeUpdate].
    public static long executeLargeUpdate(Statement statement, String sql, String[] columns)
            throws SQLException {
        return traced(statement, sql, false, () -> statement.executeLargeUpdate(sql, columns));
    }

    /// See [Statement#executeBatch].
    public static int[] executeBatch(Statement statement) throws SQLException {
        return traced(statement, null, true, () -> statement.executeBatch());
    }

    /// See [Statement#executeLargeBatch].
    public static long[] executeLargeBatch(Statement statement) throws SQLException {
        return traced(statement, null, true, () -> statement.executeLargeBatch());
    }

    /// See [PreparedStatement#addBatch].
    public static void addBatch(PreparedStatement statement) throws SQLException {
        statement.addBatch();
        JdbcCall.batched(statement, null);
    }

    /// See [Statement#addBatch].
    public static void addBatch(Statement statement, String sql) throws SQLException {
        statement.addBatch(sql);
        JdbcCall.batched(statement, sql);
    }

    /// See [Statement#clearBatch].
    public static void clearBatch(Statement statement) throws SQLException {
        statement.clearBatch();
        JdbcCall.cleared(statement);
    }
}
