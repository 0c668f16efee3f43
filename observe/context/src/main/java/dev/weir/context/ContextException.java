package dev.weir.context;

/// Input from a connection that is not what its sender should have sent. The message says what was
/// found and what was expected. The connection cannot go on: sender and receiver no longer agree.
///
/// Headers never throw: what is wrong with them is answered as if they were absent.
public final class ContextException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final Code code;

    /// An error with its code.
    public ContextException(Code code, String message) {
        super(message);
        this.code = code;
    }

    /// Why.
    public Code code() {
        return code;
    }

    /// What went wrong.
    public enum Code {
        /// The input ends within a context or a block.
        TRUNCATED,
        /// The layout has a version that is not known here.
        VERSION,
        /// The 32 bytes are no valid context, or a block is no UTF-8.
        MALFORMED,
        /// The id was never sent, or is no longer kept.
        UNKNOWN_ID,
        /// A new block has an id that is not the next one.
        OUT_OF_ORDER,
        /// A block to keep is larger than all that may be kept.
        TOO_LARGE
    }
}
