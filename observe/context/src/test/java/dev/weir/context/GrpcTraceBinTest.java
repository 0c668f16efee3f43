package dev.weir.context;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class GrpcTraceBinTest {
    // The example of OpenCensus' BinaryEncoding.md.
    private static final byte[] HEADER =
            HexFormat.of().parseHex("0000404142434445464748494a4b4c4d4e4f0161626364656667680201");

    @Test
    void formatsWhatItParsed() {
        var bytes = new byte[TraceBytes.SIZE];
        assertThat(GrpcTraceBin.parse(HEADER, 0, HEADER.length, bytes, 0)).isTrue();
        assertThat(TraceParent.format(bytes, 0))
                .isEqualTo("00-404142434445464748494a4b4c4d4e4f-6162636465666768-01");
        var again = new byte[GrpcTraceBin.SIZE + 1];
        GrpcTraceBin.format(bytes, 0, again, 1);
        assertThat(again).endsWith(HEADER);
    }

    @Test
    void refusesOtherVersionsFieldsAndIdsOfZeros() {
        var bytes = new byte[TraceBytes.SIZE];
        for (int at : new int[] {0, 1, 18, 27}) {
            byte[] changed = HEADER.clone();
            changed[at] = 7;
            assertThat(GrpcTraceBin.parse(changed, 0, changed.length, bytes, 0)).isFalse();
        }
        byte[] zeros = HEADER.clone();
        java.util.Arrays.fill(zeros, 2, 18, (byte) 0);
        assertThat(GrpcTraceBin.parse(zeros, 0, zeros.length, bytes, 0)).isFalse();
        assertThat(GrpcTraceBin.parse(HEADER, 0, 28, bytes, 0)).isFalse();
        assertThat(bytes).containsOnly(0);
    }
}
