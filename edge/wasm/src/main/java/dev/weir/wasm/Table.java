package dev.weir.wasm;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// A table of references. Belongs to its store's thread.
public final class Table implements Extern {
    private static final long MOST = 100_000_000;

    final Module.TableType type;
    @Nullable Object[] elements;
    final Store store;

    Table(Store store, Module.TableType type, @Nullable Object value) {
        this.store = store;
        this.type = type;
        if (type.minimum() < 0 || type.minimum() > MOST || !store.takeElements(type.minimum())) {
            throw TrapException.limit(
                    "a table of "
                            + Long.toUnsignedString(type.minimum())
                            + " elements, where the store has "
                            + store.limits.tableElements()
                            + " for all and a table may have "
                            + MOST,
                    null);
        }
        elements = new @Nullable Object[(int) type.minimum()];
        Arrays.fill(elements, value);
    }

    /// A table of nulls.
    ///
    /// @param element a reference type
    /// @param minimum how many places to start with
    /// @param maximum the most that it may grow to
    /// @throws TrapException when the store's limit does not allow the minimum
    public static Table of(Store store, ValType element, int minimum, int maximum) {
        return of(store, element, false, minimum, maximum);
    }

    /// The same, with addresses of 64 bits.
    public static Table of64(Store store, ValType element, int minimum, int maximum) {
        return of(store, element, true, minimum, maximum);
    }

    private static Table of(Store store, ValType element, boolean is64, int minimum, int maximum) {
        if (!Types.isRef(element.bits) || minimum < 0 || maximum < minimum) {
            throw new IllegalArgumentException(
                    "table: expected a reference type and 0 <= minimum <= maximum, found "
                            + element
                            + ", "
                            + minimum
                            + ", "
                            + maximum);
        }
        return new Table(
                store, new Module.TableType(element.bits, is64, minimum, maximum, null), null);
    }

    /// How many places it has.
    public int size() {
        return elements.length;
    }

    /// What is at a place.
    ///
    /// @throws IndexOutOfBoundsException when there is no such place
    public @Nullable Object get(int index) {
        return elements[index];
    }

    long grow(long more, @Nullable Object value) {
        int size = elements.length;
        long most = type.maximum() < 0 ? MOST : Math.min(type.maximum(), MOST);
        if (more < 0 || more > most - size || !store.takeElements(more)) {
            return -1;
        }
        elements = Arrays.copyOf(elements, (int) (size + more));
        Arrays.fill(elements, size, elements.length, value);
        return size;
    }

    void check(long index, long length) {
        if (index < 0 || length < 0 || index > elements.length - length) {
            throw new TrapException(TrapException.Code.TABLE_BOUNDS);
        }
    }

    /// An address as it is on the stack, unsigned.
    long address(long value) {
        return type.is64() ? value : value & 0xffffffffL;
    }
}
