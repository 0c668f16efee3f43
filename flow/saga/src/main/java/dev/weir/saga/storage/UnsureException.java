package dev.weir.saga.storage;

import java.io.Serial;
import java.sql.SQLException;

/// A commit failed in a way that says nothing about whether it happened.
public final class UnsureException extends SQLException {
    @Serial private static final long serialVersionUID = 1;

    /// With what the driver threw.
    public UnsureException(SQLException cause) {
        super(cause.getMessage(), cause.getSQLState(), cause);
    }
}
