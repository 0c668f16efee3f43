package dev.weir.conformance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/// Traces as [SpanLines] writes them, as text: a line a span, children indented and in the order of
/// their names.
final class SpanTrees {
    private final Path file;
    private int read;

    private record Line(String trace, String id, String parent, String text) {
        static Line parse(String line) {
            var parts = line.split("\t");
            return new Line(
                    parts[0], parts[1], parts[2], parts[5] + " " + parts[3] + " " + parts[4]);
        }
    }

    SpanTrees(Path file) {
        this.file = file;
    }

    /// Leaves out what was written until now.
    void skip() throws IOException {
        read = lines().size();
    }

    private List<String> lines() throws IOException {
        return Files.exists(file) ? Files.readAllLines(file) : List.of();
    }

    /// The trees of what was written since, once that are so many spans.
    String next(int spans, Duration deadline) throws IOException, InterruptedException {
        long end = System.nanoTime() + deadline.toNanos();
        while (lines().size() < read + spans && System.nanoTime() < end) {
            Thread.sleep(10);
        }
        var all = lines();
        return String.join("", trees(all.subList(read, all.size())));
    }

    /// A tree for each span without a parent of all that was written, in the order of their texts.
    List<String> roots() throws IOException {
        return trees(lines()).stream().sorted().toList();
    }

    private static List<String> trees(List<String> lines) {
        var spans = lines.stream().map(Line::parse).toList();
        return spans.stream()
                .filter(span -> spans.stream().noneMatch(above -> above(above, span)))
                .map(span -> {
                    var out = new StringBuilder();
                    print(spans, span, "", out);
                    return out.toString();
                })
                .toList();
    }

    private static boolean above(Line above, Line below) {
        return above.id().equals(below.parent()) && above.trace().equals(below.trace());
    }

    private static void print(List<Line> all, Line span, String indent, StringBuilder out) {
        out.append(indent).append(span.text()).append('\n');
        all.stream()
                .filter(below -> above(span, below))
                .sorted((a, b) -> a.text().compareTo(b.text()))
                .forEach(below -> print(all, below, indent + "  ", out));
    }
}
