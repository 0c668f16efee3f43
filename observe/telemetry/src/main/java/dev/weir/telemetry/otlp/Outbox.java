package dev.weir.telemetry.otlp;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;

/// What is to be written next, in order: small bytes, copied together, and large parts off the heap
/// as they are, so that the bytes of spans are not copied on their way to the kernel. Bounded.
///
/// Used by one thread.
final class Outbox {
    private static final int LEAST_LARGE = 4096;
    private static final int LARGE_LIMIT = 256 << 10;

    private final ByteBuffer copied;
    private ByteBuffer[] parts = new ByteBuffer[48];
    private int count;
    private int cut;
    private long size;

    /// @param copied how many bytes may be copied together, into memory off the heap or on it
    Outbox(int copied, boolean direct) {
        this.copied = direct ? ByteBuffer.allocateDirect(copied) : ByteBuffer.allocate(copied);
    }

    void clear() {
        Arrays.fill(parts, 0, count, null);
        copied.clear();
        count = 0;
        cut = 0;
        size = 0;
    }

    boolean isEmpty() {
        return size == 0;
    }

    /// How many bytes may still be copied.
    int room() {
        return copied.remaining();
    }

    /// How many bytes of a part may still be put, behind some that are copied.
    int room(ByteBuffer part, int behind) {
        int left = copied.remaining() - behind;
        if (left <= 0) {
            return 0;
        }
        return large(part) ? (int) Math.max(0, LARGE_LIMIT - size) : left;
    }

    private static boolean large(ByteBuffer part) {
        return part.isDirect() && part.remaining() >= LEAST_LARGE;
    }

    void put(byte[] bytes, int from, int length) {
        copied.put(bytes, from, length);
        size += length;
    }

    /// The nine bytes of a frame of HTTP/2.
    void putFrame(int length, int type, int flags, int stream) {
        copied.putInt(length << 8 | type).put((byte) flags).putInt(stream);
        size += Http2Connection.FRAME_HEADER;
    }

    /// Takes bytes from a part, which moves on.
    void put(ByteBuffer part, int length) {
        var slice = part.slice(part.position(), length);
        if (large(part)) {
            cut();
            add(slice);
        } else {
            copied.put(slice);
        }
        part.position(part.position() + length);
        size += length;
    }

    /// Makes a part of what was copied since the last one.
    private void cut() {
        if (copied.position() > cut) {
            add(copied.slice(cut, copied.position() - cut));
            cut = copied.position();
        }
    }

    private void add(ByteBuffer part) {
        if (count == parts.length) {
            parts = Arrays.copyOf(parts, 2 * count);
        }
        parts[count++] = part;
    }

    void writeTo(Wire wire, long deadline) throws IOException {
        cut();
        wire.write(parts, count, deadline);
        clear();
    }

    /// Writes what was put, all of which was copied.
    void writeTo(OutputStream out) throws IOException {
        out.write(copied.array(), 0, copied.position());
        clear();
    }
}
