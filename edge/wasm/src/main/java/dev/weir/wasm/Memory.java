package dev.weir.wasm;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A linear memory: bytes in pages, usually of 64 KiB. Belongs to its store's thread, unless it is
/// shared.
public final class Memory implements Extern {
    static final int PAGE_BITS = 16;

    /// As many bytes are copied before arrays are longer than memories: a memory that grows by a
    /// page at a time has 8 MiB then.
    static final long COPIED = 512 << 20;

    /// The most bytes that one array of Java has, in whole pages.
    private static final long MOST = Integer.MAX_VALUE >>> PAGE_BITS << PAGE_BITS;

    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt INT =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong LONG =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    final boolean is64;
    final long maximum;
    final boolean shared;
    final int pageBits;

    /// All bytes. As long as the memory is, or longer, see `limit`; a shared memory has all that it
    /// may grow to from the start, as other threads must go on with the same array. Empty where
    /// they are in `segment`.
    byte[] data;

    /// All that a memory may grow to which may be longer than an array; the bytes that are not in
    /// use yet are not taken from the machine.
    private final @Nullable MemorySegment segment;

    /// How many bytes there are.
    long bytes;

    /// The same where the array is longer, for a memory that grew often: guests do so by a page at
    /// a time, and to copy all each time takes the square of the time. 0 where the array's end is
    /// the memory's, as compiled code then needs no other check.
    int limit;

    /// How many bytes were copied to grow by just what was asked for.
    long copied;

    final Store store;

    /// Who waits at a place of this memory, and what makes its atomic instructions one step.
    final Waiters waiters = new Waiters();

    Memory(Store store, Module.MemoryType type) {
        this.store = store;
        this.is64 = type.is64();
        this.maximum = type.maximum();
        this.shared = type.shared();
        this.pageBits = type.pageBits();
        // A number of pages is at most 2^48 of 64 KiB, or any of one byte each.
        long most = store.limits.memoryBytes() >>> pageBits;
        long pages = shared ? maximum : type.minimum();
        boolean fits = Long.compareUnsigned(pages, most) <= 0;
        long reserve = maximum < 0 ? most : Math.min(maximum, most);
        boolean far = is64 && reserve << pageBits > MOST;
        fits &= far || pages <= MOST >>> pageBits;
        if (!fits || !store.takeMemory(pages << pageBits)) {
            throw TrapException.limit(
                    "a memory of "
                            + Long.toUnsignedString(pages)
                            + " pages of "
                            + (1L << pageBits)
                            + " bytes, where the store has "
                            + store.limits.memoryBytes()
                            + " bytes for all"
                            + (far ? "" : " and a memory may have " + MOST),
                    null);
        }
        this.segment = far ? FarMemory.reserve(reserve << pageBits) : null;
        this.data = far ? new byte[0] : allocate(pages << pageBits);
        this.bytes = type.minimum() << pageBits;
    }

    private static byte[] allocate(long bytes) {
        try {
            return new byte[(int) bytes];
        } catch (OutOfMemoryError e) {
            throw TrapException.limit(String.valueOf(e.getMessage()), e);
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
        long most = (segment == null ? MOST : segment.byteSize()) >>> pageBits;
        most = maximum < 0 ? most : Math.min(maximum, most);
        if (more < 0 || more > most - pages || !shared && !store.takeMemory(more << pageBits)) {
            return -1;
        }
        if (resize(pages + more)) {
            return pages;
        }
        store.giveMemory(more << pageBits);
        return -1;
    }

    private boolean resize(long pages) {
        long size = pages << pageBits;
        if (!shared && segment == null) {
            if (size > data.length && (copied < COPIED || !copy(room(size))) && !copy(size)) {
                return false;
            }
            limit = size == data.length ? 0 : (int) size;
        }
        bytes = size;
        return true;
    }

    /// Half as much again as there was, where the maximum and the store's limit allow it.
    private long room(long size) {
        long most = MOST >>> pageBits;
        most = (maximum < 0 ? most : Math.min(maximum, most)) << pageBits;
        most = Math.min(most, size + store.memoryLeft());
        return Math.clamp(data.length + data.length / 2L, size, most);
    }

    private boolean copy(long size) {
        try {
            data = Arrays.copyOf(data, (int) size);
            copied += size;
            return true;
        } catch (OutOfMemoryError e) {
            return false;
        }
    }

    /// An address of which bytes up to an end are used, for compiled code.
    static int check(int address, long end, int limit) {
        Objects.checkFromIndexSize(address & 0xffffffffL, end, limit);
        return address;
    }

    /// Copies bytes out.
    ///
    /// @throws IndexOutOfBoundsException when they are not all inside
    public byte[] read(long address, int length) {
        Objects.checkFromIndexSize(address, length, bytes);
        var copy = new byte[length];
        MemorySegment.copy(all(), ValueLayout.JAVA_BYTE, address, copy, 0, length);
        return copy;
    }

    /// Copies bytes in.
    ///
    /// @throws IndexOutOfBoundsException when they do not all fit
    public void write(long address, byte[] bytes) {
        Objects.checkFromIndexSize(address, bytes.length, this.bytes);
        put(address, bytes, 0, bytes.length);
    }

    /// A view of bytes, little-endian: what is written to it is in the memory. It is good until the
    /// memory grows.
    ///
    /// @throws IndexOutOfBoundsException when they are not all inside
    public ByteBuffer view(long address, int length) {
        Objects.checkFromIndexSize(address, length, bytes);
        var view =
                segment == null
                        ? ByteBuffer.wrap(data, (int) address, length).slice()
                        : segment.asSlice(address, length).asByteBuffer();
        return view.order(ByteOrder.LITTLE_ENDIAN);
    }

    // --- for guests; all places are checked before ---

    private MemorySegment all() {
        return segment == null ? MemorySegment.ofArray(data) : segment;
    }

    void put(long to, byte[] from, int at, int count) {
        if (segment == null) {
            System.arraycopy(from, at, data, (int) to, count);
        } else {
            MemorySegment.copy(from, at, segment, ValueLayout.JAVA_BYTE, to, count);
        }
    }

    void copy(long to, Memory from, long at, long count) {
        if (segment == null && from.segment == null) {
            System.arraycopy(from.data, (int) at, data, (int) to, (int) count);
        } else {
            MemorySegment.copy(from.all(), at, all(), to, count);
        }
    }

    void fill(long to, long count, byte value) {
        if (segment == null) {
            Arrays.fill(data, (int) to, (int) (to + count), value);
        } else {
            segment.asSlice(to, count).fill(value);
        }
    }

    byte getByte(long at) {
        return segment == null ? data[(int) at] : segment.get(ValueLayout.JAVA_BYTE, at);
    }

    short getShort(long at) {
        return segment == null ? (short) Bytes.SHORT.get(data, (int) at) : segment.get(SHORT, at);
    }

    int getInt(long at) {
        return segment == null ? (int) Bytes.INT.get(data, (int) at) : segment.get(INT, at);
    }

    long getLong(long at) {
        return segment == null ? (long) Bytes.LONG.get(data, (int) at) : segment.get(LONG, at);
    }

    void putByte(long at, byte value) {
        if (segment == null) {
            data[(int) at] = value;
        } else {
            segment.set(ValueLayout.JAVA_BYTE, at, value);
        }
    }

    void putShort(long at, short value) {
        if (segment == null) {
            Bytes.SHORT.set(data, (int) at, value);
        } else {
            segment.set(SHORT, at, value);
        }
    }

    void putInt(long at, int value) {
        if (segment == null) {
            Bytes.INT.set(data, (int) at, value);
        } else {
            segment.set(INT, at, value);
        }
    }

    void putLong(long at, long value) {
        if (segment == null) {
            Bytes.LONG.set(data, (int) at, value);
        } else {
            segment.set(LONG, at, value);
        }
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
