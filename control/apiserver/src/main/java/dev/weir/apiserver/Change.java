package dev.weir.apiserver;

/// One event of a watch, as a selection sees it.
record Change(Type type, Snapshot object) {
    /// The words are those on the wire.
    enum Type {
        ADDED,
        MODIFIED,
        DELETED
    }
}
