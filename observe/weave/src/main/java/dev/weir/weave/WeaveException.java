package dev.weir.weave;

/// A jar or folder that cannot be woven. The message names it, what was found, and what to do.
///
/// A single class that cannot be woven is no error: it stays as it is, and the report names it.
public final class WeaveException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final Code code;

    /// An error with its code.
    public WeaveException(Code code, String message) {
        super(message);
        this.code = code;
    }

    /// An error with its code and cause.
    public WeaveException(Code code, String message, Throwable cause) {
        super(message, cause);
        this.code = code;
    }

    /// Why.
    public Code code() {
        return code;
    }

    /// What went wrong.
    public enum Code {
        /// The jar is signed: woven classes would not match their digests.
        SIGNED,
        /// An instrumentation of that name does not exist.
        UNKNOWN,
        /// A file cannot be read or written.
        IO
    }
}
