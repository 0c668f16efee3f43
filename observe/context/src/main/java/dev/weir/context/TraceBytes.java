package dev.weir.context;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// A trace context as 32 bytes, read and written in place in a `byte[]`, a `ByteBuffer` or a
/// `MemorySegment`; no object is made. Big-endian, whatever the order of the buffer:
///
/// ```
///  0..15  trace id
/// 16..23  span id
///     24  trace flags: 1 sampled, 2 random trace id; the others are 0
///     25  version of this layout, 1
/// 26..27  first 16 bits of the sampling threshold of OpenTelemetry, ffff where none is known
/// 28..31  id of the block of tracestate and baggage in the dictionary of a connection, 0 for none
/// ```
///
/// A threshold that starts with ffff (less than one trace in 65,536) is written as unknown; the
/// exact one is in the tracestate. Memory of zeros is no valid context.
///
/// Offsets are in bytes and may be unaligned. Whoever passes too little memory gets the
/// `IndexOutOfBoundsException` of the array, buffer or segment. Buffers are read and written at
/// absolute positions.
public final class TraceBytes {
    /// The length of a context in bytes.
    public static final int SIZE = 32;

    /// The version of the layout that this class writes.
    public static final int VERSION = 1;

    /// The trace flag of a caller that may have recorded the trace.
    public static final int SAMPLED = 1;

    /// The trace flag of trace ids whose last 7 bytes are random.
    public static final int RANDOM = 2;

    /// The threshold of a context that does not know one.
    public static final int NO_THRESHOLD = 0xffff;

    static final int FLAGS = SAMPLED | RANDOM;

    private static final int LOW = 8;
    private static final int SPAN = 16;
    private static final int REST = 24;
    private static final int ID = 28;

    private static final VarHandle LONGS =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle INTS =
            MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle BUFFER_LONGS =
            MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle BUFFER_INTS =
            MethodHandles.byteBufferViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfLong LONG =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfInt INT =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    private TraceBytes() {}

    /// Writes a context without threshold and block.
    ///
    /// @param flags the trace flags; unknown ones are dropped
    public static void write(byte[] to, int at, long high, long low, long spanId, int flags) {
        LONGS.set(to, at, high);
        LONGS.set(to, at + LOW, low);
        LONGS.set(to, at + SPAN, spanId);
        INTS.set(to, at + REST, rest(flags));
        INTS.set(to, at + ID, 0);
    }

    /// The first 8 bytes of the trace id.
    public static long traceIdHigh(byte[] from, int at) {
        return (long) LONGS.get(from, at);
    }

    /// The last 8 bytes of the trace id.
    public static long traceIdLow(byte[] from, int at) {
        return (long) LONGS.get(from, at + LOW);
    }

    /// The span id.
    public static long spanId(byte[] from, int at) {
        return (long) LONGS.get(from, at + SPAN);
    }

    /// The trace flags, 0 to 3 in a valid context.
    public static int flags(byte[] from, int at) {
        return (int) INTS.get(from, at + REST) >>> 24;
    }

    /// The version of the layout, 0 to 255.
    public static int version(byte[] from, int at) {
        return (int) INTS.get(from, at + REST) >>> 16 & 0xff;
    }

    /// The first 16 bits of the sampling threshold, or `NO_THRESHOLD`.
    public static int threshold(byte[] from, int at) {
        return (int) INTS.get(from, at + REST) & 0xffff;
    }

    /// The id of the block in the dictionary of the connection, 0 for none.
    public static int dictionaryId(byte[] from, int at) {
        return (int) INTS.get(from, at + ID);
    }

    /// Whether both ids are there, the version is known and no unknown flag is set.
    public static boolean isValid(byte[] from, int at) {
        return isValid(
                traceIdHigh(from, at) | traceIdLow(from, at),
                spanId(from, at),
                (int) INTS.get(from, at + REST));
    }

    /// Replaces the threshold by the first 16 of 56 bits; a negative one is unknown.
    public static void setThreshold(byte[] to, int at, long threshold) {
        INTS.set(to, at + REST, withThreshold((int) INTS.get(to, at + REST), threshold));
    }

    /// Replaces the id of the block.
    public static void setDictionaryId(byte[] to, int at, int id) {
        INTS.set(to, at + ID, id);
    }

    /// Writes a context without threshold and block.
    ///
    /// @param flags the trace flags; unknown ones are dropped
    public static void write(ByteBuffer to, int at, long high, long low, long spanId, int flags) {
        BUFFER_LONGS.set(to, at, high);
        BUFFER_LONGS.set(to, at + LOW, low);
        BUFFER_LONGS.set(to, at + SPAN, spanId);
        BUFFER_INTS.set(to, at + REST, rest(flags));
        BUFFER_INTS.set(to, at + ID, 0);
    }

    /// The first 8 bytes of the trace id.
    public static long traceIdHigh(ByteBuffer from, int at) {
        return (long) BUFFER_LONGS.get(from, at);
    }

    /// The last 8 bytes of the trace id.
    public static long traceIdLow(ByteBuffer from, int at) {
        return (long) BUFFER_LONGS.get(from, at + LOW);
    }

    /// The span id.
    public static long spanId(ByteBuffer from, int at) {
        return (long) BUFFER_LONGS.get(from, at + SPAN);
    }

    /// The trace flags, 0 to 3 in a valid context.
    public static int flags(ByteBuffer from, int at) {
        return (int) BUFFER_INTS.get(from, at + REST) >>> 24;
    }

    /// The version of the layout, 0 to 255.
    public static int version(ByteBuffer from, int at) {
        return (int) BUFFER_INTS.get(from, at + REST) >>> 16 & 0xff;
    }

    /// The first 16 bits of the sampling threshold, or `NO_THRESHOLD`.
    public static int threshold(ByteBuffer from, int at) {
        return (int) BUFFER_INTS.get(from, at + REST) & 0xffff;
    }

    /// The id of the block in the dictionary of the connection, 0 for none.
    public static int dictionaryId(ByteBuffer from, int at) {
        return (int) BUFFER_INTS.get(from, at + ID);
    }

    /// Whether both ids are there, the version is known and no unknown flag is set.
    public static boolean isValid(ByteBuffer from, int at) {
        return isValid(
                traceIdHigh(from, at) | traceIdLow(from, at),
                spanId(from, at),
                (int) BUFFER_INTS.get(from, at + REST));
    }

    /// Replaces the threshold by the first 16 of 56 bits; a negative one is unknown.
    public static void setThreshold(ByteBuffer to, int at, long threshold) {
        int rest = (int) BUFFER_INTS.get(to, at + REST);
        BUFFER_INTS.set(to, at + REST, withThreshold(rest, threshold));
    }

    /// Replaces the id of the block.
    public static void setDictionaryId(ByteBuffer to, int at, int id) {
        BUFFER_INTS.set(to, at + ID, id);
    }

    /// Writes a context without threshold and block.
    ///
    /// @param flags the trace flags; unknown ones are dropped
    public static void write(
            MemorySegment to, long at, long high, long low, long spanId, int flags) {
        to.set(LONG, at, high);
        to.set(LONG, at + LOW, low);
        to.set(LONG, at + SPAN, spanId);
        to.set(INT, at + REST, rest(flags));
        to.set(INT, at + ID, 0);
    }

    /// The first 8 bytes of the trace id.
    public static long traceIdHigh(MemorySegment from, long at) {
        return from.get(LONG, at);
    }

    /// The last 8 bytes of the trace id.
    public static long traceIdLow(MemorySegment from, long at) {
        return from.get(LONG, at + LOW);
    }

    /// The span id.
    public static long spanId(MemorySegment from, long at) {
        return from.get(LONG, at + SPAN);
    }

    /// The trace flags, 0 to 3 in a valid context.
    public static int flags(MemorySegment from, long at) {
        return from.get(INT, at + REST) >>> 24;
    }

    /// The version of the layout, 0 to 255.
    public static int version(MemorySegment from, long at) {
        return from.get(INT, at + REST) >>> 16 & 0xff;
    }

    /// The first 16 bits of the sampling threshold, or `NO_THRESHOLD`.
    public static int threshold(MemorySegment from, long at) {
        return from.get(INT, at + REST) & 0xffff;
    }

    /// The id of the block in the dictionary of the connection, 0 for none.
    public static int dictionaryId(MemorySegment from, long at) {
        return from.get(INT, at + ID);
    }

    /// Whether both ids are there, the version is known and no unknown flag is set.
    public static boolean isValid(MemorySegment from, long at) {
        return isValid(
                traceIdHigh(from, at) | traceIdLow(from, at),
                spanId(from, at),
                from.get(INT, at + REST));
    }

    /// Replaces the threshold by the first 16 of 56 bits; a negative one is unknown.
    public static void setThreshold(MemorySegment to, long at, long threshold) {
        to.set(INT, at + REST, withThreshold(to.get(INT, at + REST), threshold));
    }

    /// Replaces the id of the block.
    public static void setDictionaryId(MemorySegment to, long at, int id) {
        to.set(INT, at + ID, id);
    }

    /// Copies a context.
    public static void copy(byte[] from, int at, byte[] to, int there) {
        System.arraycopy(from, at, to, there, SIZE);
    }

    /// Copies a context.
    public static void copy(byte[] from, int at, ByteBuffer to, int there) {
        to.put(there, from, at, SIZE);
    }

    /// Copies a context.
    public static void copy(byte[] from, int at, MemorySegment to, long there) {
        MemorySegment.copy(from, at, to, ValueLayout.JAVA_BYTE, there, SIZE);
    }

    /// Copies a context.
    public static void copy(ByteBuffer from, int at, byte[] to, int there) {
        from.get(at, to, there, SIZE);
    }

    /// Copies a context.
    public static void copy(ByteBuffer from, int at, ByteBuffer to, int there) {
        to.put(there, from, at, SIZE);
    }

    /// Copies a context.
    public static void copy(ByteBuffer from, int at, MemorySegment to, long there) {
        to.set(LONG, there, traceIdHigh(from, at));
        to.set(LONG, there + LOW, traceIdLow(from, at));
        to.set(LONG, there + SPAN, spanId(from, at));
        to.set(LONG, there + REST, (long) BUFFER_LONGS.get(from, at + REST));
    }

    /// Copies a context.
    public static void copy(MemorySegment from, long at, byte[] to, int there) {
        MemorySegment.copy(from, ValueLayout.JAVA_BYTE, at, to, there, SIZE);
    }

    /// Copies a context.
    public static void copy(MemorySegment from, long at, ByteBuffer to, int there) {
        BUFFER_LONGS.set(to, there, traceIdHigh(from, at));
        BUFFER_LONGS.set(to, there + LOW, traceIdLow(from, at));
        BUFFER_LONGS.set(to, there + SPAN, spanId(from, at));
        BUFFER_LONGS.set(to, there + REST, from.get(LONG, at + REST));
    }

    /// Copies a context.
    public static void copy(MemorySegment from, long at, MemorySegment to, long there) {
        MemorySegment.copy(from, at, to, there, SIZE);
    }

    private static int rest(int flags) {
        return (flags & FLAGS) << 24 | VERSION << 16 | NO_THRESHOLD;
    }

    private static boolean isValid(long traceId, long spanId, int rest) {
        return traceId != 0 && spanId != 0 && (rest & 0xfcff0000) == VERSION << 16;
    }

    private static int withThreshold(int rest, long threshold) {
        int known = threshold < 0 ? NO_THRESHOLD : (int) (threshold >>> 40) & 0xffff;
        return rest & 0xffff0000 | known;
    }
}
