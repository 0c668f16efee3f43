package dev.weir.reconcile;

import dev.weir.resource.Event;
import java.time.Instant;

/// Something that a component told of an object.
///
/// @param at on the wall clock
/// @param nanos on [Time#nanos()]
record Occurrence(
        String component,
        Event.Target about,
        String type,
        String reason,
        String message,
        Instant at,
        long nanos) {
    private static final int MAX_MESSAGE = 1024;

    Occurrence {
        if (message.length() > MAX_MESSAGE) {
            message = message.substring(0, MAX_MESSAGE - 3) + "...";
        }
    }

    Occurrence saying(String text) {
        return new Occurrence(component, about, type, reason, text, at, nanos);
    }

    /// Which object it is about, whatever its version.
    Event.Target object() {
        return new Event.Target(
                about.apiVersion(),
                about.kind(),
                about.namespace(),
                about.name(),
                about.uid(),
                null,
                about.fieldPath());
    }
}
