package dev.weir.saga;

/// Thrown by an action that will not do its work, however often it is asked: the step fails without
/// another attempt, and the saga is compensated. After the pivot, and in compensations, it is a
/// failure like any other.
public final class RefusedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /// A refusal with its reason, for people.
    public RefusedException(String reason) {
        super(reason);
    }
}
