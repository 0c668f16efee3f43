package dev.weir.wasm;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/// A module that is written as text and read again is the same module.
class WatWriterTest {
    @Test
    void writesWhatReadsAsTheSame() {
        for (var text : Guests.VARIED) {
            var binary = Wat.toBinary(text);
            var written = Wat.toText(binary);
            assertThat(Wat.toBinary(written)).as(written).isEqualTo(binary);
        }
    }

    @Test
    void keepsNamesThatNeedQuotesAndDropsThoseThatAreThereTwice() {
        var text = "(module $\"a b\" (func $\"x(y)\") (func $\"é\\22\") (func $plain) (func))";
        var binary = Wat.toBinary(text);
        assertThat(Wat.toBinary(Wat.toText(binary))).isEqualTo(binary);
    }

    @Test
    void writesEachNumberExactly() {
        var text =
                """
                (module
                  (func (f32.const nan:0x200001) drop (f32.const -nan) drop (f32.const -0) drop
                    (f32.const 0x1p-149) drop (f64.const 0x1.fffffffffffffp1023) drop
                    (f64.const -inf) drop (i64.const -9223372036854775808) drop
                    (v128.const f32x4 nan 1 -0 inf) drop))
                """;
        var binary = Wat.toBinary(text);
        assertThat(Wat.toBinary(Wat.toText(binary))).isEqualTo(binary);
    }

    @Test
    void dumpsSectionsAndInstructionsWithTheirOffsets() {
        var dump = Wat.dump(Wat.toBinary("(module $m (func $f (export \"go\") (loop (br 0))))"));
        assertThat(dump)
                .contains("sections\n")
                .containsPattern("0000000a {2}type +4 bytes {2}1\n")
                .contains("Export[name=go, kind=FUNC, type=FuncType[params=[], results=[]]]")
                .containsPattern("[0-9a-f]{8} func\\[0] m\\.f\n")
                .containsPattern("[0-9a-f]{8} {4}loop\n[0-9a-f]{8} {6}br 0\n[0-9a-f]{8} {4}end\n");
    }
}
