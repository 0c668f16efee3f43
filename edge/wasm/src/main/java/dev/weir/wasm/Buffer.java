package dev.weir.wasm;

import java.io.ByteArrayOutputStream;

/// Bytes of a binary module that is written.
final class Buffer {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    Buffer u8(int value) {
        out.write(value);
        return this;
    }

    Buffer unsigned(long value) {
        long rest = value;
        while (rest >>> 7 != 0) {
            out.write((int) (rest & 0x7f | 0x80));
            rest >>>= 7;
        }
        out.write((int) rest);
        return this;
    }

    Buffer signed(long value) {
        long rest = value;
        while (rest < -64 || rest > 63) {
            out.write((int) (rest & 0x7f | 0x80));
            rest >>= 7;
        }
        out.write((int) (rest & 0x7f));
        return this;
    }

    Buffer fixed(long value, int bytes) {
        for (int i = 0; i < bytes; i++) {
            out.write((int) (value >>> (8 * i)));
        }
        return this;
    }

    Buffer bytes(byte[] bytes) {
        out.writeBytes(bytes);
        return this;
    }

    Buffer append(Buffer other) {
        return bytes(other.toArray());
    }

    /// Length, then content.
    Buffer sized(byte[] bytes) {
        return unsigned(bytes.length).bytes(bytes);
    }

    byte[] toArray() {
        return out.toByteArray();
    }

    boolean isEmpty() {
        return out.size() == 0;
    }
}
