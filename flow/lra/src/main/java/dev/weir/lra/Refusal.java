package dev.weir.lra;

/// An answer that is no success: what a caller asked for cannot be, and nothing was changed.
final class Refusal extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final int status;

    Refusal(int status, String message) {
        super(message, null, false, false);
        this.status = status;
    }

    int status() {
        return status;
    }
}
