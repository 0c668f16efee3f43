package dev.weir.wasm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Memories grow without copying all each time, and end where they end all the same.
class GrowthTest {
    private static final int PAGE = 1 << 16;
    private static final int PAGES = 202;

    private record Access(String op, int bytes, String value) {}

    private static final List<Access> ACCESSES =
            List.of(
                    new Access("i32.load8_u", 1, ""),
                    new Access("i32.load16_s", 2, ""),
                    new Access("f32.load", 4, ""),
                    new Access("i64.load", 8, ""),
                    new Access("v128.load", 16, ""),
                    new Access("v128.load16_splat", 2, ""),
                    new Access("v128.load32x2_u", 8, ""),
                    new Access("i32.store8", 1, "(i32.const 1)"),
                    new Access("i64.store16", 2, "(i64.const 1)"),
                    new Access("i32.store", 4, "(i32.const 1)"),
                    new Access("f64.store", 8, "(f64.const 1)"),
                    new Access("v128.store", 16, "(v128.const i64x2 1 1)"));

    private static final int[] OFFSETS = {0, 4, PAGE - 8, 70_000};

    /// A function for each access of a memory, with an offset, and with a constant address: the
    /// last place where the access is inside, and the next.
    private static String text(String memories, int index) {
        var text = new StringBuilder("(module " + memories);
        for (var access : ACCESSES) {
            for (int offset : OFFSETS) {
                body(text, access, index, offset, "(local.get 0)", "at" + offset);
            }
            int last = PAGES * PAGE - access.bytes;
            body(text, access, index, 0, "(i32.const " + last + ")", "last");
            body(text, access, index, 1, "(i32.const " + last + ")", "over");
        }
        return text + ")";
    }

    private static void body(
            StringBuilder to, Access access, int index, int offset, String at, String name) {
        var code = "(%s %d offset=%d %s %s)".formatted(access.op, index, offset, at, access.value);
        to.append(
                "(func (export \"%s %s\") (param i32) %s)%n"
                        .formatted(
                                access.op,
                                name,
                                access.value.isEmpty() ? "(drop " + code + ")" : code));
    }

    private static Instance make(Engine.Mode mode, String text) {
        var engine = Engine.create(mode);
        return Instance.of(Store.of(engine, Limits.DEFAULT), Module.parseText(engine, text));
    }

    private static void growOften(Memory memory) {
        memory.copied = Memory.COPIED;
        memory.grow(PAGES - 2);
        memory.grow(1);
        assertThat(memory.data.length).isGreaterThan(PAGES * PAGE);
    }

    @ParameterizedTest
    @EnumSource
    void accessesEndWithTheMemoryWhereItsArrayIsLonger(Engine.Mode mode) {
        var memories = "(memory (export \"a\") 1) (memory (export \"b\") 1)";
        for (int index = 0; index < 2; index++) {
            var instance = make(mode, text(memories, index));
            growOften(instance.memory(index == 0 ? "a" : "b"));
            for (var access : ACCESSES) {
                for (int offset : OFFSETS) {
                    var function = instance.func(access.op + " at" + offset);
                    int last = PAGES * PAGE - access.bytes - offset;
                    function.call(last);
                    for (int outside : new int[] {last + 1, PAGES * PAGE, -1, 1 << 31}) {
                        traps(function, outside);
                    }
                }
                instance.func(access.op + " last").call(0);
                traps(instance.func(access.op + " over"), 0);
            }
        }
    }

    private static void traps(Func function, int address) {
        var trap = catchThrowableOfType(TrapException.class, () -> function.call(address));
        assertThat(trap).as("at %s", address).isNotNull();
        assertThat(trap.code()).isEqualTo(TrapException.Code.MEMORY_BOUNDS);
    }

    private static final String IN_ITS_MIDST =
            """
            (module
              (memory (export "memory") 1)
              (func (export "grow") (param $n i32) (param $over i32)
                (loop $l
                  (drop (memory.grow (i32.const 1)))
                  (i32.store8
                    (i32.sub (i32.shl (memory.size) (i32.const 16)) (i32.const 1)) (local.get $n))
                  (br_if $l (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
                (i32.store8
                  (i32.add (i32.sub (i32.shl (memory.size) (i32.const 16)) (i32.const 1))
                    (local.get $over))
                  (i32.const 9))))
            """;

    /// HotSpot compiles the function for memories that did not grow often.
    @ParameterizedTest
    @EnumSource
    void aFunctionIsRightAfterItsMemoryGrewOftenInItsMidst(Engine.Mode mode) {
        var engine = Engine.create(mode);
        var module = Module.parseText(engine, IN_ITS_MIDST);
        for (int i = 0; i < 20_000; i++) {
            Instance.of(Store.of(engine, Limits.DEFAULT), module).func("grow").call(1, 0);
        }
        var instance = Instance.of(Store.of(engine, Limits.DEFAULT), module);
        var memory = instance.memory("memory");
        memory.copied = Memory.COPIED - 300 * PAGE;
        instance.func("grow").call(300, 0);
        assertThat(memory.limit).isEqualTo(301 * PAGE);
        for (int page = 1; page <= 300; page++) {
            byte last = page == 300 ? 9 : (byte) (301 - page);
            assertThat(memory.read((page + 1L) * PAGE - 1, 1)).containsExactly(last);
        }
        var trap =
                catchThrowableOfType(TrapException.class, () -> instance.func("grow").call(1, 1));
        assertThat(trap.code()).isEqualTo(TrapException.Code.MEMORY_BOUNDS);
        assertThat(memory.limit).isEqualTo(302 * PAGE);
    }

    @Test
    void copiesFewTimesAsMuchAsThereIs() {
        var memory = Memory.of(Store.of(Engine.create(), Limits.DEFAULT), 1, 65_536);
        var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        while (memory.pages() < 1_024) {
            assertThat(memory.grow(1)).isNotNegative();
        }
        assertThat(threads.getCurrentThreadAllocatedBytes() - before)
                .isLessThan(Memory.COPIED + 6L * 1_024 * PAGE);
    }

    @Test
    void newPagesAreZeroAndOldOnesStay() {
        var memory = Memory.of(Store.of(Engine.create(), Limits.DEFAULT), 1, PAGES);
        memory.copied = Memory.COPIED;
        while (memory.pages() < PAGES) {
            int end = (int) memory.bytes;
            memory.write(end - PAGE, full());
            memory.grow(1);
            assertThat(memory.read(end - PAGE, 2 * PAGE))
                    .isEqualTo(Arrays.copyOf(full(), 2 * PAGE));
        }
        assertThat(memory.data).hasSize(PAGES * PAGE);
        assertThat(memory.limit).isZero();
        assertThat(memory.grow(1)).isEqualTo(-1);
    }

    private static byte[] full() {
        var bytes = new byte[PAGE];
        Arrays.fill(bytes, (byte) 7);
        return bytes;
    }

    @Test
    void hasNoRoomBeyondTheStoresLimit() {
        long limit = 100L * PAGE;
        var memory =
                Memory.of(Store.of(Engine.create(), Limits.DEFAULT.withMemoryBytes(limit)), 1, 200);
        memory.copied = Memory.COPIED;
        while (memory.grow(1) >= 0) {
            assertThat(memory.data.length).isLessThanOrEqualTo((int) limit);
        }
        assertThat(memory.bytes).isEqualTo(limit);
    }
}
