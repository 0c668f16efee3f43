package dev.weir.store;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// One state of a key, with a link to the state before it.
///
/// Made by the writer and immutable, but for the link, which the writer cuts when nobody may ask
/// for older states any more.
final class Version {
    /// A rough count of the bytes an entry takes in memory beside its value.
    private static final int OVERHEAD = 160;

    private final Entry entry;
    private final boolean deletion;
    private volatile @Nullable Version older;

    Version(Entry entry, boolean deletion, @Nullable Version older) {
        this.entry = entry;
        this.deletion = deletion;
        this.older = older;
    }

    Entry entry() {
        return entry;
    }

    boolean deletion() {
        return deletion;
    }

    long revision() {
        return entry.revision();
    }

    @Nullable Version older() {
        return older;
    }

    void forgetOlder() {
        older = null;
    }

    long bytes() {
        return entry.value().length + OVERHEAD;
    }

    /// This change as watchers see it.
    StoreEvent event() {
        return new StoreEvent(entry, live(older), deletion);
    }

    /// The entry of a version that is there and not a deletion.
    static @Nullable Entry live(@Nullable Version version) {
        return version == null || version.deletion ? null : version.entry;
    }

    /// What a chain of versions says as of a revision: the entry, or null.
    static @Nullable Entry at(@Nullable Version head, long revision) {
        var version = head;
        while (version != null && version.revision() > revision) {
            version = version.older;
        }
        return live(version);
    }

    /// The version that `write` makes of a key at `revision`.
    static Version next(Write write, @Nullable Version head, long revision) {
        return switch (write) {
            case Write.Create create ->
                    new Version(
                            new Entry(
                                    create.key(),
                                    create.value(),
                                    create.uid(),
                                    revision,
                                    revision,
                                    revision),
                            false,
                            head);
            case Write.Update update -> {
                var before = Objects.requireNonNull(head).entry;
                long epoch = update.raiseEpoch() ? revision : before.epoch();
                yield new Version(
                        new Entry(
                                before.key(),
                                update.value(),
                                before.uid(),
                                before.createRevision(),
                                revision,
                                epoch),
                        false,
                        head);
            }
            case Write.Delete _ -> Objects.requireNonNull(head).deleted(revision);
        };
    }

    /// The deletion of this version: its last value, at the revision of the deletion.
    Version deleted(long revision) {
        var gone =
                new Entry(
                        entry.key(),
                        entry.value(),
                        entry.uid(),
                        entry.createRevision(),
                        revision,
                        entry.epoch());
        return new Version(gone, true, this);
    }
}
