package dev.weir.wasm;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// A guest whose objects fill the JVM's heap is stopped as by a limit, and the JVM works on.
class HeapTest {
    private static final String GREEDY =
            """
            (module
              (type $bytes (array (mut i8)))
              (type $node (struct (field (ref null $node)) (field (ref null $bytes))))
              (global $all (mut (ref null $node)) (ref.null $node))
              (func (export "list") (loop $l
                (global.set $all (struct.new $node (global.get $all) (ref.null $bytes)))
                (br $l)))
              (func (export "arrays") (loop $l
                (global.set $all (struct.new $node (global.get $all)
                  (array.new_default $bytes (i32.const 1000000))))
                (br $l)))
              (func (export "one") (result i32) (i32.const 1)))
            """;

    @Test
    @Timeout(60)
    void isLargeEnoughForTheHostAfterAGuestFilledIt() throws Exception {
        var child = ChildJvm.start(List.of("-Xmx24m", "-XX:+UseSerialGC"), Greedy.class);
        try (var out = child.inputReader()) {
            assertThat(out.lines())
                    .hasSize(2 * Engine.Mode.values().length)
                    .containsOnly("LIMIT limit exceeded: the JVM's heap is full 1");
        }
        assertThat(child.waitFor()).isZero();
    }

    /// What the other JVM runs.
    static final class Greedy {
        private Greedy() {}

        static void main() {
            for (var mode : Engine.Mode.values()) {
                for (var name : new String[] {"list", "arrays"}) {
                    IO.println(fill(mode, name) + " " + make(mode).func("one").call().get(0));
                }
            }
        }

        private static Instance make(Engine.Mode mode) {
            var engine = Engine.create(mode);
            var module = Module.parseText(engine, GREEDY);
            return Instance.of(Store.of(engine, Limits.DEFAULT), module);
        }

        private static String fill(Engine.Mode mode, String name) {
            try {
                return "ended: " + make(mode).func(name).call().size();
            } catch (TrapException e) {
                return e.code() + " " + e.getMessage();
            }
        }
    }
}
