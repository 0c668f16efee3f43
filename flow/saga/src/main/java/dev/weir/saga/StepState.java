package dev.weir.saga;

/// Where a step of a saga is. A step without a row in the database was not tried yet.
public enum StepState {
    /// It failed and will be tried again; nothing of it is done.
    TRYING,
    /// It was asked for, and nobody knows whether it is done: a remote step between its intent and
    /// its outcome, or a nested saga that runs.
    SENT,
    /// It is done.
    DONE,
    /// It failed for good; nothing of it is done.
    FAILED,
    /// An operator skipped it; it counts as done, and there is nothing to undo.
    SKIPPED,
    /// Its compensation failed and will be tried again.
    UNDOING,
    /// It is undone.
    UNDONE
}
