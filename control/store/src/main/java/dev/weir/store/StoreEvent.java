package dev.weir.store;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// A change, one object shared by all watchers.
public final class StoreEvent {
    private final Entry entry;
    private final @Nullable Entry previous;
    private final boolean deletion;
    private volatile @Nullable Object encoded;

    StoreEvent(Entry entry, @Nullable Entry previous, boolean deletion) {
        this.entry = entry;
        this.previous = previous;
        this.deletion = deletion;
    }

    /// The new state; of a deletion, the last value at the revision of the deletion.
    public Entry entry() {
        return entry;
    }

    /// The state before; null for a creation.
    public @Nullable Entry previous() {
        return previous;
    }

    /// Whether the key was deleted.
    public boolean deletion() {
        return deletion;
    }

    /// The revision of the change.
    public long revision() {
        return entry.revision();
    }

    /// What `encode` makes of this event: made by the first watcher that asks (rarely, by two at
    /// once) and shared with the others. All callers pass the same function.
    @SuppressWarnings("unchecked")
    public <T> T encoded(Function<StoreEvent, T> encode) {
        var made = encoded;
        if (made == null) {
            made = encode.apply(this);
            encoded = made;
        }
        return (T) made;
    }
}
