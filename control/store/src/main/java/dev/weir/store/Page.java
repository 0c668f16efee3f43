package dev.weir.store;

import java.util.List;

/// Entries in key order, all as of one revision.
///
/// @param more whether entries follow behind the last
/// @param remaining how many follow; 0 where `more` is false
public record Page(List<Entry> entries, long revision, boolean more, long remaining) {
    /// Copies the entries.
    public Page {
        entries = List.copyOf(entries);
    }
}
