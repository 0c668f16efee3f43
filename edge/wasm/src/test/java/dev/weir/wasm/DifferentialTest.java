package dev.weir.wasm;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// The interpreter and the compiler agree on modules made by chance: results, traps, what is in
/// memory and globals, and the fuel that was used.
class DifferentialTest {
    private static final int MODULES = Integer.getInteger("weir.wasm.modules", 60);
    private static final Limits LIMITS = Limits.DEFAULT.withFuel(300_000);

    @Test
    void theTiersAgree() {
        long first = Long.getLong("weir.wasm.seed", System.nanoTime());
        long calls = 0;
        for (int i = 0; i < MODULES; i++) {
            long seed = first + i;
            var maker = new GuestMaker(seed, EnumSet.allOf(GuestMaker.Feature.class));
            var text = maker.make();
            var expected = run(Engine.create(Engine.Mode.INTERPRETED), maker, text, seed);
            calls += expected.size();
            assertThat(run(Engine.create(Engine.Mode.COMPILED), maker, text, seed))
                    .as("compiled, seed %d", seed)
                    .isEqualTo(expected);
            assertThat(run(Engine.create(Engine.Mode.COMPILED, 120), maker, text, seed))
                    .as("cut, seed %d", seed)
                    .isEqualTo(expected);
        }
        System.out.println("differential: seed " + first + ", " + calls + " calls agree");
        assertThat(calls).isPositive();
    }

    private static List<String> run(Engine engine, GuestMaker maker, String text, long seed) {
        var store = Store.of(engine, LIMITS);
        var instance = Instance.of(store, Module.parseText(engine, text));
        var random = new Random(seed);
        var seen = new ArrayList<String>();
        for (int i = 0; i < maker.functions() * 4; i++) {
            int function = i % maker.functions();
            var arguments = arguments(maker.params(function), random);
            String outcome;
            try {
                outcome = String.valueOf(instance.func("f" + function).call(arguments));
            } catch (TrapException e) {
                outcome = e.code() + " " + e.guestTrace();
            } catch (GuestException e) {
                outcome = "exception " + e.values();
            }
            seen.add(outcome + " " + state(instance, maker) + " fuel " + store.fuel());
            store.addFuel(300_000 - store.fuel());
        }
        return seen;
    }

    private static String state(Instance instance, GuestMaker maker) {
        var text = new StringBuilder();
        for (int i = 0; i < 4; i++) {
            text.append(instance.global("g" + i).get()).append(' ');
        }
        for (int i = 0; i < maker.memories(); i++) {
            var memory = instance.memory("memory" + i);
            text.append(memory.view(0, (int) memory.pages() << 16).hashCode()).append(' ');
        }
        return text.toString();
    }

    private static @Nullable Object[] arguments(List<String> types, Random random) {
        var arguments = new @Nullable Object[types.size()];
        for (int i = 0; i < arguments.length; i++) {
            arguments[i] =
                    switch (types.get(i)) {
                        case "i32" -> random.nextInt(4) == 0 ? random.nextInt() : random.nextInt(9);
                        case "i64" -> random.nextLong();
                        case "f32" -> (float) random.nextGaussian() * 1e5f;
                        default -> random.nextGaussian() * 1e10;
                    };
        }
        return arguments;
    }
}
