package dev.weir.wasm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Traps of guests that clang compiled name the lines of `lines.c`.
class SourceLinesTest {
    private static byte[] guest(int version) throws IOException {
        try (var in = SourceLinesTest.class.getResourceAsStream("lines" + version + ".wasm")) {
            return java.util.Objects.requireNonNull(in).readAllBytes();
        }
    }

    private static TrapException trap(Engine engine, byte[] guest, String name, int argument) {
        var instance = Instance.of(Store.of(engine, Limits.DEFAULT), Module.parse(engine, guest));
        return catchThrowableOfType(TrapException.class, () -> instance.func(name).call(argument));
    }

    @ParameterizedTest
    @CsvSource({
        "4, INTERPRETED, 6500",
        "5, INTERPRETED, 6500",
        "4, COMPILED, 6500",
        "5, COMPILED, 6500",
        "5, TIERED, 6500",
        "4, COMPILED, 20",
        "5, COMPILED, 20"
    })
    void trapsNameLines(int version, Engine.Mode mode, int partBytes) throws IOException {
        var engine = Engine.create(mode, partBytes);
        var guest = guest(version);
        assertThat(trap(engine, guest, "outer", 5).guestTrace())
                .containsExactly("divide (lines.c:9)", "inner (lines.c:17)", "outer (lines.c:25)");
        var bounds = trap(engine, guest, "read", 2_000_000);
        assertThat(bounds.code()).isEqualTo(TrapException.Code.MEMORY_BOUNDS);
        assertThat(bounds.guestTrace()).containsExactly("beyond (lines.c:13)", "read (lines.c:33)");
        assertThat(trap(engine, guest, "read", -1).guestTrace())
                .containsExactly("read (lines.c:32)");
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 5})
    void whatIsMalformedIsLeftOut(int version) throws IOException {
        var module = Module.parse(Engine.create(), guest(version));
        byte[] lines = section(module, ".debug_line");
        byte[] strings = section(module, ".debug_line_str");
        assertThat(new LineTable(lines, new byte[0], strings).at(0x1d)).isEqualTo("lines.c:9");
        for (int length = 0; length < lines.length; length++) {
            read(Arrays.copyOf(lines, length), strings);
        }
        long seed = System.nanoTime();
        var random = new Random(seed);
        for (int i = 0; i < 20_000; i++) {
            var mutated = lines.clone();
            for (int n = 0; n <= i % 8; n++) {
                mutated[random.nextInt(mutated.length)] = (byte) random.nextInt();
            }
            assertThatCode(() -> read(mutated, strings))
                    .as("seed %d", seed)
                    .doesNotThrowAnyException();
        }
    }

    private static void read(byte[] lines, byte[] strings) {
        var table = new LineTable(lines, strings, strings);
        for (long at : new long[] {0, 0x1d, 0x7fffffff, -1}) {
            var line = table.at(at);
            assertThat(line == null || line.contains(":")).isTrue();
        }
    }

    private static byte[] section(Module module, String name) {
        var found = module.customSections(name);
        return found.isEmpty() ? new byte[0] : found.getFirst();
    }
}
