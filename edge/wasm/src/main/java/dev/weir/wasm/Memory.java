package dev.weir.wasm;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Objects;

/// A linear memory: bytes in pages of 64 KiB. Belongs to its store's thread.
public final class Memory implements Extern {
    static final int PAGE = 1 << 16;
    private static final long MOST_PAGES = Integer.MAX_VALUE / PAGE;

    final boolean is64;
    final long maximum;
    byte[] data;
    final Store store;

    Memory(Store store, Module.MemoryType type) {
        this.store = store;
        this.is64 = type.is64();
        this.maximum = type.maximum();
        if (type.minimum() > MOST_PAGES || !store.takeMemory(type.minimum() * PAGE)) {
            throw new TrapException(TrapException.Code.LIMIT);
        }
        this.data = allocate(type.minimum());
    }

    private static byte[] allocate(long pages) {
        try {
            return new byte[(int) pages * PAGE];
        } catch (OutOfMemoryError e) {
            throw new TrapException(TrapException.Code.LIMIT);
        }
    }

    /// A memory with addresses of 32 bits.
    ///
    /// @param minimum pages to start with
    /// @param maximum the most pages that it may grow to
    /// @throws TrapException when the store's limit does not allow the minimum
    public static Memory of(Store store, int minimum, int maximum) {
        if (minimum < 0 || maximum < minimum) {
            throw new IllegalArgumentException(
                    "pages: expected 0 <= minimum <= maximum, found " + minimum + ", " + maximum);
        }
        return new Memory(store, new Module.MemoryType(false, minimum, maximum));
    }

    /// How many pages it has.
    public long pages() {
        return data.length / PAGE;
    }

    /// Adds pages, and says how many there were; -1 when its maximum or the store's limit is in the
    /// way.
    public long grow(long more) {
        long pages = pages();
        long most = maximum < 0 ? MOST_PAGES : Math.min(maximum, MOST_PAGES);
        if (more < 0 || more > most - pages || !store.takeMemory(more * PAGE)) {
            return -1;
        }
        return resize(pages + more) ? pages : -1;
    }

    private boolean resize(long pages) {
        try {
            data = Arrays.copyOf(data, (int) pages * PAGE);
            return true;
        } catch (OutOfMemoryError e) {
            return false;
        }
    }

    /// Copies bytes out.
    ///
    /// @throws IndexOutOfBoundsException when they are not all inside
    public byte[] read(int address, int length) {
        Objects.checkFromIndexSize(address, length, data.length);
        return Arrays.copyOfRange(data, address, address + length);
    }

    /// Copies bytes in.
    ///
    /// @throws IndexOutOfBoundsException when they do not all fit
    public void write(int address, byte[] bytes) {
        Objects.checkFromIndexSize(address, bytes.length, data.length);
        System.arraycopy(bytes, 0, data, address, bytes.length);
    }

    /// A view of bytes, little-endian: what is written to it is in the memory. It is good until the
    /// memory grows.
    ///
    /// @throws IndexOutOfBoundsException when they are not all inside
    public ByteBuffer view(long address, int length) {
        Objects.checkFromIndexSize(address, length, (long) data.length);
        return ByteBuffer.wrap(data, (int) address, length).slice().order(ByteOrder.LITTLE_ENDIAN);
    }

    /// Throws unless the range is inside; lengths and addresses are unsigned.
    void check(long address, long length) {
        if (address < 0 || length < 0 || address > data.length - length) {
            throw new TrapException(TrapException.Code.MEMORY_BOUNDS);
        }
    }

    Module.MemoryType type() {
        return new Module.MemoryType(is64, pages(), maximum);
    }
}
