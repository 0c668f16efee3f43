package dev.weir.context;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.context.ContextException.Code;
import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class BlocksTest {
    private static final byte[] CONTEXT =
            HexFormat.of()
                    .parseHex("0af7651916cd43dd8448eb211c80319cb7ad6b71692033310301c0de0000002a");

    private final ByteBuffer wire = ByteBuffer.allocate(200_000);
    private final byte[] got = new byte[TraceBytes.SIZE];

    /// What was sent, in bytes; sender and receiver are in step.
    private int pass(BlockSender sender, BlockReceiver receiver, String state, String baggage) {
        wire.clear();
        sender.write(CONTEXT, 0, state, baggage, wire);
        int size = wire.flip().remaining();
        receiver.read(wire, got, 0);
        assertThat(wire.hasRemaining()).isFalse();
        assertThat(receiver.state()).isEqualTo(state);
        assertThat(receiver.baggage()).isEqualTo(baggage);
        assertThat(got).startsWith(java.util.Arrays.copyOf(CONTEXT, 28));
        return size;
    }

    @Test
    void sendsABlockOnceAndThenItsId() {
        var sender = new BlockSender(BlockLimits.DEFAULT);
        var receiver = new BlockReceiver(BlockLimits.DEFAULT);
        assertThat(pass(sender, receiver, "", "")).isEqualTo(32);
        assertThat(TraceBytes.dictionaryId(got, 0)).isZero();
        assertThat(pass(sender, receiver, "a=1", "k=v")).isEqualTo(32 + 4 + 6);
        assertThat(TraceBytes.dictionaryId(got, 0)).isEqualTo(1);
        assertThat(pass(sender, receiver, "a=1", "k=w")).isEqualTo(32 + 4 + 6);
        assertThat(TraceBytes.dictionaryId(got, 0)).isEqualTo(2);
        assertThat(pass(sender, receiver, "a=1", "k=v")).isEqualTo(32);
        assertThat(TraceBytes.dictionaryId(got, 0)).isEqualTo(1);
    }

    @Test
    void forgetsTheOldestAndSendsThemUnderANewId() {
        var limits = new BlockLimits(2, 100);
        var sender = new BlockSender(limits);
        var receiver = new BlockReceiver(limits);
        for (var state : List.of("a=1", "b=1", "c=1", "a=1")) {
            assertThat(pass(sender, receiver, state, "")).isGreaterThan(32);
        }
        assertThat(TraceBytes.dictionaryId(got, 0)).isEqualTo(4);
        assertThat(pass(sender, receiver, "c=1", "")).isEqualTo(32);
        assertThat(pass(sender, receiver, "b=1", "")).isGreaterThan(32);
    }

    @Test
    void sendsWholeWhatIsTooLargeToKeep() {
        var limits = new BlockLimits(4, 10);
        var sender = new BlockSender(limits);
        var receiver = new BlockReceiver(limits);
        pass(sender, receiver, "a=1", "");
        for (int i = 0; i < 3; i++) {
            assertThat(pass(sender, receiver, "a=12345678", "k")).isEqualTo(32 + 4 + 11);
            assertThat(TraceBytes.dictionaryId(got, 0)).isZero();
        }
        assertThat(pass(sender, receiver, "a=1", "")).isEqualTo(32);
    }

    @Test
    void neverUsesAnIdTwice() {
        var limits = BlockLimits.DEFAULT;
        var sender = new BlockSender(new BlockWindow(limits, Integer.MAX_VALUE - 1));
        var receiver = new BlockReceiver(new BlockWindow(limits, Integer.MAX_VALUE - 1));
        pass(sender, receiver, "a=1", "");
        assertThat(TraceBytes.dictionaryId(got, 0)).isEqualTo(Integer.MAX_VALUE);
        for (int i = 0; i < 2; i++) {
            assertThat(pass(sender, receiver, "b=1", "")).isEqualTo(32 + 4 + 3);
            assertThat(TraceBytes.dictionaryId(got, 0)).isZero();
        }
        assertThat(pass(sender, receiver, "a=1", "")).isEqualTo(32);
    }

    @Property
    void bothSidesStayInStepWithinAnyLimits(
            @ForAll @IntRange(min = 1, max = 6) int blocks,
            @ForAll @IntRange(max = 60) int bytes,
            @ForAll @Size(max = 60) List<@IntRange(max = 12) Integer> uses) {
        var limits = new BlockLimits(blocks, bytes);
        var sender = new BlockSender(limits);
        var receiver = new BlockReceiver(limits);
        for (int use : uses) {
            pass(sender, receiver, "s=" + "x".repeat(use), use % 2 == 0 ? "" : "k=\u00e9" + use);
        }
    }

    @Property(tries = 5000)
    void brokenInputThrowsTheTypedExceptionOnly(
            @ForAll @Size(max = 80) byte[] bytes, @ForAll boolean plausible) {
        var receiver = new BlockReceiver(new BlockLimits(4, 100));
        var input = ByteBuffer.wrap(bytes);
        if (plausible && bytes.length >= 32) {
            input.put(0, CONTEXT, 0, 28);
        }
        while (input.hasRemaining()) {
            int before = input.position();
            try {
                receiver.read(input, got, 0);
                assertThat(input.position()).isGreaterThan(before);
            } catch (ContextException e) {
                assertThat(input.position()).isEqualTo(before);
                assertThat(e.code()).isNotNull();
                return;
            }
        }
    }

    @Test
    void namesWhatIsWrong() {
        expect(Code.TRUNCATED, "0af765");
        var context = HexFormat.of().formatHex(CONTEXT, 0, 28);
        expect(Code.UNKNOWN_ID, context + "00000001");
        expect(Code.OUT_OF_ORDER, context + "80000002" + "0000" + "0000");
        expect(Code.TRUNCATED, context + "80000001" + "0003" + "61");
        expect(Code.TRUNCATED, context + "80000001" + "00");
        expect(Code.MALFORMED, context + "80000001" + "0001" + "ff" + "0000");
        expect(Code.TOO_LARGE, context + "80000001" + "0005" + "6161616161" + "0000");
        expect(Code.VERSION, "00".repeat(32));
        expect(Code.MALFORMED, "00".repeat(25) + "01" + "00".repeat(6));
    }

    private void expect(Code code, String hex) {
        var receiver = new BlockReceiver(new BlockLimits(4, 4));
        var input = ByteBuffer.wrap(HexFormat.of().parseHex(hex));
        assertThatThrownBy(() -> receiver.read(input, got, 0))
                .isInstanceOfSatisfying(
                        ContextException.class, e -> assertThat(e.code()).isEqualTo(code));
        assertThat(input.position()).isZero();
    }

    @Test
    void keepsNothingWhereThereIsNoRoomToSend() {
        var sender = new BlockSender(BlockLimits.DEFAULT);
        assertThatThrownBy(() -> sender.write(CONTEXT, 0, "a=1", "", ByteBuffer.allocate(38)))
                .isInstanceOf(BufferOverflowException.class);
        assertThatThrownBy(() -> sender.write(CONTEXT, 0, "x".repeat(65536), "", wire.clear()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("65535 bytes");
        assertThat(pass(sender, new BlockReceiver(BlockLimits.DEFAULT), "a=1", ""))
                .isEqualTo(32 + 4 + 3);
    }

    @Test
    void limitsAreChecked() {
        assertThatThrownBy(() -> new BlockLimits(0, 1)).hasMessageContaining("found 0");
        assertThatThrownBy(() -> new BlockLimits(1, 1 << 25)).hasMessageContaining("16777216");
    }
}
