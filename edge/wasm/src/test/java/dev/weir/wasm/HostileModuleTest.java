package dev.weir.wasm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Modules made to cost or to confuse: each is refused with a typed error, or runs within limits.
@Timeout(60)
class HostileModuleTest {
    private static final int MOST_LOCALS = 50_000;

    /// A module whose one function, `() -> i32` and exported as `f`, has that body.
    private static byte[] function(Consumer<Buffer> body) {
        var code = new Buffer();
        body.accept(code);
        var out = new Buffer().fixed(0x6d736100, 4).fixed(1, 4);
        section(out, 1, new Buffer().u8(1).u8(0x60).u8(0).u8(1).u8(Types.I32));
        section(out, 3, new Buffer().u8(1).u8(0));
        section(out, 7, new Buffer().u8(1).sized(Utf8.encode("f")).u8(0).u8(0));
        section(out, 10, new Buffer().u8(1).sized(code.toArray()));
        return out.toArray();
    }

    private static void section(Buffer out, int id, Buffer content) {
        out.u8(id).sized(content.toArray());
    }

    private static Object run(byte[] module) {
        var engine = Engine.create();
        var store = Store.of(engine, Limits.DEFAULT.withFuel(10_000_000));
        return Instance.of(store, Module.parse(engine, module)).func("f").call().getFirst();
    }

    private static void refuses(byte[] module, Class<? extends WasmException> how, String why) {
        assertThatThrownBy(() -> Module.parse(Engine.create(), module))
                .isExactlyInstanceOf(how)
                .hasMessageContaining(why);
    }

    @Test
    void takesAsManyLocalsAsTheLimitAndNoMore() {
        Consumer<Buffer> end = body -> body.u8(Op.I32_CONST).u8(7).u8(Op.END);
        var most =
                function(body -> {
                    body.u8(1).unsigned(MOST_LOCALS).u8(Types.V128);
                    end.accept(body);
                });
        assertThat(run(most)).isEqualTo(7);
        for (long count : new long[] {MOST_LOCALS + 1, 0xffffffffL}) {
            var more =
                    function(body -> {
                        body.u8(2).u8(1).u8(Types.I32).unsigned(count).u8(Types.I32);
                        end.accept(body);
                    });
            refuses(more, MalformedException.class, "too many locals");
        }
    }

    @Test
    void runsAHugeTableOfBranchesAndRefusesOneThatIsNotThere() {
        int targets = 200_000;
        var huge =
                function(body -> {
                    body.u8(0).u8(Op.BLOCK).u8(0x40).u8(Op.I32_CONST).signed(targets - 1);
                    body.u8(Op.BR_TABLE).unsigned(targets);
                    for (int i = 0; i <= targets; i++) {
                        body.u8(0);
                    }
                    body.u8(Op.END).u8(Op.I32_CONST).u8(9).u8(Op.END);
                });
        assertThat(run(huge)).isEqualTo(9);
        var absent =
                function(body ->
                        body.u8(0)
                                .u8(Op.I32_CONST)
                                .u8(0)
                                .u8(Op.BR_TABLE)
                                .unsigned(0xfffffff0L)
                                .u8(Op.END));
        refuses(absent, MalformedException.class, "do not fit into");
    }

    @Test
    void runsBlocksThatAreNestedDeeply() {
        int depth = 100_000;
        var nested =
                function(body -> {
                    body.u8(0);
                    for (int i = 0; i < depth; i++) {
                        body.u8(Op.BLOCK).u8(Types.I32);
                    }
                    body.u8(Op.I32_CONST).u8(5).u8(Op.BR).unsigned(depth);
                    for (int i = 0; i <= depth; i++) {
                        body.u8(Op.END);
                    }
                });
        assertThat(run(nested)).isEqualTo(5);
    }

    @Test
    void compilesManyLocalsWithManyBranchesInBoundedTimeAndMemory() {
        int branches = 10_000;
        var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        var many =
                function(body -> {
                    body.u8(1).unsigned(MOST_LOCALS).u8(Types.I32);
                    for (int i = 0; i < branches; i++) {
                        body.u8(Op.BLOCK).u8(0x40);
                        body.u8(Op.LOCAL_GET).unsigned(MOST_LOCALS - 1 - i);
                        body.u8(Op.BR_IF).u8(0).u8(Op.END);
                    }
                    body.u8(Op.I32_CONST).u8(6).u8(Op.END);
                });
        var engine = Engine.create(Engine.Mode.COMPILED);
        var module = Module.parse(engine, many);
        long before = threads.getCurrentThreadAllocatedBytes();
        var liveness = new Liveness(module.codes.getFirst(), List.of());
        // All sets together would be more than 60 MB.
        long allocated = threads.getCurrentThreadAllocatedBytes() - before;
        assertThat(allocated).isLessThan(10L << 20);
        assertThat(liveness.at(0).cardinality()).isEqualTo(MOST_LOCALS);
        var instance = Instance.of(Store.of(engine, Limits.DEFAULT), module);
        assertThat(instance.func("f").call().getFirst()).isEqualTo(6);
    }

    @Test
    void refusesNumbersThatAreTooLong() {
        var endless =
                function(body -> {
                    body.u8(0).u8(Op.I32_CONST);
                    for (int i = 0; i < 1_000; i++) {
                        body.u8(0x80);
                    }
                    body.u8(0).u8(Op.END);
                });
        refuses(endless, MalformedException.class, "too long");
        var large =
                function(body -> body.u8(0).u8(Op.I32_CONST).fixed(0x7fffffff7fL, 5).u8(Op.END));
        assertThatThrownBy(() -> Module.parse(Engine.create(), large))
                .isInstanceOf(WasmException.class);
    }

    @Test
    void leavesOutCodeThatIsNeverReached() {
        var dead =
                function(body -> {
                    body.u8(0).u8(Op.I32_CONST).u8(3).u8(Op.RETURN);
                    for (int i = 0; i < 500_000; i++) {
                        body.u8(Op.I32_ADD);
                    }
                    body.u8(Op.END);
                });
        var module = Module.parse(Engine.create(), dead);
        assertThat(module.codes.getFirst().ops()).hasSizeLessThan(20);
        assertThat(run(dead)).isEqualTo(3);
    }

    @Test
    void believesNoCountThatItsBytesCannotHold() {
        for (int id : new int[] {1, 2, 3, 4, 5, 6, 7, 9, 10, 11, 13}) {
            var out = new Buffer().fixed(0x6d736100, 4).fixed(1, 4);
            section(out, id, new Buffer().unsigned(0xffffffffL));
            refuses(out.toArray(), MalformedException.class, "do not fit into");
        }
        var huge = new Buffer().fixed(0x6d736100, 4).fixed(1, 4).u8(1).unsigned(0xffffffffL);
        refuses(huge.toArray(), MalformedException.class, "unexpected end");
    }

    @Test
    void isCutAnywhereAndRefusedWithAPlace() {
        for (var text : Guests.VARIED) {
            var binary = Wat.toBinary(text);
            for (int length = 0; length < binary.length; length++) {
                var part = Arrays.copyOf(binary, length);
                try {
                    Module.parse(Engine.create(), part);
                } catch (MalformedException | InvalidException e) {
                    assertThat(e.getMessage()).contains("(at ");
                }
            }
        }
    }
}
