package dev.weir.saga;

import java.io.Serial;
import java.sql.SQLException;

/// A commit failed in a way that says nothing about whether it happened.
final class UnsureException extends SQLException {
    @Serial private static final long serialVersionUID = 1;

    UnsureException(SQLException cause) {
        super(cause.getMessage(), cause.getSQLState(), cause);
    }
}
