package dev.weir.conformance;

import dev.weir.store.Entry;
import dev.weir.store.Store;
import dev.weir.store.StoreEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// What was heard from the killed writers, and whether a store holds all of it.
final class CrashLedger {
    private final int unacknowledgedAtMost;

    /// What was acknowledged or watched since the last [#verify], by revision.
    private final TreeMap<Long, String> heard = new TreeMap<>();

    private final Set<Long> acknowledged = new HashSet<>();

    /// The live keys at [#verified], with the facts of their last changes.
    private final Map<String, String> live = new HashMap<>();

    private long verified;

    CrashLedger(int unacknowledgedAtMost) {
        this.unacknowledgedAtMost = unacknowledgedAtMost;
    }

    /// A line of [CrashWriter]. What a kill cut off says nothing.
    void hear(String line) {
        if (!line.endsWith(" .")) {
            return;
        }
        var words = line.split(" ", 2);
        var fact = words[1].substring(0, words[1].length() - 2);
        switch (words[0]) {
            case "acknowledged" -> {
                acknowledged.add(note(fact));
            }
            case "watched" -> note(fact);
            default -> throw new AssertionError(line);
        }
    }

    private long note(String fact) {
        long revision = Long.parseLong(fact.substring(0, fact.indexOf(' ')));
        var other = heard.put(revision, fact);
        if (other != null && !other.equals(fact)) {
            throw new AssertionError("heard of both '" + other + "' and '" + fact + "'");
        }
        if (revision <= verified) {
            throw new AssertionError(fact + ": a revision that was given before the last kill");
        }
        return revision;
    }

    /// How many changes this and earlier stores were found to hold.
    long verified() {
        return verified;
    }

    /// Compares the store with everything heard. Its content counts as heard from now on.
    ///
    /// @throws AssertionError that names what is missing, changed or too much
    void verify(Store store) throws InterruptedException {
        long newest = store.revision();
        if (!heard.isEmpty() && heard.lastKey() > newest || verified > newest) {
            throw new AssertionError(
                    "lost: revision " + newest + " is the newest, heard of " + heard.lastEntry());
        }
        long start = Math.max(verified, store.compactedRevision());
        var history = history(store, start, newest);
        int unheard = unacknowledged(start, newest);
        heard.headMap(start, true).forEach((_, fact) -> apply(fact));
        history.forEach(this::apply);
        compare(store, unheard);
        verified = newest;
        heard.clear();
        acknowledged.clear();
    }

    /// The changes behind `start`, gapless, whole, and as they were heard of.
    private List<String> history(Store store, long start, long newest) throws InterruptedException {
        var facts = new ArrayList<String>();
        if (newest == start) {
            return facts;
        }
        long next = start + 1;
        try (var watch = store.watch("", start)) {
            while (next <= newest) {
                var events = watch.next(1000, Duration.ofSeconds(10));
                if (events.isEmpty()) {
                    throw new AssertionError("revision " + next + " of " + newest + " is missing");
                }
                for (var event : events) {
                    facts.add(fact(event, next++));
                }
            }
        }
        return facts;
    }

    private String fact(StoreEvent event, long expected) {
        var fact = CrashWriter.fact(event.entry(), event.deletion());
        if (event.revision() != expected) {
            throw new AssertionError(fact + ": expected revision " + expected);
        }
        if (!CrashWriter.whole(event.entry().key(), event.entry().value())) {
            throw new AssertionError(fact + ": the value is not whole");
        }
        var said = heard.get(expected);
        if (said != null && !said.equals(fact)) {
            throw new AssertionError("stored '" + fact + "', heard '" + said + "'");
        }
        return fact;
    }

    /// Each thread waits for its writes, so that all but a few were acknowledged. Answers how many
    /// nobody can know about, because they are compacted and were not heard of.
    private int unacknowledged(long start, long newest) {
        long silent = newest - verified - acknowledged.size();
        if (silent > unacknowledgedAtMost) {
            throw new AssertionError(
                    silent + " changes were not acknowledged, expected " + unacknowledgedAtMost);
        }
        return (int) (start - verified) - heard.headMap(start, true).size();
    }

    private void apply(String fact) {
        var words = fact.split(" ", -1);
        if (words[2].equals("deleted")) {
            live.remove(words[1]);
        } else {
            live.put(words[1], fact);
        }
    }

    /// The state now is what the changes make of it, but for keys whose last change is compacted
    /// and was not heard of.
    private void compare(Store store, int unheard) {
        var found = new HashMap<String, String>();
        for (Entry entry : store.list("", "", 0, 0).entries()) {
            found.put(entry.key(), CrashWriter.fact(entry, false));
        }
        var different = new HashSet<>(live.entrySet());
        different.removeAll(found.entrySet());
        var keys = new HashSet<>(found.keySet());
        keys.removeAll(live.keySet());
        if (different.size() + keys.size() > unheard) {
            throw new AssertionError("expected " + different + ", found beside it " + keys);
        }
        live.clear();
        live.putAll(found);
    }
}
