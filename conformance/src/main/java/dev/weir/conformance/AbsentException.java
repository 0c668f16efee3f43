package dev.weir.conformance;

/// Something that a suite needs is not on this machine: it is skipped, and the message says what to
/// put where.
public final class AbsentException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /// The message becomes the suite's one line.
    public AbsentException(String message) {
        super(message);
    }
}
