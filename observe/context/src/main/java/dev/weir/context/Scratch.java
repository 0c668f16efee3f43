package dev.weir.context;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;

/// Memory for the text and the bytes of one context while it is parsed or formatted.
///
/// A platform thread keeps one. A virtual thread gets a new one each time: there may be a million
/// of them, and each would keep its own to its end. No code of others runs while one is in use.
final class Scratch {
    private static final int TEXT = 64;
    private static final ThreadLocal<Scratch> KEPT = ThreadLocal.withInitial(Scratch::new);

    final byte[] text = new byte[TEXT];
    final byte[] context = new byte[TraceBytes.SIZE];
    private final MemorySegment segment = MemorySegment.ofArray(text);

    private Scratch() {}

    static Scratch get() {
        return Thread.currentThread().isVirtual() ? new Scratch() : KEPT.get();
    }

    /// Puts the characters of a string of at most 63 into `text`; what is not in Latin-1 becomes
    /// `?`. Only this way of the JDK neither makes an array nor cuts such characters short.
    void text(String value) {
        segment.setString(0, value, StandardCharsets.ISO_8859_1);
    }
}
