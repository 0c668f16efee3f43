package dev.weir.store;

import java.util.ArrayDeque;

/// How much of the past is kept, by age, count and bytes. The writer's own.
final class Retention {
    private static final long SAMPLE_MILLIS = 1000;

    private final StoreOptions options;

    /// When which revision was newest, oldest first.
    private final ArrayDeque<Sample> samples = new ArrayDeque<>();

    private record Sample(long millis, long revision) {}

    Retention(StoreOptions options) {
        this.options = options;
    }

    /// The revision that an index may be compacted to, or the one that it is compacted to already.
    long due(Index index) {
        if (!options.retainTime().isPositive()) {
            return index.compacted();
        }
        long aged = aged(options.clock().millis(), index.revision());
        if (index.supersededBytes() > options.retainBytes()) {
            aged = Math.max(aged, (index.compacted() + index.revision()) / 2);
        }
        return Math.max(
                index.compacted(), Math.min(aged, index.revision() - options.retainRevisions()));
    }

    /// The newest revision that is old enough to go; 0 for none.
    private long aged(long now, long revision) {
        if (!samples.isEmpty() && now < samples.getLast().millis()) {
            // The clock was set back: ages before that mean nothing.
            samples.clear();
        }
        if (samples.isEmpty() || samples.getLast().millis() + SAMPLE_MILLIS <= now) {
            samples.add(new Sample(now, revision));
        }
        long aged = 0;
        while (!samples.isEmpty()
                && samples.getFirst().millis() + options.retainTime().toMillis() <= now) {
            aged = samples.removeFirst().revision();
        }
        return aged;
    }
}
