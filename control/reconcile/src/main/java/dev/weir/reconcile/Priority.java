package dev.weir.reconcile;

/// How urgent a request is; a queue serves the more urgent first.
public enum Priority {
    /// Objects that were there when the program started, and periodic calls.
    Low,
    /// Objects that changed.
    Normal
}
