package dev.weir.conformance;

import dev.weir.wasm.Engine;
import dev.weir.wasm.Func;
import dev.weir.wasm.GuestException;
import dev.weir.wasm.GuestMaker;
import dev.weir.wasm.GuestMaker.Feature;
import dev.weir.wasm.Instance;
import dev.weir.wasm.Limits;
import dev.weir.wasm.Module;
import dev.weir.wasm.Store;
import dev.weir.wasm.TrapException;
import dev.weir.wasm.Wat;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Modules made by chance run the same in the interpreter, compiled, and in node's V8: results,
/// traps, globals and memory after each call; in the tiers also the guest's stack, and the fuel
/// that is left, also of calls that trap.
///
/// Every second module has only what this V8 says that it knows; the others have all there is, and
/// are for the tiers only. V8 has no fuel: its calls end before the first that used it up.
final class WasmDiff implements Suite {
    private static final int MODULES = 500;
    private static final int CALLS = 200;
    private static final int BATCH = 50;
    private static final long FUEL = 100_000;

    /// What node's V8 is not asked for: its results are its own choice.
    private static final Set<Feature> CHOSEN = EnumSet.of(Feature.RELAXED_SIMD);

    private static final Set<Feature> ALL = EnumSet.allOf(Feature.class);

    private final Path folder;

    /// Of a suite whose program for node is in the folder.
    WasmDiff(Path folder) {
        this.folder = folder;
    }

    /// What came out of a call.
    ///
    /// @param shared what V8 tells too
    /// @param own what only the tiers tell
    private record Outcome(String shared, String own, boolean trapped, boolean outOfFuel) {}

    /// A module's calls for V8, and what must come out of them.
    private record Expected(String check, int number, List<String> outcomes) {}

    @Override
    public String name() {
        return "wasm-diff";
    }

    @Override
    public String summary() {
        return "modules made by chance: interpreter, compiler and node's V8 do the same";
    }

    @Override
    public void run(Report report) throws Exception {
        int modules = report.option("modules", MODULES);
        int calls = report.option("calls", CALLS);
        long seed = report.option("seed", new Random().nextInt(1_000_000_000));
        report.line("--seed " + seed);
        boolean node = hasNode();
        var known = node ? known() : ALL;
        if (node) {
            report.line("V8 knows " + known);
        } else {
            report.skip("V8", "needs node on the PATH");
        }
        long made = 0;
        long judged = 0;
        long trapped = 0;
        for (int first = 0; first < modules; first += BATCH) {
            try (var scratch = new Scratch()) {
                var expected = new ArrayList<Expected>();
                for (int i = first; i < Math.min(modules, first + BATCH); i++) {
                    var maker = new GuestMaker(seed + i, i % 2 == 0 ? known : ALL);
                    var binary = Wat.toBinary(maker.make());
                    var outcomes = tiers(report, maker, binary, seed + i, calls);
                    made += outcomes.size();
                    trapped += outcomes.stream().filter(Outcome::trapped).count();
                    if (node && i % 2 == 0) {
                        expected.add(write(scratch.path(), i, seed + i, maker, binary, outcomes));
                    }
                }
                if (!expected.isEmpty()) {
                    node(scratch.path());
                }
                for (var module : expected) {
                    var found = Files.readAllLines(scratch.path().resolve(module.number + ".out"));
                    report.check(module.check, () -> same("V8", module.outcomes, found));
                    judged += found.size();
                }
            }
            report.progress(first, modules);
        }
        report.line(
                "%d calls in each tier, %.1f %% of them trapped; %d in V8"
                        .formatted(made, 100.0 * trapped / made, judged));
    }

    /// Which features V8 reads a module of.
    private Set<Feature> known() throws IOException, InterruptedException {
        try (var scratch = new Scratch()) {
            for (var feature : ALL) {
                Files.write(
                        scratch.path().resolve(feature + ".wasm"), Wat.toBinary(feature.probe()));
            }
            node(scratch.path());
            return ALL.stream()
                    .filter(feature -> !CHOSEN.contains(feature))
                    .filter(feature -> Files.exists(scratch.path().resolve(feature + ".known")))
                    .collect(Collectors.toCollection(() -> EnumSet.noneOf(Feature.class)));
        }
    }

    private static List<Outcome> tiers(
            Report report, GuestMaker maker, byte[] binary, long seed, int calls)
            throws InterruptedException {
        var expected = run(Engine.Mode.INTERPRETED, maker, binary, seed, calls);
        report.check(
                "module " + seed + " compiled",
                () ->
                        same(
                                "compiled",
                                expected,
                                run(Engine.Mode.COMPILED, maker, binary, seed, calls)));
        return expected;
    }

    private static void same(String what, List<?> expected, List<?> found) {
        int at = 0;
        while (at < expected.size()
                && at < found.size()
                && expected.get(at).equals(found.get(at))) {
            at++;
        }
        if (at < expected.size() || at < found.size()) {
            throw new AssertionError(
                    "call "
                            + at
                            + ": "
                            + what
                            + " "
                            + (at < found.size() ? found.get(at) : "none")
                            + ", interpreted "
                            + (at < expected.size() ? expected.get(at) : "none"));
        }
    }

    private static List<Outcome> run(
            Engine.Mode mode, GuestMaker maker, byte[] binary, long seed, int calls) {
        var engine = Engine.create(mode);
        var store = Store.of(engine, Limits.DEFAULT.withFuel(FUEL));
        var instance = Instance.of(store, Module.parse(engine, binary));
        var functions =
                IntStream.range(0, maker.functions())
                        .mapToObj(number -> instance.func("f" + number))
                        .toList();
        var arguments = arguments(maker, seed, calls);
        var outcomes = new ArrayList<Outcome>();
        for (int i = 0; i < calls; i++) {
            outcomes.add(
                    call(
                            store,
                            instance,
                            maker.memories(),
                            functions.get(i % functions.size()),
                            arguments.get(i)));
            store.addFuel(FUEL - store.fuel());
        }
        return outcomes;
    }

    private static Outcome call(
            Store store, Instance instance, int memories, Func function, List<Object> arguments) {
        String shared;
        var own = "";
        boolean trapped = false;
        boolean outOfFuel = false;
        try {
            shared =
                    function.call(arguments.toArray()).stream()
                            .map(WasmDiff::show)
                            .collect(Collectors.joining(","));
        } catch (TrapException e) {
            shared = "trap " + word(e.code());
            own = e.code() + " " + e.guestTrace() + " ";
            trapped = true;
            outOfFuel = e.code() == TrapException.Code.FUEL_EXHAUSTED;
        } catch (GuestException e) {
            shared = "exception";
            own = e.values().stream().map(WasmDiff::show).collect(Collectors.joining(",")) + " ";
        }
        own += "fuel " + store.fuel();
        var globals =
                IntStream.range(0, 4)
                        .mapToObj(number -> show(instance.global("g" + number).get()))
                        .collect(Collectors.joining(" "));
        for (int i = 0; i < memories; i++) {
            var memory = instance.memory("memory" + i);
            var words = new int[(int) memory.pages() << 14];
            memory.view(0, words.length * 4).asIntBuffer().get(words);
            globals += " " + Arrays.hashCode(words);
        }
        return new Outcome(shared + " | " + globals, own, trapped, outOfFuel);
    }

    /// A code in the words that `v8.mjs` has too.
    private static String word(TrapException.Code code) {
        return switch (code) {
            case DIVIDE_BY_ZERO -> "zero";
            case INTEGER_OVERFLOW, INVALID_CONVERSION -> "unrepresentable";
            case MEMORY_BOUNDS -> "memory";
            case UNDEFINED_ELEMENT -> "element";
            case UNINITIALIZED_ELEMENT, INDIRECT_TYPE -> "signature";
            default -> code.name().toLowerCase(Locale.ROOT);
        };
    }

    private static String show(@Nullable Object value) {
        return switch (value) {
            case Float number when number.isNaN() -> "nan";
            case Double number when number.isNaN() -> "nan";
            case Float number -> Integer.toHexString(Float.floatToRawIntBits(number));
            case Double number -> Long.toHexString(Double.doubleToRawLongBits(number));
            case null, default -> String.valueOf(value);
        };
    }

    private static List<List<Object>> arguments(GuestMaker maker, long seed, int calls) {
        var random = new Random(seed);
        return IntStream.range(0, calls)
                .mapToObj(call -> maker.params(call % maker.functions()))
                .map(types -> types.stream().map(type -> argument(type, random)).toList())
                .toList();
    }

    private static Object argument(String type, Random random) {
        return switch (type) {
            case "i32" -> random.nextInt(4) == 0 ? random.nextInt() : random.nextInt(9);
            case "i64" -> random.nextLong();
            case "f32" -> (float) random.nextGaussian() * 1e5f;
            default -> random.nextGaussian() * 1e10;
        };
    }

    private static Expected write(
            Path to, int number, long seed, GuestMaker maker, byte[] binary, List<Outcome> outcomes)
            throws IOException {
        var judged = outcomes.stream().takeWhile(outcome -> !outcome.outOfFuel).toList();
        var arguments = arguments(maker, seed, judged.size());
        var lines = new ArrayList<String>();
        for (int i = 0; i < judged.size(); i++) {
            int function = i % maker.functions();
            lines.add(
                    Stream.concat(
                                    Stream.of(
                                            "f"
                                                    + function
                                                    + ">"
                                                    + String.join(",", maker.results(function))),
                                    arguments.get(i).stream().map(WasmDiff::bits))
                            .collect(Collectors.joining(" ")));
        }
        Files.write(to.resolve(number + ".wasm"), binary);
        Files.write(to.resolve(number + ".calls"), lines);
        return new Expected(
                "module " + seed + " V8", number, judged.stream().map(Outcome::shared).toList());
    }

    private static String bits(Object value) {
        return switch (value) {
            case Integer number -> "i32:" + number;
            case Float number -> "f32:" + Float.floatToRawIntBits(number);
            case Double number -> "f64:" + Double.doubleToRawLongBits(number);
            default -> "i64:" + value;
        };
    }

    private static boolean hasNode() throws InterruptedException {
        try {
            return new ProcessBuilder("node", "--version")
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .redirectError(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException _) {
            return false;
        }
    }

    private void node(Path modules) throws IOException, InterruptedException {
        var process =
                new ProcessBuilder("node", folder.resolve("v8.mjs").toString(), modules.toString())
                        .redirectErrorStream(true)
                        .start();
        process.getOutputStream().close();
        var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException("node failed: " + said);
        }
    }
}
