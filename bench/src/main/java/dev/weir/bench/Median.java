package dev.weir.bench;

import java.util.Arrays;

/// The middle of some measurements.
final class Median {
    private Median() {}

    /// The middle one, or the upper one of two in the middle; the values stay in their order.
    static double of(double... values) {
        var sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }
}
