package dev.weir.telemetry;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Protobuf appended to an array: what spans are written with.
///
/// Lengths are known before they are written wherever they can be, so nothing moves; texts that
/// come again are copied as they were encoded the first time, eight bytes at once. That is why an
/// array always has `SLACK` bytes behind the last one that is used.
///
/// Single writer. What it wrote up to the last [#publish] may be read by any thread that takes
/// [#published] first and [#array] second.
abstract class SpanBuffer {
    static final int SLACK = 16;
    static final VarHandle LITTLE_ENDIAN =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    static final VarHandle BIG_ENDIAN =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    static final VarHandle LITTLE_ENDIAN_32 =
            MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle BYTES;
    private static final VarHandle PUBLISHED;
    private static final byte[] NOTHING = {};

    static {
        try {
            var lookup = MethodHandles.lookup();
            BYTES = lookup.findVarHandle(SpanBuffer.class, "bytes", byte[].class);
            PUBLISHED = lookup.findVarHandle(SpanBuffer.class, "published", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    byte[] bytes;
    int position;
    TextCache texts;

    @SuppressWarnings("unused") // by PUBLISHED
    private int published;

    SpanBuffer(int capacity, TextCache texts) {
        bytes = capacity == 0 ? NOTHING : new byte[capacity];
        this.texts = texts;
    }

    /// Shows what was written so far to other threads.
    final void publish() {
        PUBLISHED.setRelease(this, position);
    }

    /// How far other threads may read.
    final int published() {
        return (int) PUBLISHED.getAcquire(this);
    }

    /// The array with what was published before.
    final byte[] array() {
        return (byte[]) BYTES.getAcquire(this);
    }

    /// Makes room for some bytes and the slack.
    final void room(int more) {
        if (bytes.length - position < more + SLACK) {
            grow(more + SLACK);
        }
    }

    private void grow(int more) {
        int size = Math.max(bytes.length * 2, Math.addExact(position, more));
        BYTES.setRelease(this, Arrays.copyOf(bytes, size));
    }

    final void raw(byte[] source, int from, int length) {
        room(length);
        System.arraycopy(source, from, bytes, position, length);
        position += length;
    }

    /// A single byte; there is room.
    final void put(int value) {
        bytes[position++] = (byte) value;
    }

    /// A fixed64 behind its tag; there is room.
    final void fixed64(int tag, long value) {
        int p = position;
        bytes[p] = (byte) tag;
        LITTLE_ENDIAN.set(bytes, p + 1, value);
        position = p + 9;
    }

    /// A varint; there is room.
    final void varint(long value) {
        position = putVarint(bytes, position, value);
    }

    static int varintSize(long value) {
        return (70 - Long.numberOfLeadingZeros(value | 1)) / 7;
    }

    /// Copies a text that came before to a place that has room for its padded length.
    ///
    /// @return where the text ends
    static int copy(TextCache.Entry entry, byte[] target, int at) {
        var field = entry.field();
        int length = field.length;
        // Not a loop: for the two or three words of most texts its set-up costs more than they do.
        LITTLE_ENDIAN.set(target, at, (long) LITTLE_ENDIAN.get(field, 0));
        if (length > 8) {
            LITTLE_ENDIAN.set(target, at + 8, (long) LITTLE_ENDIAN.get(field, 8));
            if (length > 16) {
                LITTLE_ENDIAN.set(target, at + 16, (long) LITTLE_ENDIAN.get(field, 16));
                if (length > 24) {
                    LITTLE_ENDIAN.set(target, at + 24, (long) LITTLE_ENDIAN.get(field, 24));
                    if (length > 32) {
                        System.arraycopy(field, 32, target, at + 32, length - 32);
                    }
                }
            }
        }
        return at + entry.length();
    }

    /// Puts a varint to a place that has room.
    ///
    /// @return where it ends
    static int putVarint(byte[] target, int at, long value) {
        int p = at;
        long rest = value;
        while ((rest & ~0x7fL) != 0) {
            target[p++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        target[p++] = (byte) rest;
        return p;
    }

    /// A string field with any tag of one byte.
    final void string(int tag, String value) {
        var entry = texts.get(value);
        if (entry != null) {
            room(entry.field().length);
            int at = position;
            position = copy(entry, bytes, at);
            bytes[at] = (byte) tag;
        } else {
            bytes(tag, value.getBytes(StandardCharsets.UTF_8));
        }
    }

    /// A bytes field, or a message that is encoded already, with any tag of one byte.
    final void bytes(int tag, byte[] value) {
        room(value.length + 6);
        put(tag);
        varint(value.length);
        raw(value, 0, value.length);
    }

    /// Begins a message of unknown length.
    ///
    /// @return what [#end] takes
    final int begin(int tag) {
        room(2);
        put(tag);
        return ++position;
    }

    /// Ends the message that was begun last.
    final void end(int mark) {
        int length = position - mark;
        int extra = varintSize(length) - 1;
        if (extra > 0) {
            room(extra);
            System.arraycopy(bytes, mark, bytes, mark + extra, length);
        }
        position = mark - 1;
        varint(length);
        position += length;
    }

    /// Where the field at `at` ends. Only for fields that this class wrote.
    static int fieldEnd(byte[] bytes, int at) {
        int wireType = bytes[at] & 7;
        int p = at;
        while (bytes[p++] < 0) {}
        return switch (wireType) {
            case 0 -> {
                while (bytes[p++] < 0) {}
                yield p;
            }
            case 1 -> p + 8;
            case 5 -> p + 4;
            default -> {
                int length = length(bytes, p);
                yield p + varintSize(length) + length;
            }
        };
    }

    /// The varint at `at`, which is a length.
    static int length(byte[] bytes, int at) {
        int value = 0;
        int p = at;
        for (int shift = 0; ; shift += 7) {
            byte b = bytes[p++];
            value |= (b & 0x7f) << shift;
            if (b >= 0) {
                return value;
            }
        }
    }
}
