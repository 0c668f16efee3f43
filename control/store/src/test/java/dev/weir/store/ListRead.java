package dev.weir.store;

import java.util.List;
import java.util.Optional;

/// A list of all keys of a prefix, between two moments of the clock of the [Operation]s.
record ListRead(String prefix, long called, long returned, Page page) {

    /// A list as of a revision of the past, which could have been made at any time.
    static ListRead past(String prefix, Page page) {
        return new ListRead(prefix, 0, Long.MAX_VALUE, page);
    }

    /// What is wrong with it: it must be the state at its revision, as a whole, and that revision
    /// one that was newest at some moment between call and return.
    Optional<String> violation(List<Operation> operations, Truth truth) {
        for (var operation : operations) {
            if (operation.outcome() instanceof Operation.Outcome.Done(var entry)) {
                if (operation.returned() < called && entry.revision() > page.revision()) {
                    return Optional.of(this + " is older than " + operation);
                }
                if (operation.called() > returned && entry.revision() <= page.revision()) {
                    return Optional.of(this + " is newer than " + operation);
                }
            }
        }
        if (!truth.whole(page.revision())) {
            return Optional.empty();
        }
        var found = page.entries().stream().map(Entry::revision).sorted().toList();
        var expected = truth.live(prefix, page.revision());
        return found.equals(expected)
                ? Optional.empty()
                : Optional.of(this + " has " + found + ", expected " + expected);
    }

    @Override
    public String toString() {
        return "[" + called + ".." + returned + "] list of " + prefix + " at " + page.revision();
    }
}
