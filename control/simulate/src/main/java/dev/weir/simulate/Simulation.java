package dev.weir.simulate;

/// A run of controllers in virtual time.
public final class Simulation {
    private Simulation() {}
}
