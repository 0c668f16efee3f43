package dev.weir.reconcile;

/// How urgent a request is; a queue serves the more urgent first.
public enum Priority {
    /// Objects that were there when the program started, and periodic calls.
    Low(-100),
    /// Objects that changed.
    Normal(0);

    private final int number;

    Priority(int number) {
        this.number = number;
    }

    /// The same priority in controller-runtime's numbers, for labels of metrics.
    int number() {
        return number;
    }
}
