package dev.weir.saga.storage;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Statements on prefixed tables by the database's clock: in their text, `$` stands for the prefix
/// and `NOW` for the time in milliseconds since 1970. Each runs in the transaction of the
/// connection that it is given, and leaves the commit to its caller.
///
/// @param dialect the database's
/// @param prefix what the names of the tables begin with
public record Statements(Dialect dialect, String prefix) {
    /// The text as the database gets it.
    public String sql(String text) {
        return text.replace("$", prefix).replace("NOW", dialect.now());
    }

    /// A statement with its values; the caller closes it.
    public PreparedStatement prepare(Connection connection, String text, @Nullable Object... values)
            throws SQLException {
        var statement = connection.prepareStatement(sql(text));
        for (int i = 0; i < values.length; i++) {
            statement.setObject(i + 1, values[i]);
        }
        return statement;
    }

    /// Changes rows.
    ///
    /// @return how many
    public int update(Connection connection, String text, @Nullable Object... values)
            throws SQLException {
        try (var statement = prepare(connection, text, values)) {
            return statement.executeUpdate();
        }
    }

    /// The first column of what a query finds.
    public List<String> strings(Connection connection, String text, @Nullable Object... values)
            throws SQLException {
        var found = new ArrayList<String>();
        try (var statement = prepare(connection, text, values);
                var rows = statement.executeQuery()) {
            while (rows.next()) {
                found.add(Objects.requireNonNull(rows.getString(1)));
            }
        }
        return found;
    }

    /// A number that may be null.
    ///
    /// @param column from 1
    public static @Nullable Long number(ResultSet row, int column) throws SQLException {
        long value = row.getLong(column);
        return row.wasNull() ? null : Long.valueOf(value);
    }

    /// Prolongs a node's lease, or begins it.
    ///
    /// @param table the nodes': `id` and `expires`
    public void heartbeat(Connection connection, String table, String node, long leaseMillis)
            throws SQLException {
        var set = "UPDATE " + table + " SET expires = NOW + ? WHERE id = ?";
        if (update(connection, set, leaseMillis, node) == 0) {
            var add = "INSERT INTO " + table + " (expires, id) VALUES (NOW + ?, ?)";
            update(connection, add, leaseMillis, node);
        }
    }
}
