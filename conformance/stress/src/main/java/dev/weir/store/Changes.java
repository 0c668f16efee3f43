package dev.weir.store;

import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Changes to feed the writer's side of a class with.
final class Changes {
    private static final byte[] VALUE = {1};
    private static final UUID UID = new UUID(1, 1);

    private Changes() {}

    static Version put(String key, long revision, @Nullable Version older) {
        return new Version(new Entry(key, VALUE, UID, 1, revision, 1), false, older);
    }

    static Version delete(long revision, Version older) {
        return older.deleted(revision);
    }

    /// An index that shows some changes.
    static Index index(Version... versions) {
        var index = new Index();
        apply(index, List.of(versions));
        return index;
    }

    static void apply(Index index, List<Version> versions) {
        versions.forEach(index::apply);
        index.publish(versions.getLast().revision());
    }

    /// What a reader finds: the revision of the entry; 0 for none, -1 where the revision is
    /// refused.
    static int revision(Index index, String key, long at) {
        try {
            return index.get(key, at).map(entry -> (int) entry.revision()).orElse(0);
        } catch (StoreException _) {
            return -1;
        }
    }
}
