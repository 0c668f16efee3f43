package dev.weir.store;

import java.util.HashMap;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/// The changes that are known to be stored, by revision. A revision that is compacted may be
/// unknown: a hole.
final class Truth {
    private final NavigableMap<Long, Fact> facts = new TreeMap<>();
    private long compacted;

    /// Adds a change.
    ///
    /// @return what contradicts it
    Optional<String> add(Fact fact) {
        var known = facts.putIfAbsent(fact.revision(), fact);
        boolean same =
                known == null
                        || known.key().equals(fact.key())
                                && known.deletion() == fact.deletion()
                                && known.value().equals(fact.value())
                                && known.uid().equals(fact.uid())
                                && known.created() == fact.created();
        return same ? Optional.empty() : Optional.of(known + " became " + fact);
    }

    /// All changes that the store holds were added; those up to a revision it may not hold any
    /// more.
    void complete(long compactedTo) {
        compacted = Math.max(compacted, compactedTo);
    }

    /// Whether it is known that there is no such change.
    boolean denies(long revision) {
        return revision > compacted && !facts.containsKey(revision);
    }

    /// The known changes of a prefix behind one revision and up to another, oldest first.
    List<Fact> between(String prefix, long after, long to) {
        return facts.subMap(after, false, Math.max(after, to), true).values().stream()
                .filter(fact -> fact.key().startsWith(prefix))
                .toList();
    }

    /// Whether every revision up to one is known.
    boolean whole(long to) {
        return facts.headMap(to, true).size() == to;
    }

    /// The revisions of the states that a prefix had at one, in order.
    List<Long> live(String prefix, long at) {
        var newest = new HashMap<String, Fact>();
        between(prefix, 0, at).forEach(fact -> newest.put(fact.key(), fact));
        return newest.values().stream()
                .filter(fact -> !fact.deletion())
                .map(Fact::revision)
                .sorted()
                .toList();
    }

    /// The revision of the key's state before one; 0 for none.
    long previous(String key, long revision) {
        for (var fact : facts.headMap(revision, false).descendingMap().values()) {
            if (fact.key().equals(key)) {
                return fact.deletion() ? 0 : fact.revision();
            }
        }
        return 0;
    }
}
