package dev.weir.context;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TraceParentTest {
    private static final String PLAIN = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    @Test
    void formatsWhatItParsed() {
        var bytes = new byte[32];
        assertThat(TraceParent.parse(PLAIN, bytes, 0)).isTrue();
        assertThat(TraceBytes.traceIdLow(bytes, 0)).isEqualTo(0x8448eb211c80319cL);
        assertThat(TraceParent.format(bytes, 0)).isEqualTo(PLAIN);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "cc-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                "01-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-what-comes",
                "fe-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-",
                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-fd",
                " \t00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\t ",
            })
    void takesWhatIsToComeAndWhiteSpace(String header) {
        assertThat(parsed(header)).isEqualTo(PLAIN);
    }

    @Test
    void keepsTheRandomFlag() {
        assertThat(parsed(PLAIN.replaceAll("01$", "02"))).endsWith("-02");
        assertThat(parsed(PLAIN.replaceAll("01$", "ff"))).endsWith("-03");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "00",
                "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                "0-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                "000-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                "0x-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                "0A-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01.",
                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more",
                "cc-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01.more",
                "cc-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-0",
                "00-00000000000000000000000000000000-b7ad6b7169203331-01",
                "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
                "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01",
                "00-0af7651916cd43dd8448eb211c80319g-b7ad6b7169203331-01",
                "00-0af7651916cd43dd8448eb211c80319o-b7ad6b7169203331-01",
                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b71692033:1-01",
                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-0.",
                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331- 1",
                "00_0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                "00-0af7651916cd43dd8448eb211c80319c_b7ad6b7169203331-01",
                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331_01",
            })
    void refuses(String header) {
        assertThat(parsed(header)).isNull();
    }

    @Test
    void refusesCharactersThatOnlyTheirLowByteMakesDigits() {
        for (int at = 0; at < PLAIN.length(); at++) {
            var cut = PLAIN.toCharArray();
            cut[at] += 0x100;
            assertThat(parsed(new String(cut))).isNull();
        }
    }

    @Test
    void decidesOnEveryCharacterInEveryPlace() {
        for (int at = 3; at < PLAIN.length(); at++) {
            if (PLAIN.charAt(at) == '-') {
                continue;
            }
            for (char c = 0; c < 256; c++) {
                var header = PLAIN.substring(0, at) + c + PLAIN.substring(at + 1);
                boolean digit = c >= '0' && c <= '9' || c >= 'a' && c <= 'f';
                assertThat(TraceParent.parse(header, new byte[32], 0))
                        .as("%d at %d", (int) c, at)
                        .isEqualTo(digit);
            }
        }
    }

    @Test
    void squeezesAndSpreadsTheSameWithAndWithoutTheInstruction() {
        for (long digits : new long[] {0, 0x0f0f0f0f0f0f0f0fL, 0x0102030405060708L}) {
            assertThat(Hex.squeezeByShifts(digits))
                    .isEqualTo(Long.compress(digits, 0x0f0f0f0f0f0f0f0fL))
                    .isEqualTo(Hex.join(0, digits));
            long squeezed = Hex.squeezeByShifts(digits);
            assertThat(Hex.spreadByShifts(squeezed))
                    .isEqualTo(digits)
                    .isEqualTo(Long.expand(squeezed, 0x0f0f0f0f0f0f0f0fL));
        }
    }

    @Test
    void worksOnVirtualThreads() throws InterruptedException {
        var seen = new String[1];
        Thread.ofVirtual().start(() -> seen[0] = parsed(PLAIN)).join();
        assertThat(seen[0]).isEqualTo(PLAIN);
    }

    /// By all ways of reading and writing, which must agree; null where it is refused.
    static String parsed(String header) {
        var bytes = new byte[33];
        bytes[0] = 7;
        boolean valid = TraceParent.parse(header, bytes, 1);
        byte[] latin = header.getBytes(StandardCharsets.ISO_8859_1);
        var padded = new byte[latin.length + 2];
        System.arraycopy(latin, 0, padded, 1, latin.length);
        var again = new byte[33];
        again[0] = 7;
        assertThat(TraceParent.parse(padded, 1, latin.length, again, 1)).isEqualTo(valid);
        assertThat(again).isEqualTo(bytes);
        try (var arena = Arena.ofConfined()) {
            var segment = arena.allocate(32);
            var text = MemorySegment.ofArray(padded);
            assertThat(TraceParent.parse(text, 1, latin.length, segment, 0)).isEqualTo(valid);
            if (!valid) {
                assertThat(bytes).containsOnly(7, 0);
                return null;
            }
            var written = arena.allocate(TraceParent.LENGTH + 1);
            TraceParent.format(segment, 0, written, 0);
            assertThat(written.getString(0)).isEqualTo(TraceParent.format(bytes, 1));
        }
        return TraceParent.format(bytes, 1);
    }
}
