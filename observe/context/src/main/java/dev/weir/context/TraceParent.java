package dev.weir.context;

import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.TraceState;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// The header `traceparent` (W3C Trace Context, level 2, §3.2), from and to the layout of
/// [TraceBytes].
///
/// What is not valid is answered with `false`, never with an exception, and leaves the target as it
/// was: a wrong length, a version `ff`, upper case, ids of zeros. Of a version above `00` the known
/// prefix is used; flags other than sampled and random become 0. White space around the value is
/// not part of it (RFC 9110 §5.5).
///
/// Nothing is allocated, but for the memory that a virtual thread needs to read a `String`.
public final class TraceParent {
    /// The length of what is formatted, in characters.
    public static final int LENGTH = 55;

    static final int TRACE_ID = 3;
    static final int SPAN_ID = 36;
    private static final int FLAGS = 53;

    private TraceParent() {}

    /// Reads a header.
    ///
    /// @param to where the 32 bytes go
    /// @return whether it is valid
    public static boolean parse(String header, byte[] to, int at) {
        return parse(header, Scratch.get(), to, at);
    }

    /// The span of a header; null where that is not valid.
    static @Nullable RemoteSpan parse(String header, TraceState state) {
        var scratch = Scratch.get();
        byte[] context = scratch.context;
        if (!parse(header, scratch, context, 0)) {
            return null;
        }
        return new RemoteSpan(context, state, isAsWritten(header) ? header : null);
    }

    // Whether a valid header is what `format` makes of it.
    private static boolean isAsWritten(String header) {
        return header.length() == LENGTH
                && header.charAt(0) == '0'
                && header.charAt(1) == '0'
                && header.charAt(FLAGS) == '0'
                && header.charAt(FLAGS + 1) <= '0' + TraceBytes.FLAGS;
    }

    private static boolean parse(String header, Scratch scratch, byte[] to, int at) {
        if (header.length() != LENGTH) {
            return parseUnusual(header, to, at);
        }
        scratch.text(header);
        return parseExact(scratch.text, 0, LENGTH, to, at);
    }

    // What is rare: white space, and versions to come.
    private static boolean parseUnusual(String header, byte[] to, int at) {
        int start = 0;
        int end = header.length();
        while (start < end && isSpace(header.charAt(start))) {
            start++;
        }
        while (start < end && isSpace(header.charAt(end - 1))) {
            end--;
        }
        if (end - start < LENGTH) {
            return false;
        }
        int looked = Math.min(end, start + LENGTH + 1);
        byte[] text = header.substring(start, looked).getBytes(StandardCharsets.ISO_8859_1);
        return parseExact(text, 0, text.length, to, at);
    }

    private static boolean isSpace(int character) {
        return character == ' ' || character == '\t';
    }

    /// Reads a header in ASCII.
    ///
    /// @param length of the header in bytes
    /// @param to where the 32 bytes go
    /// @return whether it is valid
    public static boolean parse(byte[] header, int offset, int length, byte[] to, int at) {
        int start = offset;
        int rest = length;
        while (rest > LENGTH && isSpace(header[start])) {
            start++;
            rest--;
        }
        while (rest > LENGTH && isSpace(header[start + rest - 1])) {
            rest--;
        }
        return parseExact(header, start, rest, to, at);
    }

    /// Reads a header in ASCII.
    ///
    /// @param length of the header in bytes
    /// @param to where the 32 bytes go
    /// @return whether it is valid
    public static boolean parse(
            MemorySegment header, long offset, long length, MemorySegment to, long at) {
        if (length < LENGTH) {
            return false;
        }
        var scratch = Scratch.get();
        long start = offset;
        long rest = length;
        while (rest > LENGTH && isSpace(header.get(ValueLayout.JAVA_BYTE, start))) {
            start++;
            rest--;
        }
        while (rest > LENGTH && isSpace(header.get(ValueLayout.JAVA_BYTE, start + rest - 1))) {
            rest--;
        }
        int looked = (int) Math.min(rest, LENGTH + 1);
        MemorySegment.copy(header, ValueLayout.JAVA_BYTE, start, scratch.text, 0, looked);
        if (!parseExact(scratch.text, 0, looked, scratch.context, 0)) {
            return false;
        }
        TraceBytes.copy(scratch.context, 0, to, at);
        return true;
    }

    // Written out, without arrays and loops: six words of eight digits are loaded, decoded and
    // checked side by side, so that the processor works on all of them at once, and one branch
    // decides at the end. Header by header this is the one thing every request does.
    private static boolean parseExact(byte[] from, int offset, int length, byte[] to, int at) {
        if (length < LENGTH || !isKnown(from, offset, length)) {
            return false;
        }
        long a = Hex.text(from, offset + TRACE_ID);
        long b = Hex.text(from, offset + TRACE_ID + 8);
        long c = Hex.text(from, offset + TRACE_ID + 16);
        long d = Hex.text(from, offset + TRACE_ID + 24);
        long e = Hex.text(from, offset + SPAN_ID);
        long f = Hex.text(from, offset + SPAN_ID + 8);
        long g = Hex.close(a);
        long h = Hex.close(b);
        long i = Hex.close(c);
        long j = Hex.close(d);
        long k = Hex.close(e);
        long l = Hex.close(f);
        long errors = Hex.errors(a, g) | Hex.errors(b, h) | Hex.errors(c, i) | Hex.errors(d, j);
        errors |= Hex.errors(e, k) | Hex.errors(f, l);
        int flags = Hex.value(from[offset + FLAGS], from[offset + FLAGS + 1]);
        long high = Hex.join(g, h);
        long low = Hex.join(i, j);
        long spanId = Hex.join(k, l);
        if ((errors & Hex.ERRORS) != 0 || flags < 0 || (high | low) == 0 || spanId == 0) {
            return false;
        }
        TraceBytes.write(to, at, high, low, spanId, flags);
        return true;
    }

    private static boolean isKnown(byte[] from, int offset, int length) {
        if (from[offset + TRACE_ID - 1] != '-'
                || from[offset + SPAN_ID - 1] != '-'
                || from[offset + FLAGS - 1] != '-') {
            return false;
        }
        int version = Hex.value(from[offset], from[offset + 1]);
        if (version == 0) {
            return length == LENGTH;
        }
        return version > 0 && version < 0xff && (length == LENGTH || from[offset + LENGTH] == '-');
    }

    /// Writes the header of a valid context as 55 ASCII bytes.
    public static void format(byte[] context, int at, byte[] to, int offset) {
        format(
                TraceBytes.traceIdHigh(context, at),
                TraceBytes.traceIdLow(context, at),
                TraceBytes.spanId(context, at),
                TraceBytes.flags(context, at),
                to,
                offset);
    }

    /// Writes the header of a valid context as 55 ASCII bytes.
    public static void format(MemorySegment context, long at, MemorySegment to, long offset) {
        byte[] text = Scratch.get().text;
        format(
                TraceBytes.traceIdHigh(context, at),
                TraceBytes.traceIdLow(context, at),
                TraceBytes.spanId(context, at),
                TraceBytes.flags(context, at),
                text,
                0);
        MemorySegment.copy(text, 0, to, ValueLayout.JAVA_BYTE, offset, LENGTH);
    }

    /// The header of a valid context.
    public static String format(byte[] context, int at) {
        byte[] text = Scratch.get().text;
        format(context, at, text, 0);
        return Hex.string(text, LENGTH);
    }

    /// The header of a valid span context.
    public static String format(SpanContext context) {
        if (context instanceof RemoteSpan remote && remote.header() != null) {
            return remote.header();
        }
        int flags = context.getTraceFlags().asByte();
        if (context instanceof BinarySpanContext binary) {
            long high = binary.traceIdHigh();
            long low = binary.traceIdLow();
            long spanId = binary.spanIdBits();
            byte[] text = Scratch.get().text;
            format(high, low, spanId, flags, text, 0);
            return Hex.string(text, LENGTH);
        }
        var traceId = context.getTraceId();
        var spanId = context.getSpanId();
        byte[] text = Scratch.get().text;
        ascii(traceId, text, TRACE_ID);
        ascii(spanId, text, SPAN_ID);
        frame(flags, text, 0);
        return Hex.string(text, LENGTH);
    }

    private static void format(long high, long low, long spanId, int flags, byte[] to, int offset) {
        Hex.write(to, offset + TRACE_ID, high);
        Hex.write(to, offset + TRACE_ID + 16, low);
        Hex.write(to, offset + SPAN_ID, spanId);
        frame(flags, to, offset);
    }

    private static void frame(int flags, byte[] to, int offset) {
        to[offset] = '0';
        to[offset + 1] = '0';
        to[offset + TRACE_ID - 1] = '-';
        to[offset + SPAN_ID - 1] = '-';
        to[offset + FLAGS - 1] = '-';
        to[offset + FLAGS] = '0';
        to[offset + FLAGS + 1] = (byte) ('0' + (flags & TraceBytes.FLAGS));
    }

    // Ids of a span context are hexadecimal digits already.
    @SuppressWarnings("deprecation") // the method that copies bytes as they are
    private static void ascii(String id, byte[] to, int offset) {
        id.getBytes(0, id.length(), to, offset);
    }
}
