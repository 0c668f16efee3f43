package dev.weir.wasm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Modules that come and go leave nothing behind: not their classes, not their memories.
class ChurnTest {
    private static final int MODULES = 10_000;
    private static final int ROUND = 2_000;
    private static final int MIB = 1 << 20;

    /// One of so many starts in the interpreter.
    private static final int TIERED = 10;

    /// What the JVM holds after a collection.
    private record Held(int classes, long metaspace, long heap) {
        static Held now() {
            for (int i = 0; i < 3; i++) {
                System.gc();
            }
            long metaspace =
                    ManagementFactory.getMemoryPoolMXBeans().stream()
                            .filter(pool -> pool.getName().equals("Metaspace"))
                            .mapToLong(pool -> pool.getUsage().getUsed())
                            .sum();
            return new Held(
                    ManagementFactory.getClassLoadingMXBean().getLoadedClassCount(),
                    metaspace,
                    ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
        }
    }

    @Test
    @Timeout(300)
    void modulesThatAreDroppedAreCollected() {
        var compiled = Engine.create(Engine.Mode.COMPILED);
        var tiered = Engine.create();
        long loaded = ManagementFactory.getClassLoadingMXBean().getTotalLoadedClassCount();
        var held = new ArrayList<Held>();
        for (int i = 0; i < MODULES; i++) {
            live(i % TIERED == 0 ? tiered : compiled, i);
            if ((i + 1) % ROUND == 0) {
                held.add(Held.now());
            }
        }
        assertThat(ManagementFactory.getClassLoadingMXBean().getTotalLoadedClassCount() - loaded)
                .as("classes made")
                .isGreaterThan(MODULES);
        // The first round still loads what the engine itself is made of.
        var first = held.getFirst();
        var last = held.getLast();
        assertThat(last.metaspace)
                .as("metaspace %s", held)
                .isGreaterThan(0)
                .isLessThan(first.metaspace + 2 * MIB);
        assertThat(last.classes).as("classes %s", held).isLessThan(first.classes + ROUND / 10);
        assertThat(last.heap).as("heap %s", held).isLessThan(first.heap + 8 * MIB);
    }

    /// A module of its own code, from its bytes to a trap.
    private static void live(Engine engine, int seed) {
        var store = Store.of(engine, Limits.DEFAULT);
        store.deadline(Duration.ofHours(1));
        var linker = Linker.of(store);
        linker.func(
                "host",
                "add",
                new FuncType(List.of(ValType.I32), List.of(ValType.I32)),
                arguments -> new Object[] {(Integer) arguments[0] + seed});
        var instance = linker.instantiate(Module.parse(engine, Wat.toBinary(text(seed))));
        var loop = instance.func("loop");
        if (seed % TIERED == 0) {
            // In one call, so that the frame changes over while it runs.
            loop.call(seed % 100 == 0 ? 200_000 : 1);
            for (int i = 0; i < 600; i++) {
                loop.call(1);
            }
        }
        assertThat(loop.call(1)).containsExactly(0);
        assertThat(loop.entry).isNotNull();
        assertThat(instance.func("work").call(7)).containsExactly(2 * seed + 7, 3L);
        var trap = catchThrowableOfType(TrapException.class, () -> instance.func("bad").call());
        assertThat(trap.code()).isEqualTo(TrapException.Code.CAST_FAILURE);
        assertThat(trap.guestTrace()).containsExactly("churn.bad");
    }

    private static String text(int seed) {
        return """
        (module $churn
          (import "host" "add" (func $add (param i32) (result i32)))
          (type $pair (struct (field i32) (field (mut i64))))
          (type $none (struct))
          (memory (export "memory") 1)
          (tag $e (param i32))
          (table funcref (elem $add))
          (global $any (mut anyref) (ref.null any))
          (func (export "work") (param i32) (result i32 i64)
            (i32.store (i32.const 8) (local.get 0))
            (global.set $any (struct.new $pair (local.get 0) (i64.const 3)))
            (block $caught (result i32)
              (try_table (catch $e $caught)
                (throw $e (i32.add (i32.const %d)
                  (call_indirect (param i32) (result i32) (i32.load (i32.const 8))
                    (i32.const 0)))))
              (unreachable))
            (struct.get $pair 1 (ref.cast (ref $pair) (global.get $any))))
          (func (export "loop") (param i32) (result i32)
            (loop $l (br_if $l (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))
            (local.get 0))
          (func $bad (export "bad") (result i32)
            (global.set $any (struct.new $none))
            (struct.get $pair 0 (ref.cast (ref $pair) (global.get $any)))))
        """
                .formatted(seed);
    }
}
