package dev.weir.cli;

/// The command line.
final class Placeholder {
    private Placeholder() {}
}
