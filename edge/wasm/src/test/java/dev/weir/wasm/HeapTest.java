package dev.weir.wasm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
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
        var classes = new ArrayList<String>();
        for (var type : new Class<?>[] {Engine.class, HeapTest.class}) {
            var place = type.getProtectionDomain().getCodeSource().getLocation();
            classes.add(Path.of(place.toURI()).toString());
        }
        var child =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Xmx24m",
                                "-XX:+UseSerialGC",
                                "-cp",
                                String.join(File.pathSeparator, classes),
                                Greedy.class.getName())
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
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
