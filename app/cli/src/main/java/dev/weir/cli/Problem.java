package dev.weir.cli;

/// Why a command did not do what it was asked: one line that says what to do next.
final class Problem extends RuntimeException {
    private static final long serialVersionUID = 1;

    Problem(String message) {
        super(message);
    }

    Problem(String message, Throwable cause) {
        super(message, cause);
    }
}
