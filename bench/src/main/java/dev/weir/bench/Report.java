package dev.weir.bench;

import dev.weir.resource.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;

/// What a benchmark measured: rows for the table, ratios for the last lines.
final class Report {
    private record Row(String name, double value, String unit) {}

    private final String benchmark;
    private final List<Row> rows = new ArrayList<>();
    private final List<Row> ratios = new ArrayList<>();

    Report(String benchmark) {
        this.benchmark = benchmark;
    }

    /// Adds a figure, and shows it.
    void row(String name, double value, String unit) {
        rows.add(new Row(name, value, unit));
        System.out.printf(Locale.ROOT, "%-44s %,14.1f %s%n", name, value, unit);
    }

    /// Adds how much better ours is than the peer's; below 1 it is worse.
    void ratio(String name, String peer, double value) {
        ratios.add(new Row(name + " ratio-to-" + peer, value, ""));
    }

    /// Prints the last lines and writes the JSON file.
    void finish(Path folder) throws IOException {
        for (var ratio : ratios) {
            System.out.printf(Locale.ROOT, "%s %.2f%n", ratio.name, ratio.value);
        }
        Files.createDirectories(folder);
        Files.write(folder.resolve(benchmark + ".json"), json().bytes());
    }

    private Json json() throws IOException {
        var members = new LinkedHashMap<String, Json>();
        members.put("benchmark", Json.of(benchmark));
        members.put("date", Json.of(Instant.now().truncatedTo(ChronoUnit.SECONDS).toString()));
        members.put("jdk", Json.of(Runtime.version().toString()));
        members.put("cpu", Json.of(cpu()));
        members.put("cores", Json.of(Runtime.getRuntime().availableProcessors()));
        members.put(
                "os",
                Json.of(System.getProperty("os.name") + " " + System.getProperty("os.version")));
        members.put("figures", list(rows));
        members.put("ratios", list(ratios));
        return new Json.Obj(members);
    }

    private static Json list(List<Row> rows) {
        var items = new ArrayList<Json>();
        for (var row : rows) {
            var members = new LinkedHashMap<String, Json>();
            members.put("name", Json.of(row.name));
            members.put("value", new Json.Dec(Math.round(row.value * 100) / 100.0));
            members.put("unit", Json.of(row.unit));
            items.add(new Json.Obj(members));
        }
        return new Json.Arr(items);
    }

    private static String cpu() throws IOException {
        var info = Path.of("/proc/cpuinfo");
        if (!Files.exists(info)) {
            return System.getProperty("os.arch");
        }
        return Files.readAllLines(info).stream()
                .filter(line -> line.startsWith("model name"))
                .map(line -> line.substring(line.indexOf(':') + 1).trim())
                .findFirst()
                .orElse(System.getProperty("os.arch"));
    }
}
