package dev.weir.store;

/// A write that was refused, or a store that cannot be used. The message names the key, file or
/// revision, and what was expected.
public final class StoreException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final Code code;

    /// An error with its code.
    public StoreException(Code code, String message) {
        super(message);
        this.code = code;
    }

    /// An error with its code and cause.
    public StoreException(Code code, String message, Throwable cause) {
        super(message, cause);
        this.code = code;
    }

    /// Why.
    public Code code() {
        return code;
    }

    /// What went wrong.
    public enum Code {
        /// The key's uid or revision is not the expected one.
        CONFLICT,
        /// The key to create is there.
        EXISTS,
        /// The key is not there.
        NOT_FOUND,
        /// The leadership that the write depends on has passed on.
        FENCED,
        /// The value or key is larger than the options allow.
        TOO_LARGE,
        /// The revision is no longer kept.
        COMPACTED,
        /// The revision does not exist yet.
        FUTURE,
        /// The disk is full; nothing was written, reads go on.
        FULL,
        /// The disk failed; the store takes no more writes until it is opened anew.
        IO,
        /// Acknowledged data cannot be read back.
        CORRUPT,
        /// Another process has the store open.
        LOCKED,
        /// The store or watch is closed.
        CLOSED
    }
}
