package dev.weir.telemetry.metrics;

import dev.weir.telemetry.otlp.ProtoWriter;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Counts in buckets that grow by 2^(2^-scale), with sum, minimum and maximum. The scale is the
/// finest at which all that was recorded fits the buckets.
///
/// The counts lie in a ring whose size is a power of two: the bucket of an index is found by its
/// low bits, so the window of indices may grow both ways without moving a count.
class ExponentialHistogram extends Cell {
    private static final int FIRST_RING = 16;

    private final int maxBuckets;
    private final int maxScale;
    private final int pad;
    private long[] ring = new long[0];
    private int mask = -1;
    private int from;
    private int to = -1;
    int scale;

    /// Finds indices at this scale; nothing where it has no table.
    private @Nullable CoarseScale coarse;

    long zeros;
    double sum;
    double min = Double.POSITIVE_INFINITY;
    double max = Double.NEGATIVE_INFINITY;

    ExponentialHistogram(int maxBuckets, int maxScale) {
        this(maxBuckets, maxScale, 0);
    }

    private ExponentialHistogram(int maxBuckets, int maxScale, int pad) {
        this.pad = pad;
        this.maxBuckets = maxBuckets;
        this.maxScale = maxScale;
        scale = maxScale;
        coarse = CoarseScale.of(maxScale);
    }

    /// Records a finite value that is not negative.
    final void record(double value) {
        sum += value;
        if (value < min) {
            min = value;
        }
        if (value > max) {
            max = value;
        }
        if (value == 0) {
            zeros++;
            return;
        }
        var table = coarse;
        int index =
                table != null && value >= Double.MIN_NORMAL
                        ? table.index(value)
                        : ScaleTwenty.index(value) >> ScaleTwenty.SCALE - scale;
        if (index < from || index > to) {
            index = makeRoom(index, index);
        }
        ring[index & mask]++;
    }

    /// How many values were recorded.
    final long count() {
        long count = zeros;
        for (int i = from; i <= to; i++) {
            count += ring[i & mask];
        }
        return count;
    }

    /// The index of the first bucket; 0 where all are empty.
    final int offset() {
        return to < from ? 0 : from;
    }

    /// Writes the counts from the first to the last that is not 0, as packed varints.
    final void writeCounts(ProtoWriter out, int field) {
        if (to < from) {
            return;
        }
        int mark = out.begin(field);
        for (int i = from; i <= to; i++) {
            out.packed(ring[i & mask]);
        }
        out.end(mark);
    }

    @Override
    final Cell stripe() {
        return new Padded(maxBuckets, maxScale);
    }

    @Override
    final void addTo(Cell other) {
        var total = (ExponentialHistogram) other;
        total.zeros += zeros;
        total.sum += sum;
        total.min = Math.min(total.min, min);
        total.max = Math.max(total.max, max);
        if (to >= from) {
            total.coarsen(Math.max(0, total.scale - scale));
            int shift = scale - total.scale;
            total.makeRoom(from >> shift, to >> shift);
            shift = scale - total.scale;
            for (int i = from; i <= to; i++) {
                total.ring[(i >> shift) & total.mask] += ring[i & mask];
            }
        }
    }

    @Override
    final void clear() {
        Arrays.fill(ring, 0);
        from = 0;
        to = -1;
        scale = maxScale;
        coarse = CoarseScale.of(maxScale);
        zeros = 0;
        sum = 0;
        min = Double.POSITIVE_INFINITY;
        max = Double.NEGATIVE_INFINITY;
    }

    /// Widens the window to hold some indices, at a coarser scale where it must.
    ///
    /// @return the first index at the scale that is now in force
    private int makeRoom(int first, int last) {
        int low = to < from ? first : Math.min(from, first);
        int high = to < from ? last : Math.max(to, last);
        int by = 0;
        while ((long) (high >> by) - (low >> by) >= maxBuckets) {
            by++;
        }
        coarsen(by);
        enlarge((high >> by) - (low >> by) + 1);
        from = low >> by;
        to = high >> by;
        return first >> by;
    }

    private void enlarge(int buckets) {
        if (buckets <= mask + 1) {
            return;
        }
        int size = Math.max(FIRST_RING, Integer.highestOneBit(buckets - 1) << 1);
        var larger = new long[size + pad];
        for (int i = from; i <= to; i++) {
            larger[i & size - 1] = ring[i & mask];
        }
        ring = larger;
        mask = size - 1;
    }

    private void coarsen(int by) {
        if (by == 0) {
            return;
        }
        scale -= by;
        coarse = CoarseScale.of(scale);
        if (to < from) {
            return;
        }
        var old = ring;
        ring = new long[old.length];
        for (int i = from; i <= to; i++) {
            ring[(i >> by) & mask] += old[i & mask];
        }
        from >>= by;
        to >>= by;
    }

    /// Keeps what another thread writes off the cache line.
    @SuppressWarnings("unused")
    private static final class Padded extends ExponentialHistogram {
        private long a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p;

        Padded(int maxBuckets, int maxScale) {
            super(maxBuckets, maxScale, PAD);
        }
    }
}
