package dev.weir.telemetry;

import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// How the metric of some instruments differs from what they were registered as.
///
/// @param selector which instruments
/// @param name the metric's name, instead of the instrument's
/// @param description the metric's description, instead of the instrument's
/// @param aggregation how to aggregate
/// @param keep which attributes stay, by their key; all where nothing is given
/// @param cardinalityLimit how many series the metric may have, the overflow one included
public record View(
        Selector selector,
        @Nullable String name,
        @Nullable String description,
        Aggregation aggregation,
        @Nullable Predicate<String> keep,
        int cardinalityLimit) {
    private static final int STANDARD_CARDINALITY_LIMIT = 2000;

    /// Refuses what is out of range.
    public View {
        Objects.requireNonNull(selector, "selector");
        Objects.requireNonNull(aggregation, "aggregation");
        if (cardinalityLimit < 1) {
            throw new IllegalArgumentException(
                    "cardinalityLimit: expected 1 or more, found " + cardinalityLimit);
        }
    }

    /// Another aggregation, all else unchanged.
    public static View of(Selector selector, Aggregation aggregation) {
        return new View(selector, null, null, aggregation, null, STANDARD_CARDINALITY_LIMIT);
    }
}
