package dev.weir.conformance;

import dev.weir.wasm.Engine;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// `./weir conformance [NAME]`: lists the suites, or runs one.
///
/// Exit code 0: all is well, or the suite was skipped as a whole. 1: a check failed, or fewer
/// passed than the floor. 2: the command line is wrong.
final class Main {
    private static final String DASHES = "--";

    static final List<Suite> ALL =
            List.of(
                    new StoreCrash(),
                    new Kubectl(root().resolve("conformance").resolve("kubectl")),
                    new Clients(),
                    new ClientsGo(root().resolve("conformance").resolve("clients-go")),
                    new K8sDiff(root().resolve("conformance").resolve("k8s-diff")),
                    new K8sTypes(),
                    new TraceContext(),
                    new Otlp(),
                    new OtlpRandom(root()),
                    new Weave(root()),
                    new WeaveApp(root()),
                    new WeaveKafka(root()),
                    new WasmSpec(Engine.Mode.INTERPRETED),
                    new WasmSpec(Engine.Mode.COMPILED),
                    new WasmText(),
                    new WasmDiff(root().resolve("conformance").resolve("wasm-diff")),
                    new WasiTestsuite(),
                    new WasmGuests(root().resolve("conformance").resolve("guests")),
                    new SagaChaos(),
                    new SagaKafka(root()),
                    new Lra(root()),
                    new Reproducible());

    private final List<Suite> suites;
    private final Path folder;
    private final Outside outside;
    private final PrintStream out;

    Main(List<Suite> suites, Path folder, Outside outside, PrintStream out) {
        this.suites = suites;
        this.folder = folder;
        this.outside = outside;
        this.out = out;
    }

    public static void main(String[] arguments) throws IOException, InterruptedException {
        var root = root();
        var outside = new Outside(System.getenv("WEIR_DATA"), root);
        var main = new Main(ALL, root.resolve("conformance"), outside, System.out);
        System.exit(main.run(arguments));
    }

    private static Path root() {
        return Path.of(System.getProperty("weir.root", "."));
    }

    int run(String... arguments) throws IOException, InterruptedException {
        var floors = Lines.floors(folder.resolve("floors.txt"));
        if (arguments.length == 0) {
            list(floors);
            return 0;
        }
        for (var suite : suites) {
            if (suite.name().equals(arguments[0])) {
                return run(suite, floors.getOrDefault(suite.name(), 0), options(arguments));
            }
        }
        out.println("weir: no suite " + arguments[0] + "; ./weir conformance lists them");
        return 2;
    }

    private void list(Map<String, Integer> floors) {
        out.println("weir conformance NAME, one of (passed at least):");
        for (var suite : suites) {
            out.printf(
                    "  %-12s %6d  %s%n",
                    suite.name(), floors.getOrDefault(suite.name(), 0), suite.summary());
        }
    }

    private static Map<String, String> options(String... arguments) {
        var options = new HashMap<String, String>();
        for (int i = 1; i < arguments.length; i++) {
            boolean named = arguments[i].startsWith(DASHES);
            var name = named ? arguments[i].substring(DASHES.length()) : arguments[i];
            boolean paired =
                    named && i + 1 < arguments.length && !arguments[i + 1].startsWith(DASHES);
            options.put(name, paired ? arguments[++i] : "");
        }
        return options;
    }

    private int run(Suite suite, int floor, Map<String, String> options)
            throws IOException, InterruptedException {
        var exclusions = Lines.exclusions(folder.resolve("exclusions.txt"), suite.name());
        var report = new Report(out, outside, exclusions, options);
        out.println(suite.name() + ": " + suite.summary());
        try {
            suite.run(report);
            report.complete();
        } catch (AbsentException e) {
            report.skip(suite.name(), String.valueOf(e.getMessage()));
            report.close();
            return report.failed() == 0 ? 0 : 1;
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception e) {
            e.printStackTrace(out);
            report.fail(suite.name(), "ended early: " + e);
        }
        if (options.isEmpty() && report.passed() < floor) {
            report.fail(suite.name(), report.passed() + " passed, expected at least " + floor);
        }
        report.close();
        return report.failed() == 0 ? 0 : 1;
    }
}
