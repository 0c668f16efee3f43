package dev.weir.saga;

/// What the engine refuses or cannot do. The message names the saga, definition or table, and what
/// was expected.
public final class SagaException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final Code code;

    /// An error with its code.
    public SagaException(Code code, String message) {
        super(message);
        this.code = code;
    }

    /// An error with its code and cause.
    public SagaException(Code code, String message, Throwable cause) {
        super(message, cause);
        this.code = code;
    }

    /// Why.
    public Code code() {
        return code;
    }

    /// What went wrong.
    public enum Code {
        /// A saga of that definition has the business key already; the message has its id.
        DUPLICATE,
        /// The node has as many sagas in memory as it may; start later, or elsewhere.
        BUSY,
        /// No saga has that id, or no definition that name.
        NOT_FOUND,
        /// The definition is paused.
        PAUSED,
        /// The saga's state does not allow it.
        STATE,
        /// The tables were written by a newer version of this library.
        FUTURE,
        /// The database failed.
        DATABASE,
        /// The engine is closed.
        CLOSED
    }
}
