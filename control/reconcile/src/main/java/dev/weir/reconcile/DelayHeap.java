package dev.weir.reconcile;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The delayed items, earliest first: a binary heap whose items know their place, so that one can
/// be moved or taken out in logarithmic time. Not thread-safe.
final class DelayHeap {
    private @Nullable Item[] heap = new Item[16];
    private int size;

    int size() {
        return size;
    }

    /// The item due first, or null.
    @Nullable Item first() {
        return size == 0 ? null : heap[0];
    }

    void add(Item item) {
        if (size == heap.length) {
            heap = Arrays.copyOf(heap, size * 2);
        }
        place(item, size++);
        up(item);
    }

    /// Moves an item whose `due` became earlier.
    void up(Item item) {
        int i = item.index;
        while (i > 0) {
            int parent = (i - 1) >>> 1;
            var above = at(parent);
            if (above.due <= item.due) {
                break;
            }
            place(above, i);
            i = parent;
        }
        place(item, i);
    }

    void remove(Item item) {
        int i = item.index;
        var last = at(--size);
        heap[size] = null;
        item.index = -1;
        if (last != item) {
            place(last, i);
            down(last);
            up(last);
        }
    }

    private void down(Item item) {
        int i = item.index;
        while (2 * i + 1 < size) {
            int child = 2 * i + 1;
            if (child + 1 < size && at(child + 1).due < at(child).due) {
                child++;
            }
            if (at(child).due >= item.due) {
                break;
            }
            place(at(child), i);
            i = child;
        }
        place(item, i);
    }

    private void place(Item item, int i) {
        heap[i] = item;
        item.index = i;
    }

    private Item at(int i) {
        return java.util.Objects.requireNonNull(heap[i]);
    }
}
