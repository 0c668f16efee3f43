package dev.weir.context;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/// Lower-case hexadecimal digits, eight at a time in the bytes of a `long`, the first one in the
/// most significant byte.
///
/// `close` moves the letters of such a word up to the digits, so that `a` follows `9` and the low
/// four bits are the value; `errors` has bits in `ERRORS` where a character was no digit. So eight
/// characters cost no branch, and a caller tests the errors of all its words at once.
final class Hex {
    private static final VarHandle LONGS =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final long ONES = 0x0101010101010101L;
    private static final long NIBBLES = 0x0f * ONES;
    private static final int LETTER = 'a' - '9' - 1;
    private static final long LETTERS = 0x40 * ONES;

    /// The bits of `errors` that count.
    static final long ERRORS = NIBBLES << 4;

    private static final byte[] VALUES = new byte[256];

    // One instruction where the compiler knows PEXT and PDEP, a long way round elsewhere.
    private static final boolean BMI = System.getProperty("os.arch", "").equals("amd64");

    static {
        Arrays.fill(VALUES, (byte) -1);
        for (int i = 0; i < 16; i++) {
            VALUES[Character.forDigit(i, 16)] = (byte) i;
        }
    }

    private Hex() {}

    /// Eight characters.
    static long text(byte[] from, int at) {
        return (long) LONGS.get(from, at);
    }

    /// The characters with the letters moved behind the digits; only without `errors`.
    static long close(long text) {
        return text - (text >>> 6 & ONES) * LETTER;
    }

    /// Not 0 in the bits of `ERRORS` where a character is no digit: what is closed up is in `0` to
    /// `?`, and what is behind `9` there has been a letter.
    static long errors(long text, long closed) {
        return closed ^ '0' * ONES | (closed + 6 * ONES ^ text) & LETTERS;
    }

    /// The nibbles of two words, joined.
    static long join(long high, long low) {
        return squeeze(high) << 32 | squeeze(low);
    }

    /// The value of two characters, or less than 0.
    static int value(byte high, byte low) {
        return VALUES[high & 0xff] << 4 | VALUES[low & 0xff];
    }

    /// Writes 16 characters.
    static void write(byte[] to, int at, long value) {
        LONGS.set(to, at, text(spread(value >>> 32)));
        LONGS.set(to, at + 8, text(spread(value & 0xffffffffL)));
    }

    /// The 16 characters of a value.
    ///
    /// The API has methods for this, but they share a buffer with its own propagators: called from
    /// within one of those, they would write over what it has put there.
    static String string(long value) {
        byte[] text = Scratch.get().text;
        write(text, 0, value);
        return string(text, 16);
    }

    /// The 32 characters of two values.
    static String string(long high, long low) {
        byte[] text = Scratch.get().text;
        write(text, 0, high);
        write(text, 16, low);
        return string(text, 32);
    }

    /// The first characters of a text in ASCII.
    @SuppressWarnings("deprecation") // the constructor that copies bytes as they are
    static String string(byte[] text, int length) {
        return new String(text, 0, 0, length);
    }

    private static long text(long digits) {
        return digits + '0' * ONES + (digits + 6 * ONES >>> 4 & ONES) * LETTER;
    }

    private static long squeeze(long digits) {
        return BMI ? Long.compress(digits, NIBBLES) : squeezeByShifts(digits);
    }

    static long squeezeByShifts(long digits) {
        long nibbles = digits & NIBBLES;
        long pairs = (nibbles | nibbles >>> 4) & 0x00ff00ff00ff00ffL;
        long quads = (pairs | pairs >>> 8) & 0x0000ffff0000ffffL;
        return (quads | quads >>> 16) & 0xffffffffL;
    }

    private static long spread(long value) {
        return BMI ? Long.expand(value, NIBBLES) : spreadByShifts(value);
    }

    static long spreadByShifts(long value) {
        long quads = (value | value << 16) & 0x0000ffff0000ffffL;
        long pairs = (quads | quads << 8) & 0x00ff00ff00ff00ffL;
        return (pairs | pairs << 4) & NIBBLES;
    }
}
