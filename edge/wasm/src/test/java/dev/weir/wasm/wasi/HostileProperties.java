package dev.weir.wasm.wasi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.wasm.TrapException;
import dev.weir.wasm.ValType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Whatever a guest passes to a function, it gets an `errno`.
class HostileProperties {
    private static final int CALLS = 60_000;

    @TempDir private Path folder;

    @Test
    void anyNumbersGiveAnErrno() throws IOException {
        long seed = new Random().nextLong();
        var random = new Random(seed);
        Files.writeString(Files.createDirectory(folder.resolve("d")).resolve("f"), "text");
        var outside = Files.writeString(folder.resolve("outside"), "outside");
        var root = Files.createDirectory(folder.resolve("root"));
        var names = new ArrayList<>(SystemGuest.FUNCTIONS.keySet());
        var builder =
                Wasi.builder()
                        .arguments("a", "b")
                        .directory(root, "/")
                        .clocks(Clocks.simulated(Instant.EPOCH))
                        .random(new Random(seed));
        try (var guest = new SystemGuest(builder)) {
            for (int i = 0; i < CALLS; i++) {
                int text = random.nextInt(8);
                guest.put(
                        text * 16,
                        List.of("a", "d/f", "..", "/", "a/b", "./", "\0", "é").get(text));
                call(guest, names.get(random.nextInt(names.size())), random, seed);
            }
        }
        assertThat(Files.readString(outside)).isEqualTo("outside");
        assertThat(Files.readString(folder.resolve("d/f"))).isEqualTo("text");
    }

    private static void call(SystemGuest guest, String name, Random random, long seed) {
        var types = guest.instance.func(name).type().params();
        var arguments = new Object[types.size()];
        for (int i = 0; i < arguments.length; i++) {
            arguments[i] = number(random, types.get(i) == ValType.I64, i);
        }
        try {
            guest.call(name, arguments);
        } catch (TrapException e) {
            throw new AssertionError(
                    "seed " + seed + ": " + name + " " + List.of(arguments) + " trapped", e);
        }
    }

    private static long number(Random random, boolean wide, int place) {
        return switch (random.nextInt(place == 0 ? 3 : 7)) {
            case 0, 1 -> random.nextInt(8);
            case 2 -> random.nextInt(200);
            case 3 -> random.nextInt(0x10000);
            case 4 -> 0x10000 - random.nextInt(64);
            case 5 -> wide ? random.nextLong() & 0x3fffffff : -1 - random.nextInt(16);
            default -> wide ? -1L >>> random.nextInt(64) : random.nextInt();
        };
    }
}
