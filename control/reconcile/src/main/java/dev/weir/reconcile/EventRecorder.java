package dev.weir.reconcile;

import dev.weir.resource.Event;
import dev.weir.resource.Resource;
import dev.weir.resource.ResourceType;

/// Tells people what happened to objects, as Events that `kubectl describe` shows.
///
/// Telling never blocks and never fails: events are written behind the caller's back, by
/// client-go's rules. One that was told before is counted up instead of written again. Ten that
/// differ only in their message within ten minutes become one. Of the events of one component about
/// one object 25 are written at once, then one every five minutes. Up to 1,000 wait for the server;
/// what comes then, and what the server refuses, is counted and forgotten. Thread-safe.
///
/// Tell what changed, not what is: a reconcile runs any number of times for the same state.
public final class EventRecorder {
    private final String component;
    private final EventWriter writer;
    private final Time time;

    EventRecorder(String component, EventWriter writer, Time time) {
        this.component = component;
        this.writer = writer;
        this.time = time;
    }

    /// Tells of something that is as it should be.
    ///
    /// @param reason one CamelCase word for programs
    /// @param message a sentence for people; cut after 1,024 characters
    public <R extends Resource> void normal(
            ResourceType<R> type, R object, String reason, String message) {
        tell(Event.Target.of(type, object), "Normal", reason, message);
    }

    /// Tells of something that somebody should look at.
    ///
    /// @param reason one CamelCase word for programs
    /// @param message a sentence for people; cut after 1,024 characters
    public <R extends Resource> void warning(
            ResourceType<R> type, R object, String reason, String message) {
        tell(Event.Target.of(type, object), "Warning", reason, message);
    }

    private void tell(Event.Target about, String type, String reason, String message) {
        writer.add(
                new Occurrence(component, about, type, reason, message, time.now(), time.nanos()));
    }
}
