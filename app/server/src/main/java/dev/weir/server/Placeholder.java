package dev.weir.server;

/// The control plane program: store, API server, extensions and console in one process.
final class Placeholder {
    private Placeholder() {}
}
