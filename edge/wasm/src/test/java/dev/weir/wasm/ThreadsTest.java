package dev.weir.wasm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/// Threads of several stores use one memory.
@ParameterizedClass
@EnumSource
class ThreadsTest {
    private static final String TEXT =
            """
            (module
              (import "env" "memory" (memory 1 2 shared))
              (func (export "count") (param i32) (loop $l
                (drop (i32.atomic.rmw.add (i32.const 0) (i32.const 1)))
                (br_if $l (local.tee 0 (i32.sub (local.get 0) (i32.const 1))))))
              (func (export "wait") (param i64) (result i32)
                (memory.atomic.wait32 (i32.const 16) (i32.const 0) (local.get 0)))
              (func (export "wake") (result i32)
                (i32.atomic.store (i32.const 16) (i32.const 1))
                (memory.atomic.notify (i32.const 16) (i32.const -1)))
              (func (export "last") (result i32) (i32.load8_u (i32.const 0xffff)))
              (func (export "past") (result i32) (i32.load8_u (i32.const 0x10000)))
              (func (export "grow") (result i32) (memory.grow (i32.const 1)))
              (func (export "odd") (drop (i32.atomic.load (i32.const 2)))))
            """;

    private final Engine engine;
    private final Module module;
    private final Memory memory;

    ThreadsTest(Engine.Mode mode) {
        engine = Engine.create(mode);
        module = Module.parseText(engine, TEXT);
        memory = Memory.ofShared(Store.of(engine, Limits.DEFAULT), 1, 2);
    }

    private Instance instance() {
        var store = Store.of(engine, Limits.DEFAULT);
        return Linker.of(store).define("env", "memory", memory).instantiate(module);
    }

    @Test
    @Timeout(60)
    void loseNoCountTogether() throws Exception {
        int each = 20_000;
        Callable<List<Object>> count = () -> instance().func("count").call(each);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var done : threads.invokeAll(List.of(count, count, count, count))) {
                done.get();
            }
        }
        assertThat(memory.view(0, 4).getInt()).isEqualTo(4 * each);
    }

    @Test
    @Timeout(60)
    void wakeEachOther() throws Exception {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var waiting = threads.submit(() -> instance().func("wait").call(-1L));
            var waker = instance();
            int woken = 0;
            while (woken == 0 && !waiting.isDone()) {
                woken = (Integer) waker.func("wake").call().getFirst();
                memory.view(16, 4).putInt(0);
                Thread.sleep(1);
            }
            assertThat(waiting.get()).isIn(List.of(0), List.of(1));
        }
        assertThat(instance().func("wait").call(1_000_000L)).containsExactly(2);
        memory.view(16, 4).putInt(5);
        assertThat(instance().func("wait").call(-1L)).containsExactly(1);
    }

    @Test
    @Timeout(60)
    void areCancelledWhileTheyWait() throws Exception {
        var instance = instance();
        var canceller =
                Thread.ofVirtual()
                        .start(() -> {
                            try {
                                Thread.sleep(50);
                            } catch (InterruptedException e) {
                                Thread.currentThread().interrupt();
                            }
                            instance.store.cancel();
                        });
        var trap = catchThrowableOfType(TrapException.class, () -> instance.func("wait").call(-1L));
        assertThat(trap.code()).isEqualTo(TrapException.Code.CANCELLED);
        canceller.join();
    }

    @Test
    void seeTheSameSize() {
        var first = instance();
        var second = instance();
        assertThat(first.func("last").call()).containsExactly(0);
        assertThatThrownBy(() -> second.func("past").call()).isInstanceOf(TrapException.class);
        assertThat(first.func("grow").call()).containsExactly(1);
        assertThat(second.func("past").call()).containsExactly(0);
        assertThat(second.func("grow").call()).containsExactly(-1);
    }

    @Test
    void trapOnAnAddressThatIsNotAligned() {
        var trap = catchThrowableOfType(TrapException.class, instance().func("odd")::call);
        assertThat(trap.code()).isEqualTo(TrapException.Code.UNALIGNED);
    }

    @Test
    void shareNoMemoryThatIsNotShared() {
        var store = Store.of(engine, Limits.DEFAULT);
        var own = Memory.of(store, 1, 2);
        var linker = Linker.of(Store.of(engine, Limits.DEFAULT));
        assertThatThrownBy(() -> linker.define("env", "memory", own))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
