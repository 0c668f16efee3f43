package dev.weir.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.weir.weave.JarWeaver;
import dev.weir.weave.WeaveException;
import dev.weir.weave.WeaveReport;
import dev.weir.weave.Weaver;
import io.opentelemetry.api.GlobalOpenTelemetry;
import io.opentelemetry.common.ComponentLoader;
import io.opentelemetry.context.Context;
import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Weaves OpenSearch, Lucene, Spring, Hibernate, Netty and what they need, and has the JVM verify
/// every class: each loads woven as it does unwoven.
final class Weave implements Suite {
    private final Path root;

    Weave(Path root) {
        this.root = root;
    }

    @Override
    public String name() {
        return "weave";
    }

    @Override
    public String summary() {
        return "OpenSearch, Spring, Netty and theirs: every class loads woven, and weaves the same";
    }

    @Override
    public void run(Report report) throws Exception {
        try (var place = new Scratch()) {
            var jars = fetch(place.path().resolve("jars"));
            var woven = Files.createDirectories(place.path().resolve("woven"));
            var sum = WeaveReport.EMPTY;
            long processor = processorMillis();
            try (var types = types(jars)) {
                // As the project's own, for which there are the most rules.
                var weaver = new JarWeaver(Weaver.of(types::getResourceAsStream, Set.of()), true);
                for (var jar : jars) {
                    sum = sum.plus(weave(report, weaver, jar, woven));
                }
            }
            report.line(sum.summary());
            // Each jar is woven twice, and read woven once more.
            report.line(
                    "%d classes a second of processor time"
                            .formatted(3000L * sum.seen() / (processorMillis() - processor + 1)));
            compare(report, load(jars, "unwoven"), load(list(woven), "woven"));
        }
    }

    private List<Path> fetch(Path folder) throws IOException, InterruptedException {
        Maven.find()
                .run(
                        root.resolve("conformance/weave"),
                        "org.apache.maven.plugins:maven-dependency-plugin:3.9.0:copy-dependencies",
                        "-DoutputDirectory=" + folder);
        return list(folder);
    }

    private static List<Path> list(Path folder) throws IOException {
        try (var files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".jar")).sorted().toList();
        }
    }

    private static URLClassLoader types(List<Path> jars) throws IOException {
        var urls = new URL[jars.size()];
        for (int i = 0; i < urls.length; i++) {
            urls[i] = jars.get(i).toUri().toURL();
        }
        return new URLClassLoader(urls, ClassLoader.getPlatformClassLoader());
    }

    private static long processorMillis() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() / 1_000_000;
    }

    private static WeaveReport weave(Report report, JarWeaver weaver, Path jar, Path folder)
            throws IOException, InterruptedException {
        var name = jar.getFileName().toString();
        var woven = folder.resolve(name);
        WeaveReport counts;
        try {
            counts = weaver.weave(jar, woven);
        } catch (WeaveException e) {
            expect(WeaveException.Code.SIGNED, e.code());
            report.line(name + " is signed, and so stays as it is");
            Files.copy(jar, woven);
            return WeaveReport.EMPTY;
        }
        report.check(name + " is woven", () -> expect(List.of(), counts.refused()));
        var twin = folder.resolve(name + ".twin");
        report.check(
                name + " comes out the same again",
                () -> {
                    weaver.weave(jar, twin);
                    expect(-1L, Files.mismatch(woven, twin));
                });
        report.check(
                name + " is woven once",
                () -> {
                    expect(0, weaver.weave(woven, twin).woven());
                    expect(-1L, Files.mismatch(woven, twin));
                });
        Files.deleteIfExists(twin);
        return counts;
    }

    private static void expect(Object expected, Object found) {
        if (!expected.equals(found)) {
            throw new AssertionError("expected " + expected + ", found " + found);
        }
    }

    /// Loads and links all classes in a JVM of its own.
    ///
    /// @return for each class what became of it
    private static TreeMap<String, String> load(List<Path> jars, String what)
            throws IOException, InterruptedException {
        var path =
                Stream.of(
                                Weave.class,
                                Weaver.class,
                                GlobalOpenTelemetry.class,
                                Context.class,
                                ComponentLoader.class)
                        .map(Weave::place)
                        .distinct()
                        .collect(Collectors.joining(File.pathSeparator));
        var folder = jars.getFirst().getParent();
        var output = folder.resolve(what + ".txt");
        var process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Xverify:all",
                                "-Xmx2g",
                                "-cp",
                                path,
                                ClassLoading.class.getName(),
                                folder.toString(),
                                output.toString())
                        .inheritIO()
                        .start();
        try {
            expect(0, process.waitFor());
        } finally {
            process.destroyForcibly();
        }
        var results = new TreeMap<String, String>();
        for (var line : Files.readAllLines(output, UTF_8)) {
            int tab = line.indexOf('\t');
            results.put(line.substring(0, tab), line.substring(tab + 1));
        }
        return results;
    }

    private static String place(Class<?> type) {
        return Path.of(type.getProtectionDomain().getCodeSource().getLocation().getPath())
                .toString();
    }

    private static void compare(
            Report report, TreeMap<String, String> unwoven, TreeMap<String, String> woven) {
        long linked = unwoven.values().stream().filter(ClassLoading.LINKED::equals).count();
        report.line(
                linked
                        + " classes link of "
                        + unwoven.size()
                        + "; the others miss classes that no jar here has");
        unwoven.forEach((name, result) -> {
            var other = woven.get(name);
            if (other != null && kind(result).equals(kind(other))) {
                report.pass(name);
            } else {
                report.fail(name, "unwoven: " + result + ", woven: " + other);
            }
        });
    }

    /// Without what an error says: which of several missing classes it names differs by run.
    private static String kind(String result) {
        int colon = result.indexOf(':');
        return colon < 0 ? result : result.substring(0, colon);
    }
}
