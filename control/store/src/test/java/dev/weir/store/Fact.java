package dev.weir.store;

import java.nio.ByteBuffer;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// One change as somebody saw it, comparable.
///
/// @param previous the revision of the state before; 0 for none
record Fact(
        long revision,
        String key,
        boolean deletion,
        ByteBuffer value,
        UUID uid,
        long created,
        long previous) {

    static Fact of(StoreEvent event) {
        return of(event.entry(), event.deletion(), event.previous());
    }

    static Fact of(Entry entry, boolean deletion, @Nullable Entry previous) {
        return new Fact(
                entry.revision(),
                entry.key(),
                deletion,
                ByteBuffer.wrap(entry.value()),
                entry.uid(),
                entry.createRevision(),
                previous == null ? 0 : previous.revision());
    }

    @Override
    public String toString() {
        return key + (deletion ? " deleted" : " put") + " at " + revision;
    }
}
