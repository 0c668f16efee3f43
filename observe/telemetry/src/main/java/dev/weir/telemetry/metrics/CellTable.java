package dev.weir.telemetry.metrics;

import io.opentelemetry.api.common.Attributes;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/// Cells by their attributes: an open hash table that is read without a lock.
///
/// Key and cell lie next to each other; a key is written after its cell. The same object is found
/// by comparing references, at the price of its cached hash code and two loads. Nothing is ever
/// removed from an array: whoever gives up series fills a new one.
///
/// Reads by any thread; all else under the lock of the owner.
final class CellTable {
    private static final VarHandle SLOT = MethodHandles.arrayElementVarHandle(Object[].class);
    private static final int FIRST_SLOTS = 32;

    private volatile @Nullable Object[] slots = new Object[FIRST_SLOTS];
    private int size;

    /// The cell of these attributes; nothing where there is none.
    @Nullable Cell get(Attributes attributes) {
        var array = slots;
        int mask = array.length - 2;
        int hash = attributes.hashCode();
        for (int i = spread(hash) & mask; ; i = i + 2 & mask) {
            Object key = SLOT.getAcquire(array, i);
            if (key == null) {
                return null;
            }
            if (key == attributes || key.hashCode() == hash && key.equals(attributes)) {
                return (Cell) array[i + 1];
            }
        }
    }

    int size() {
        return size;
    }

    /// Puts a cell in whose attributes are not there yet.
    void put(Attributes attributes, Cell cell) {
        if (4 * (size + 1) > slots.length) {
            var larger = new Object[2 * slots.length];
            for (int i = 0; i < slots.length; i += 2) {
                if (slots[i] instanceof Attributes key && slots[i + 1] instanceof Cell moved) {
                    insert(larger, key, moved);
                }
            }
            slots = larger;
        }
        insert(slots, attributes, cell);
        size++;
    }

    /// Forgets everything.
    void clear() {
        slots = new Object[FIRST_SLOTS];
        size = 0;
    }

    private static void insert(@Nullable Object[] array, Attributes key, Cell cell) {
        int mask = array.length - 2;
        int i = spread(key.hashCode()) & mask;
        while (array[i] != null) {
            i = i + 2 & mask;
        }
        array[i + 1] = cell;
        SLOT.setRelease(array, i, key);
    }

    /// Hash codes of attributes differ in all bits, but not evenly.
    private static int spread(int hash) {
        int mixed = hash * 0x9E3779B9;
        return mixed ^ mixed >>> 16;
    }
}
