package dev.weir.telemetry.metrics;

import java.util.Arrays;
import java.util.List;

/// The boundaries of a histogram's buckets, and which bucket a value belongs to.
///
/// The upper bits of a positive double, its exponent and the start of its significand, cut the line
/// of numbers into short slots. Where no slot has more than one boundary, a table has the bucket at
/// which each slot begins, and one comparison does the rest, without a jump that depends on the
/// value. Other boundaries are searched by halving.
final class Boundaries {
    private static final int SIGNIFICAND_BITS = 52;
    private static final int MOST_BITS = 5;
    private static final int MOST_SLOTS = 4096;

    private final int size;

    /// Ends with an infinite one, which no value exceeds.
    private final double[] bounds;

    /// The bucket at which each slot begins; none where some slot has several boundaries.
    private char[] slots = new char[0];

    private int shift;
    private int first;

    Boundaries(List<Double> boundaries) {
        size = boundaries.size();
        bounds = new double[size + 1];
        for (int i = 0; i < size; i++) {
            bounds[i] = boundaries.get(i);
        }
        bounds[size] = Double.POSITIVE_INFINITY;
        for (int bits = 2; bits <= MOST_BITS && slots.length == 0; bits++) {
            tabulate(SIGNIFICAND_BITS - bits);
        }
    }

    /// How many buckets there are.
    int buckets() {
        return size + 1;
    }

    /// The bucket of a value that is not negative: how many boundaries lie below it.
    int bucket(double value) {
        if (slots.length == 0) {
            return search(value);
        }
        int slot = (int) (Double.doubleToRawLongBits(value) >>> shift) - first;
        int bucket = slots[Math.clamp(slot, 0, slots.length - 1)];
        return bounds[bucket] < value ? bucket + 1 : bucket;
    }

    /// The first slot has all below the first positive boundary, the last one all above the last.
    private void tabulate(int width) {
        int zeros = 0;
        while (zeros < size && bounds[zeros] <= 0) {
            zeros++;
        }
        if (zeros == size || zeros > 1) {
            return;
        }
        int low = (int) (Double.doubleToRawLongBits(bounds[zeros]) >>> width) - 1;
        int high = (int) (Double.doubleToRawLongBits(bounds[size - 1]) >>> width) + 1;
        if (high - low >= MOST_SLOTS) {
            return;
        }
        var starts = new char[high - low + 1];
        for (int slot = 1; slot < starts.length; slot++) {
            double start = Double.longBitsToDouble((long) (low + slot) << width);
            starts[slot] = (char) search(Math.nextDown(start));
            if (slot > 1 && starts[slot] - starts[slot - 1] > 1) {
                return;
            }
        }
        slots = starts;
        shift = width;
        first = low;
    }

    private int search(double value) {
        int found = Arrays.binarySearch(bounds, 0, size, value);
        return found >= 0 ? found : -found - 1;
    }
}
