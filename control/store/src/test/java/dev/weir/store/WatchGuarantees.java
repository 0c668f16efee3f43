package dev.weir.store;

import dev.weir.store.WatchRecord.Step;
import java.util.ArrayList;
import java.util.List;

/// Holds what watchers were told to the guarantees that etcd gives its watchers
/// (https://etcd.io/docs/v3.6/learning/api_guarantees/): ordered, unique, reliable, atomic,
/// resumable, bookmarkable; and to one that it takes for granted: what was told is stored.
final class WatchGuarantees {
    private final WatchRecord watch;
    private final Truth truth;
    private final List<String> violations = new ArrayList<>();

    /// All of the prefix up to here was told.
    private long position;

    /// The newest revision promised by a bookmark.
    private long promised;

    /// The last change told since the watch was opened; 0 for none.
    private long last;

    private String lastKey = "";

    private WatchGuarantees(WatchRecord watch, Truth truth) {
        this.watch = watch;
        this.truth = truth;
    }

    /// The guarantees that a watcher did not get, each with what was told instead.
    static List<String> violations(WatchRecord watch, Truth truth) {
        var guarantees = new WatchGuarantees(watch, truth);
        watch.steps().forEach(guarantees::check);
        return guarantees.violations;
    }

    private void check(Step step) {
        switch (step) {
            case Step.Opened(long after) -> {
                position = after;
                promised = after;
                last = 0;
            }
            case Step.Told(var facts) -> facts.forEach(this::told);
            case Step.Bookmark(long revision) -> bookmark(revision);
            case Step.Refused(long after, var code, long compacted) -> {
                if (code == StoreException.Code.FUTURE) {
                    violated("Stored", "revision " + after + " was told and is gone");
                } else if (code == StoreException.Code.COMPACTED && after >= compacted) {
                    violated(
                            "Resumable", "refused behind " + after + ", compacted is " + compacted);
                }
            }
        }
    }

    private void told(Fact fact) {
        long revision = fact.revision();
        if (revision == last) {
            violated(fact.key().equals(lastKey) ? "Unique" : "Atomic", fact + " behind " + lastKey);
        } else if (revision < last) {
            violated("Ordered", fact + " behind revision " + last);
        } else if (revision <= promised) {
            violated("Bookmarkable", fact + " behind a bookmark of " + promised);
        }
        leftOut(last == 0 ? "Resumable" : "Reliable", revision - 1);
        same(fact);
        last = Math.max(last, revision);
        lastKey = fact.key();
        position = Math.max(position, revision);
    }

    private void same(Fact fact) {
        if (!fact.key().startsWith(watch.prefix())) {
            violated("Reliable", fact + " does not concern " + watch.prefix());
        }
        if (truth.denies(fact.revision())) {
            violated("Stored", fact + " is not in the store");
        }
        truth.add(fact).ifPresent(contradiction -> violated("Stored", contradiction));
        if (truth.whole(fact.revision())
                && fact.previous() != truth.previous(fact.key(), fact.revision())) {
            violated("Reliable", fact + " came with the state before of " + fact.previous());
        }
    }

    private void bookmark(long revision) {
        if (revision < promised) {
            violated("Ordered", "a bookmark of " + revision + " behind one of " + promised);
        }
        leftOut("Bookmarkable", revision);
        position = Math.max(position, revision);
        promised = Math.max(promised, revision);
    }

    private void leftOut(String guarantee, long to) {
        for (var missing : truth.between(watch.prefix(), position, to)) {
            violated(guarantee, missing + " was left out");
        }
    }

    private void violated(String guarantee, String what) {
        violations.add(guarantee + ": " + what);
    }
}
