package dev.weir.store;

import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// The retained versions by revision.
///
/// The writer puts and drops. Readers ask only for revisions that were published (a volatile write
/// behind [#put]) and get null for those that were dropped.
final class History {
    private static final int SHIFT = 10;
    private static final int MASK = (1 << SHIFT) - 1;

    private final ConcurrentHashMap<Long, @Nullable Version[]> chunks = new ConcurrentHashMap<>();

    void put(Version version) {
        long revision = version.revision();
        chunks.computeIfAbsent(revision >> SHIFT, _ -> new @Nullable Version[MASK + 1])[
                        (int) revision & MASK] =
                version;
    }

    @Nullable Version get(long revision) {
        var chunk = chunks.get(revision >> SHIFT);
        return chunk == null ? null : chunk[(int) revision & MASK];
    }

    void drop(long revision) {
        var chunk = chunks.get(revision >> SHIFT);
        if (chunk != null) {
            chunk[(int) revision & MASK] = null;
        }
        if (((int) revision & MASK) == MASK) {
            chunks.remove(revision >> SHIFT);
        }
    }
}
