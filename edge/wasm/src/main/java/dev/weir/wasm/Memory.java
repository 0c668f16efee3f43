package dev.weir.wasm;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Objects;

/// A linear memory: bytes in pages, usually of 64 KiB. Belongs to its store's thread, unless it is
/// shared.
public final class Memory implements Extern {
    static final int PAGE_BITS = 16;

    /// The most bytes that one array of Java has, in whole pages.
    private static final long MOST = Integer.MAX_VALUE >>> PAGE_BITS << PAGE_BITS;

    final boolean is64;
    final long maximum;
    final boolean shared;
    final int pageBits;

    /// All bytes. Exactly as long as the memory is; a shared memory has all that it may grow to
    /// from the start, as other threads must go on with the same array.
    byte[] data;

    /// How many bytes there are.
    int bytes;

    final Store store;

    /// Who waits at a place of this memory, and what makes its atomic instructions one step.
    final Waiters waiters = new Waiters();

    Memory(Store store, Module.MemoryType type) {
        this.store = store;
        this.is64 = type.is64();
        this.maximum = type.maximum();
        this.shared = type.shared();
        this.pageBits = type.pageBits();
        long most = MOST >>> pageBits;
        long pages = shared ? maximum : type.minimum();
        boolean fits = Long.compareUnsigned(pages, most) <= 0;
        if (!fits || !store.takeMemory(pages << pageBits)) {
            throw new TrapException(TrapException.Code.LIMIT);
        }
        this.data = allocate(pages << pageBits);
        this.bytes = (int) (type.minimum() << pageBits);
    }

    private static byte[] allocate(long bytes) {
        try {
            return new byte[(int) bytes];
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
        return new Memory(store, new Module.MemoryType(false, minimum, maximum, false, PAGE_BITS));
    }

    /// A memory with addresses of 32 bits that the threads of several stores may use at the same
    /// time; the host sees what guests wrote by atomic instructions. Its maximum is allocated at
    /// once, and counts against the limit of this store.
    ///
    /// @param minimum pages to start with
    /// @param maximum the most pages that it may grow to
    /// @throws TrapException when the store's limit does not allow the maximum
    public static Memory ofShared(Store store, int minimum, int maximum) {
        if (minimum < 0 || maximum < minimum) {
            throw new IllegalArgumentException(
                    "pages: expected 0 <= minimum <= maximum, found " + minimum + ", " + maximum);
        }
        return new Memory(store, new Module.MemoryType(false, minimum, maximum, true, PAGE_BITS));
    }

    /// How many pages it has.
    public long pages() {
        return bytes >>> pageBits;
    }

    /// Adds pages, and says how many there were; -1 when its maximum or the store's limit is in the
    /// way.
    public long grow(long more) {
        var event = new Events.Grow();
        event.begin();
        long before = shared ? waiters.locked(() -> growBy(more)) : growBy(more);
        if (event.shouldCommit()) {
            event.refused = before < 0;
            event.before = event.refused ? pages() : before;
            event.more = more;
            event.commit();
        }
        return before;
    }

    private long growBy(long more) {
        long pages = pages();
        long most = MOST >>> pageBits;
        most = maximum < 0 ? most : Math.min(maximum, most);
        if (more < 0 || more > most - pages || !shared && !store.takeMemory(more << pageBits)) {
            return -1;
        }
        return resize(pages + more) ? pages : -1;
    }

    private boolean resize(long pages) {
        int size = (int) (pages << pageBits);
        try {
            if (!shared) {
                data = Arrays.copyOf(data, size);
            }
            bytes = size;
            return true;
        } catch (OutOfMemoryError e) {
            return false;
        }
    }

    /// Copies bytes out.
    ///
    /// @throws IndexOutOfBoundsException when they are not all inside
    public byte[] read(int address, int length) {
        Objects.checkFromIndexSize(address, length, bytes);
        return Arrays.copyOfRange(data, address, address + length);
    }

    /// Copies bytes in.
    ///
    /// @throws IndexOutOfBoundsException when they do not all fit
    public void write(int address, byte[] bytes) {
        Objects.checkFromIndexSize(address, bytes.length, this.bytes);
        System.arraycopy(bytes, 0, data, address, bytes.length);
    }

    /// A view of bytes, little-endian: what is written to it is in the memory. It is good until the
    /// memory grows.
    ///
    /// @throws IndexOutOfBoundsException when they are not all inside
    public ByteBuffer view(long address, int length) {
        Objects.checkFromIndexSize(address, length, (long) bytes);
        return ByteBuffer.wrap(data, (int) address, length).slice().order(ByteOrder.LITTLE_ENDIAN);
    }

    /// Throws unless the range is inside; lengths and addresses are unsigned.
    void check(long address, long length) {
        if (address < 0 || length < 0 || address > bytes - length) {
            throw new TrapException(TrapException.Code.MEMORY_BOUNDS);
        }
    }

    Module.MemoryType type() {
        return new Module.MemoryType(is64, pages(), maximum, shared, pageBits);
    }
}
