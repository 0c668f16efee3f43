package dev.weir.store;

import java.util.ArrayList;
import java.util.List;

/// What one watcher did and was told, over all the watches it opened one after another.
record WatchRecord(String prefix, List<Step> steps) {
    WatchRecord(String prefix) {
        this(prefix, new ArrayList<>());
    }

    /// One thing that happened.
    sealed interface Step {
        /// A watch was opened behind a revision.
        record Opened(long after) implements Step {}

        /// One answer.
        record Told(List<Fact> facts) implements Step {}

        /// The watch said that all up to a revision was told.
        record Bookmark(long revision) implements Step {}

        /// The watcher was refused behind a revision; what was compacted then is known.
        record Refused(long after, StoreException.Code code, long compacted) implements Step {}
    }
}
