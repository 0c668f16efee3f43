package dev.weir.payments;

/// A payment-terminal fleet.
final class Placeholder {
    private Placeholder() {}
}
