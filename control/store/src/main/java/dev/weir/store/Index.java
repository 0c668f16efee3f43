package dev.weir.store;

import static dev.weir.store.StoreException.Code.COMPACTED;
import static dev.weir.store.StoreException.Code.FUTURE;

import java.util.ArrayList;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/// The keys with their retained versions, in memory.
///
/// One writer changes it, any number of threads read it without locks. Three rules make that safe:
///
/// - A reader picks a revision no greater than [#revision()] and skips newer versions, so a batch
///   that is half applied is invisible until the writer moves that one volatile.
/// - Versions are immutable; what was superseded stays linked behind what superseded it.
/// - Before the writer cuts links it moves [#compacted()]. A reader looks at that again behind its
///   read: what it read counts only if its revision is still kept.
final class Index {
    private final ConcurrentSkipListMap<String, Version> heads =
            new ConcurrentSkipListMap<>(KeyOrder.INSTANCE);
    private final History history = new History();
    private volatile long revision;
    private volatile long compacted;

    /// How far links are cut; the writer's own.
    private long cut;

    /// No links are cut beyond this revision: someone dumps the state at it.
    private volatile long pin = Long.MAX_VALUE;

    /// Bytes of superseded versions; the writer's own.
    private long supersededBytes;

    long revision() {
        return revision;
    }

    long compacted() {
        return compacted;
    }

    long supersededBytes() {
        return supersededBytes;
    }

    /// The newest version of a key, published or not. For the writer.
    @Nullable Version head(String key) {
        return heads.get(key);
    }

    /// The retained change with this published revision, or null.
    @Nullable Version change(long revision) {
        return history.get(revision);
    }

    /// Adds a change, unseen until [#publish]. For the writer.
    void apply(Version version) {
        var older = version.older();
        supersededBytes += older == null ? 0 : older.bytes();
        heads.put(version.entry().key(), version);
        history.put(version);
    }

    /// Shows everything up to a revision. For the writer.
    void publish(long revision) {
        this.revision = revision;
    }

    /// Starts from the state at a revision whose past is gone. For recovery.
    void restore(Entry entry) {
        heads.put(entry.key(), new Version(entry, false, null));
    }

    /// The state restored is that at `revision`. For recovery.
    void restored(long revision) {
        this.revision = revision;
        compacted = revision;
        cut = revision;
    }

    /// Makes reads below `revision` fail; [#cut] frees their memory. For the writer.
    void compact(long revision) {
        compacted = Math.max(compacted, revision);
    }

    /// Frees up to `max` changes that are compacted; answers the first revision that is kept.
    long cut(int max) {
        long end = Math.min(Math.min(compacted, pin), cut + max);
        while (cut < end) {
            cut++;
            cutAt(cut);
        }
        return cut + 1;
    }

    /// Whether [#cut] has something to do.
    boolean cutPending() {
        return cut < Math.min(compacted, pin);
    }

    private void cutAt(long revision) {
        var version = history.get(revision);
        if (version == null) {
            return;
        }
        var older = version.older();
        supersededBytes -= older == null ? 0 : older.bytes();
        version.forgetOlder();
        if (version.deletion()) {
            heads.remove(version.entry().key(), version);
        }
        history.drop(revision);
    }

    /// Keeps the state at the compacted revision whole until [#unpin]; answers that revision. For
    /// the writer.
    long pin() {
        pin = compacted;
        return compacted;
    }

    void unpin() {
        pin = Long.MAX_VALUE;
    }

    Optional<Entry> get(String key, long revision) {
        return read(revision, at -> Optional.ofNullable(Version.at(heads.get(key), at)));
    }

    Page list(String prefix, String afterKey, int limit, long revision) {
        return read(revision, at -> page(prefix, afterKey, limit, at));
    }

    long count(String prefix) {
        return read(
                0,
                at -> {
                    var first = page(prefix, "", 1, at);
                    return first.entries().size() + first.remaining();
                });
    }

    private Page page(String prefix, String afterKey, int limit, long at) {
        boolean resumes = !afterKey.isEmpty() && KeyOrder.INSTANCE.compare(afterKey, prefix) >= 0;
        var entries = new ArrayList<Entry>();
        long remaining = 0;
        for (var key : heads.tailMap(resumes ? afterKey : prefix, !resumes).entrySet()) {
            if (!key.getKey().startsWith(prefix)) {
                break;
            }
            var live = Version.at(key.getValue(), at);
            if (live == null) {
                continue;
            }
            if (limit == 0 || entries.size() < limit) {
                entries.add(live);
            } else {
                remaining++;
            }
        }
        return new Page(entries, at, remaining > 0, remaining);
    }

    /// Reads as of a revision, or of the newest when it is 0; the newest is read again in the rare
    /// case that it was compacted meanwhile.
    private <T> T read(long asked, LongFunction<T> reading) {
        if (asked > revision) {
            throw future(asked);
        }
        for (; ; ) {
            long at = asked == 0 ? revision : asked;
            T result = reading.apply(at);
            if (at >= compacted) {
                return result;
            }
            if (asked != 0) {
                throw compacted(asked);
            }
        }
    }

    StoreException future(long asked) {
        return new StoreException(
                FUTURE, "revision " + asked + " does not exist yet: the newest is " + revision);
    }

    StoreException compacted(long asked) {
        return new StoreException(
                COMPACTED, "revision " + asked + " is no longer kept: the oldest is " + compacted);
    }

    /// The live entries at the pinned revision, in key order.
    Iterable<Entry> dump(long at) {
        return () ->
                heads.values().stream()
                        .map(head -> Version.at(head, at))
                        .filter(Objects::nonNull)
                        .iterator();
    }
}
