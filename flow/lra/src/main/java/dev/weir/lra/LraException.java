package dev.weir.lra;

/// What a coordinator cannot do when it is opened. What it refuses to a caller over HTTP is an
/// [LraResponse] instead.
public final class LraException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final Code code;

    /// An error with its code.
    public LraException(Code code, String message) {
        super(message);
        this.code = code;
    }

    /// An error with its code and cause.
    public LraException(Code code, String message, Throwable cause) {
        super(message, cause);
        this.code = code;
    }

    /// Why.
    public Code code() {
        return code;
    }

    /// What went wrong.
    public enum Code {
        /// The database is none that the coordinator knows.
        UNSUPPORTED,
        /// The tables were written by a newer version of this library.
        FUTURE,
        /// The database failed.
        DATABASE
    }
}
