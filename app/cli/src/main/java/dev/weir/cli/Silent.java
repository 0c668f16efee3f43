package dev.weir.cli;

/// A failure that the command has told about already.
final class Silent extends RuntimeException {
    private static final long serialVersionUID = 1;

    Silent() {
        super("told already");
    }
}
