package dev.weir.telemetry.otlp;

import java.nio.charset.StandardCharsets;

/// Decodes the Huffman code of HPACK (RFC 7541 §5.2 and Appendix B).
///
/// The code is canonical: codes of one length follow each other in the order of their symbols, so
/// the length of each symbol's code tells all of them.
final class Huffman {
    /// The length of the code of symbols 0 to 256, `A` for 5 bits, `Z` for 30.
    private static final String LENGTHS =
            "ISXXXXXXXTZXXZXXXXXXXXZXXXXXXXXXBFFHIBDGFFDGDBBBAAABBBBBBBCDKBHF"
                    + "IBCCCCCCCCCCCCCCCCCCCCCCDCDIOIJBKABABABBBACCBBBABCBAABCCCCCKGJIX"
                    + "PRPPRRRSRSSSSSTSTTRSTSSSSQRSRSSTRQPRRSSQSRRTQRSSQQRQSRSSPRRRSRRS"
                    + "VVPORSRUVVVWWVTUOQVWWVWTQQVVXWWWPTPQRQQSRRUUTTVSVWVVWWWWWXWWWWWV"
                    + "Z";

    private static final int SHORTEST = 5;
    private static final int LONGEST = 30;
    private static final int END_OF_STRING = 256;

    /// By length: the first code, the number of codes, and where their symbols begin.
    private static final int[] FIRST = new int[LONGEST + 1];

    private static final int[] COUNT = new int[LONGEST + 1];
    private static final int[] START = new int[LONGEST + 1];
    private static final short[] SYMBOLS = new short[LENGTHS.length()];

    static {
        int code = 0;
        int next = 0;
        for (int length = SHORTEST; length <= LONGEST; length++) {
            code <<= 1;
            FIRST[length] = code;
            START[length] = next;
            for (short symbol = 0; symbol < LENGTHS.length(); symbol++) {
                if (LENGTHS.charAt(symbol) - 'A' + SHORTEST == length) {
                    SYMBOLS[next++] = symbol;
                    code++;
                }
            }
            COUNT[length] = next - START[length];
        }
    }

    private Huffman() {}

    /// The text of some bytes.
    ///
    /// @throws Http2Exception where the code is broken or its padding wrong
    static String decode(byte[] bytes, int from, int to) throws Http2Exception {
        // The shortest code has 5 bits.
        var text = new byte[(to - from) * 8 / SHORTEST];
        int size = 0;
        int code = 0;
        int length = 0;
        for (int i = from; i < to; i++) {
            for (int bit = 7; bit >= 0; bit--) {
                code = code << 1 | bytes[i] >> bit & 1;
                length++;
                int symbol = symbol(code, length);
                if (symbol >= 0) {
                    text[size++] = (byte) symbol;
                    code = 0;
                    length = 0;
                }
            }
        }
        if (length > 7 || code != (1 << length) - 1) {
            throw Http2Exception.compression("a Huffman code ends in the middle");
        }
        return new String(text, 0, size, StandardCharsets.ISO_8859_1);
    }

    private static int symbol(int code, int length) throws Http2Exception {
        if (length < SHORTEST) {
            return -1;
        }
        int index = code - FIRST[length];
        if (index >= 0 && index < COUNT[length]) {
            int symbol = SYMBOLS[START[length] + index];
            if (symbol == END_OF_STRING) {
                throw Http2Exception.compression("a Huffman code holds its end symbol");
            }
            return symbol;
        }
        if (length == LONGEST) {
            throw Http2Exception.compression("there is no such Huffman code");
        }
        return -1;
    }
}
