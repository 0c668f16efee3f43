package dev.weir.store;

import static dev.weir.store.StoreException.Code.CORRUPT;

import org.jspecify.annotations.Nullable;

/// Fills an index with what the journal finds.
final class Recovery implements Journal.Found {
    private final Index index;

    Recovery(Index index) {
        this.index = index;
    }

    @Override
    public void entry(Entry entry) {
        index.restore(entry);
    }

    @Override
    public void snapshotEnd(long revision) {
        index.restored(revision);
    }

    @Override
    public void batch(Frame frame) {
        for (var change : frame.changes()) {
            if (change.entry().revision() > index.compacted()
                    && change.entry().revision() > index.revision()) {
                replay(change);
            }
        }
        index.publish(Math.max(index.revision(), frame.last()));
        index.compact(Math.min(frame.compacted(), index.revision()));
    }

    private void replay(Frame.Change change) {
        var head = index.head(change.entry().key());
        if (change.deletion()) {
            index.apply(deleted(head, change.entry()));
        } else {
            index.apply(new Version(change.entry(), false, head));
        }
    }

    private static Version deleted(@Nullable Version head, Entry entry) {
        if (Version.live(head) == null || head == null) {
            throw new StoreException(
                    CORRUPT,
                    entry.key()
                            + ": deleted at revision "
                            + entry.revision()
                            + ", expected it to be there");
        }
        return head.deleted(entry.revision());
    }
}
