package dev.weir.resource;

/// One message of a [Watch].
public sealed interface WatchEvent<R extends Resource> {
    /// The resource version that a watch may resume from after this event.
    String resourceVersion();

    /// The object came into being, or into the selection.
    record Added<R extends Resource>(R object) implements WatchEvent<R> {
        @Override
        public String resourceVersion() {
            return object.metadata().resourceVersion();
        }
    }

    /// The object changed.
    record Modified<R extends Resource>(R object) implements WatchEvent<R> {
        @Override
        public String resourceVersion() {
            return object.metadata().resourceVersion();
        }
    }

    /// The object is gone, or left the selection: its last state, at the version of the deletion.
    record Deleted<R extends Resource>(R object) implements WatchEvent<R> {
        @Override
        public String resourceVersion() {
            return object.metadata().resourceVersion();
        }
    }

    /// Nothing happened up to this version.
    ///
    /// @param initialEventsEnd whether this closes the initial events of the watch
    record Bookmark<R extends Resource>(String resourceVersion, boolean initialEventsEnd)
            implements WatchEvent<R> {}
}
