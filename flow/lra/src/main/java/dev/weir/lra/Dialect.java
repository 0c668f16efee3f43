package dev.weir.lra;

import java.sql.Connection;
import java.sql.SQLException;

/// What differs between the databases.
///
/// @param now an expression: milliseconds since 1970 by the database's clock, within transactions
///   too
/// @param text a type for long text
/// @param sync a statement that forces what was committed to disk; empty where a commit does
record Dialect(String now, String text, String sync) {
    private static final String H2_NOW =
            "CAST(EXTRACT(EPOCH FROM CURRENT_TIMESTAMP) * 1000 AS BIGINT)";

    /// The dialect of a connection.
    ///
    /// @throws LraException `UNSUPPORTED`
    static Dialect of(Connection connection) throws SQLException {
        var data = connection.getMetaData();
        return switch (data.getDatabaseProductName()) {
            // H2 answers a commit before the disk has it, even with WRITE_DELAY=0.
            case "H2" ->
                    new Dialect(
                            H2_NOW,
                            "CHARACTER VARYING",
                            data.getURL().startsWith("jdbc:h2:mem:") ? "" : "CHECKPOINT SYNC");
            case "PostgreSQL" ->
                    new Dialect(
                            "CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT)",
                            "TEXT",
                            "");
            default ->
                    throw new LraException(
                            LraException.Code.UNSUPPORTED,
                            "expected H2 or PostgreSQL, found " + data.getDatabaseProductName());
        };
    }
}
