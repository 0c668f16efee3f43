package dev.weir.saga;

/// Where a saga is.
public enum SagaStatus {
    /// Steps are done, in order.
    RUNNING(false),
    /// Steps are undone, in the reverse order of their completion.
    COMPENSATING(false),
    /// All steps are done.
    DONE(true),
    /// What was done is undone.
    COMPENSATED(true),
    /// An operator gave it up, as it was.
    ABANDONED(true);

    private final boolean end;

    SagaStatus(boolean end) {
        this.end = end;
    }

    /// Whether nothing will happen any more.
    public boolean isEnd() {
        return end;
    }
}
