package dev.weir.wasm;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Types are the engine's only for as long as something has them.
class TypesTest {
    private static final int ROUND = 200;
    private static final int ROUNDS = 4;

    @Test
    @Timeout(300)
    void typesOfModulesThatAreDroppedAreForgotten() throws InterruptedException {
        var engine = Engine.create(Engine.Mode.COMPILED);
        var counts = new ArrayList<Integer>();
        var metaspace = new ArrayList<Long>();
        for (int round = 0; round < ROUNDS; round++) {
            for (int i = 0; i < ROUND; i++) {
                assertThat(run(engine, round * ROUND + i)).isEqualTo(10);
            }
            counts.add(left(engine));
            metaspace.add(metaspace());
        }
        // Each module has four types that no other has, and two classes of structs.
        assertThat(counts.getLast()).as("types %s", counts).isLessThan(ROUND);
        assertThat(metaspace.getLast())
                .as("metaspace %s", metaspace)
                .isLessThan(metaspace.getFirst() + (1 << 20));
    }

    /// How many types there are after a collection.
    private static int left(Engine engine) throws InterruptedException {
        for (int i = 0; i < 50 && engine.types.count() > 10; i++) {
            System.gc();
            Thread.sleep(10);
        }
        return engine.types.count();
    }

    private static long metaspace() {
        return ManagementFactory.getMemoryPoolMXBeans().stream()
                .filter(pool -> pool.getName().equals("Metaspace"))
                .mapToLong(pool -> pool.getUsage().getUsed())
                .sum();
    }

    private static int run(Engine engine, int seed) {
        var instance =
                Instance.of(Store.of(engine, Limits.DEFAULT), Module.parseText(engine, text(seed)));
        return (int) instance.func("f").call().getFirst();
    }

    /// The bits of the seed are the types of fields.
    private static String text(int seed) {
        var fields = new StringBuilder();
        for (int bit = 0; bit < 12; bit++) {
            fields.append((seed >>> bit & 1) == 0 ? "(field (mut i32))" : "(field (mut i64))");
        }
        return """
        (module
          (rec (type $a (sub (struct (field (mut i32)) %1$s)))
               (type $b (sub $a (struct (field (mut i32)) %1$s (field (ref null $a)))))
               (type $list (array (mut (ref null $b))))
               (type $f (func (param (ref null $b)) (result i32))))
          (func $get (type $f) (struct.get $a 0 (local.get 0)))
          (table funcref (elem $get))
          (func (export "f") (result i32) (local $b (ref $b)) (local $list (ref $list))
            (local.set $b (struct.new_default $b))
            (struct.set $b 0 (local.get $b) (i32.const 7))
            (local.set $list (array.new $list (local.get $b) (i32.const 3)))
            (i32.add (array.len (local.get $list))
              (call_indirect (type $f)
                (ref.cast (ref $b) (array.get $list (local.get $list) (i32.const 1)))
                (i32.const 0)))))
        """
                .formatted(fields);
    }

    @Test
    void whatTheHostHasKeepsItsTypes() throws InterruptedException {
        var engine = Engine.create();
        var kept = new ArrayList<@Nullable Object>();
        for (int i = 0; i < 20; i++) {
            var instance =
                    Instance.of(
                            Store.of(engine, Limits.DEFAULT),
                            Module.parseText(
                                    engine,
                                    """
                                    (module (type $s (struct %s)) (type $t (struct (field (ref null $s))))
                                      (func (export "make") (result anyref)
                                        (struct.new $t (struct.new_default $s)))
                                      (global (export "none") (ref null $t) (ref.null $t))
                                      (table (export "table") 1 (ref null $t)))
                                    """
                                            .formatted("(field i64)".repeat(i + 1))));
            switch (i % 3) {
                case 0 -> kept.add(instance.func("make").call().getFirst());
                case 1 -> kept.add(instance.global("none"));
                default -> kept.add(instance.table("table"));
            }
        }
        assertThat(left(engine)).isGreaterThanOrEqualTo(40);
        // An object is still of the type that a module names after all others are gone.
        var again =
                Instance.of(
                        Store.of(engine, Limits.DEFAULT),
                        Module.parseText(
                                engine,
                                """
                                (module (type $s (struct (field i64))) (type $t (struct (field (ref null $s))))
                                  (func (export "is") (param anyref) (result i32 i32)
                                    (ref.test (ref $t) (local.get 0))
                                    (ref.test (ref $s) (struct.get $t 0
                                      (ref.cast (ref $t) (local.get 0))))))
                                """));
        assertThat(again.func("is").call(kept.getFirst())).isEqualTo(List.of(1, 1));
        kept.clear();
        assertThat(left(engine)).isLessThan(10);
    }
}
