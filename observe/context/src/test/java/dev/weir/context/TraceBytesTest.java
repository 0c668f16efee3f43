package dev.weir.context;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class TraceBytesTest {
    private static final String TEXT =
            "0af7651916cd43dd8448eb211c80319cb7ad6b71692033310301c0de0000002a";

    @Test
    void hasTheDocumentedLayout() {
        var bytes = new byte[40];
        TraceBytes.write(
                bytes, 5, 0x0af7651916cd43ddL, 0x8448eb211c80319cL, 0xb7ad6b7169203331L, 0xff);
        assertThat(TraceBytes.threshold(bytes, 5)).isEqualTo(TraceBytes.NO_THRESHOLD);
        TraceBytes.setThreshold(bytes, 5, 0xc0deffffffffffL);
        TraceBytes.setDictionaryId(bytes, 5, 42);
        assertThat(HexFormat.of().formatHex(bytes, 5, 37)).isEqualTo(TEXT);
        assertThat(TraceBytes.isValid(bytes, 5)).isTrue();
    }

    @Property
    void readsAndWritesTheSameInAllThreeKinds(
            @ForAll long high,
            @ForAll long low,
            @ForAll long spanId,
            @ForAll byte flags,
            @ForAll int id) {
        var array = new byte[TraceBytes.SIZE + 1];
        var buffer = ByteBuffer.allocateDirect(TraceBytes.SIZE + 1).order(ByteOrder.LITTLE_ENDIAN);
        try (var arena = Arena.ofConfined()) {
            var segment = arena.allocate(TraceBytes.SIZE + 1);
            TraceBytes.write(array, 1, high, low, spanId, flags);
            TraceBytes.write(buffer, 1, high, low, spanId, flags);
            TraceBytes.write(segment, 1, high, low, spanId, flags);
            TraceBytes.setThreshold(array, 1, high >>> 8);
            TraceBytes.setThreshold(buffer, 1, high >>> 8);
            TraceBytes.setThreshold(segment, 1, high >>> 8);
            TraceBytes.setDictionaryId(array, 1, id);
            TraceBytes.setDictionaryId(buffer, 1, id);
            TraceBytes.setDictionaryId(segment, 1, id);
            assertThat(buffer.duplicate().limit(33).slice(1, 32))
                    .isEqualTo(ByteBuffer.wrap(array, 1, 32).slice());
            assertThat(segment.toArray(ValueLayout.JAVA_BYTE)).isEqualTo(array);
            assertThat(TraceBytes.traceIdHigh(array, 1)).isEqualTo(high);
            assertThat(TraceBytes.traceIdLow(buffer, 1)).isEqualTo(low);
            assertThat(TraceBytes.spanId(segment, 1)).isEqualTo(spanId);
            assertThat(TraceBytes.flags(array, 1)).isEqualTo(flags & 3);
            assertThat(TraceBytes.flags(buffer, 1)).isEqualTo(flags & 3);
            assertThat(TraceBytes.flags(segment, 1)).isEqualTo(flags & 3);
            assertThat(TraceBytes.version(buffer, 1)).isEqualTo(TraceBytes.VERSION);
            assertThat(TraceBytes.version(segment, 1)).isEqualTo(TraceBytes.VERSION);
            assertThat(TraceBytes.threshold(buffer, 1)).isEqualTo((int) (high >>> 48));
            assertThat(TraceBytes.threshold(segment, 1)).isEqualTo((int) (high >>> 48));
            assertThat(TraceBytes.dictionaryId(buffer, 1)).isEqualTo(id);
            assertThat(TraceBytes.dictionaryId(segment, 1)).isEqualTo(id);
            boolean valid = (high | low) != 0 && spanId != 0;
            assertThat(TraceBytes.isValid(array, 1)).isEqualTo(valid);
            assertThat(TraceBytes.isValid(buffer, 1)).isEqualTo(valid);
            assertThat(TraceBytes.isValid(segment, 1)).isEqualTo(valid);
        }
    }

    @Test
    void copiesBetweenAllKinds() {
        byte[] wanted = HexFormat.of().parseHex(TEXT);
        try (var arena = Arena.ofConfined()) {
            var array = new byte[34];
            var buffer = ByteBuffer.allocate(34);
            var direct = ByteBuffer.allocateDirect(34);
            var segment = arena.allocate(34);
            var heap = MemorySegment.ofArray(new byte[34]);
            var last = new byte[32];
            TraceBytes.copy(wanted, 0, array, 1);
            TraceBytes.copy(array, 1, buffer, 2);
            TraceBytes.copy(buffer, 2, direct, 1);
            TraceBytes.copy(direct, 1, segment, 2);
            TraceBytes.copy(segment, 2, heap, 1);
            TraceBytes.copy(heap, 1, buffer, 0);
            TraceBytes.copy(buffer, 0, last, 0);
            assertThat(last).isEqualTo(wanted);
            TraceBytes.copy(wanted, 0, segment, 0);
            TraceBytes.copy(segment, 0, array, 2);
            TraceBytes.copy(array, 2, direct, 2);
            TraceBytes.copy(direct, 2, last, 0);
            assertThat(last).isEqualTo(wanted);
            assertThat(direct.position()).isZero();
        }
    }

    @Test
    void refusesIdsOfZerosUnknownFlagsAndOtherVersions() {
        byte[] good = HexFormat.of().parseHex(TEXT);
        assertThat(TraceBytes.isValid(new byte[32], 0)).isFalse();
        for (int changed : new int[] {24, 25}) {
            byte[] bad = good.clone();
            bad[changed] = 4;
            assertThat(TraceBytes.isValid(bad, 0)).isFalse();
        }
        byte[] bad = good.clone();
        java.util.Arrays.fill(bad, 16, 24, (byte) 0);
        assertThat(TraceBytes.isValid(bad, 0)).isFalse();
    }

    @Test
    void namesTooLittleMemoryAsTheCallersBug() {
        assertThatThrownBy(() -> TraceBytes.dictionaryId(new byte[31], 0))
                .isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> TraceBytes.spanId(ByteBuffer.allocate(20), 0))
                .isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> TraceBytes.spanId(MemorySegment.ofArray(new byte[20]), 0))
                .isInstanceOf(IndexOutOfBoundsException.class);
    }
}
