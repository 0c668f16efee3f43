package dev.weir.saga;

import java.sql.SQLException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTransientException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What an exception of the database says.
final class Faults {
    private static final int DEPTH = 10;

    /// What MariaDB tells by its own numbers only: disk full, record changed, table full, lock
    /// wait, read-only.
    private static final Set<Integer> PASSING_NUMBERS = Set.of(1020, 1021, 1114, 1205, 1290, 1836);

    /// What H2 says of its state rather than of the statement: closed, not found, open elsewhere,
    /// no disk, broken, read-only, out of memory, shut down, exclusive.
    private static final Set<String> PASSING_H2 =
            Set.of(
                    "90007", "90013", "90020", "90028", "90031", "90067", "90097", "90098", "90108",
                    "90121", "90135");

    private Faults() {}

    /// Whether it says that the same may succeed later: no connection, deadlock, lock wait, shut
    /// down, out of resources, read-only.
    static boolean isPassing(@Nullable Throwable thrown) {
        int depth = 0;
        for (var cause = thrown; cause != null && depth < DEPTH; cause = cause.getCause()) {
            if (cause instanceof SQLException e && isPassing(e)) {
                return true;
            }
            depth++;
        }
        return false;
    }

    private static boolean isPassing(SQLException e) {
        var state = e.getSQLState();
        if (state != null && state.startsWith("07")) {
            // A value is missing. MariaDB's driver calls that transient.
            return false;
        }
        return e instanceof SQLTransientException
                || e instanceof SQLRecoverableException
                || isPassing(state)
                || PASSING_NUMBERS.contains(e.getErrorCode());
    }

    private static boolean isPassing(@Nullable String state) {
        // HYT00: H2 waits for a lock. 25006: read-only.
        return state != null
                && (state.startsWith("08")
                        || state.startsWith("40")
                        || state.startsWith("53")
                        || state.startsWith("57")
                        || state.startsWith("58")
                        || state.equals("25006")
                        || state.equals("55P03")
                        || state.equals("HYT00")
                        || PASSING_H2.contains(state));
    }

    /// Whether it says that a unique key is there already.
    static boolean isDuplicate(SQLException e) {
        return e.getSQLState() != null && e.getSQLState().startsWith("23");
    }
}
