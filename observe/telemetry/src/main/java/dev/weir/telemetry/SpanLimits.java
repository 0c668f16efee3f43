package dev.weir.telemetry;

/// How much one span may hold. What is beyond is dropped and counted in the span.
///
/// @param attributes how many attributes, by distinct keys
/// @param events how many events
/// @param links how many links
/// @param attributesPerEvent how many attributes of an event
/// @param attributesPerLink how many attributes of a link
/// @param valueLength how many UTF-16 units of a string or bytes of a byte array, in attributes
public record SpanLimits(
        int attributes,
        int events,
        int links,
        int attributesPerEvent,
        int attributesPerLink,
        int valueLength) {
    /// 128 of each, and values of any length: OpenTelemetry's defaults.
    public static final SpanLimits DEFAULT =
            new SpanLimits(128, 128, 128, 128, 128, Integer.MAX_VALUE);

    /// Refuses negative limits.
    public SpanLimits {
        notNegative("attributes", attributes);
        notNegative("events", events);
        notNegative("links", links);
        notNegative("attributesPerEvent", attributesPerEvent);
        notNegative("attributesPerLink", attributesPerLink);
        notNegative("valueLength", valueLength);
    }

    private static void notNegative(String name, int value) {
        if (value < 0) {
            throw new IllegalArgumentException(name + ": expected 0 or more, found " + value);
        }
    }
}
