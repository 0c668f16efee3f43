package dev.weir.wasm;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/// A checked view over the bytes of a binary module: each read is inside or throws.
final class Reader {
    final byte[] bytes;
    final int end;
    int position;

    Reader(byte[] bytes, int start, int end) {
        this.bytes = bytes;
        this.position = start;
        this.end = end;
    }

    MalformedException malformed(String message) {
        return new MalformedException(position, message);
    }

    InvalidException invalid(String message) {
        return new InvalidException(position, message);
    }

    boolean atEnd() {
        return position == end;
    }

    int u8() {
        if (position >= end) {
            throw malformed("unexpected end: expected a byte");
        }
        return bytes[position++] & 0xff;
    }

    int peek() {
        if (position >= end) {
            throw malformed("unexpected end: expected a byte");
        }
        return bytes[position] & 0xff;
    }

    int fixed32() {
        return u8() | u8() << 8 | u8() << 16 | u8() << 24;
    }

    long fixed64() {
        return (fixed32() & 0xffffffffL) | (long) fixed32() << 32;
    }

    /// An unsigned number of 32 bits; the caller sees it as `int` with all its bits.
    int u32() {
        return (int) unsigned(32);
    }

    long u64() {
        return unsigned(64);
    }

    int s32() {
        return (int) signed(32);
    }

    long s33() {
        return signed(33);
    }

    long s64() {
        return signed(64);
    }

    /// A number of things that follow, each of at least a byte.
    int count(String what) {
        int count = u32();
        if (count < 0 || count > end - position) {
            throw malformed(
                    "unexpected end: "
                            + Integer.toUnsignedString(count)
                            + " "
                            + what
                            + " do not fit into "
                            + (end - position)
                            + " bytes");
        }
        return count;
    }

    private long unsigned(int bits) {
        long value = 0;
        for (int shift = 0; ; shift += 7) {
            int octet = u8();
            if (shift + 7 >= bits) {
                int left = bits - shift;
                if ((octet & 0x80) != 0) {
                    throw malformed("integer representation too long: expected u" + bits);
                }
                if (octet >>> left != 0) {
                    throw malformed("integer too large: expected u" + bits);
                }
                return value | (long) octet << shift;
            }
            value |= (long) (octet & 0x7f) << shift;
            if ((octet & 0x80) == 0) {
                return value;
            }
        }
    }

    private long signed(int bits) {
        long value = 0;
        for (int shift = 0; ; shift += 7) {
            int octet = u8();
            if (shift + 7 >= bits && (octet & 0x80) != 0) {
                throw malformed("integer representation too long: expected s" + bits);
            }
            if (shift + 7 >= bits) {
                int extension = (octet << 25 >> 25) >> (bits - shift - 1);
                if (extension != 0 && extension != -1) {
                    throw malformed("integer too large: expected s" + bits);
                }
            }
            value |= (long) (octet & 0x7f) << shift;
            if ((octet & 0x80) == 0) {
                int used = shift + 7;
                return used >= 64 ? value : value << (64 - used) >> (64 - used);
            }
        }
    }

    byte[] take(int length) {
        skip(length);
        return java.util.Arrays.copyOfRange(bytes, position - length, position);
    }

    void skip(int length) {
        if (length < 0 || length > end - position) {
            throw malformed(
                    "unexpected end: expected " + Integer.toUnsignedString(length) + " bytes");
        }
        position += length;
    }

    /// A part of its own that this reader then is behind of.
    Reader slice(int length) {
        skip(length);
        return new Reader(bytes, position - length, position);
    }

    String name() {
        int length = u32();
        int start = position;
        skip(length);
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes, start, length))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new MalformedException(start, "malformed UTF-8 encoding");
        }
    }
}
