package dev.weir.conformance;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// Builds `conformance/kafka` woven, and runs it: records go through a real broker, and who handles
/// one is in the trace of who sent it.
final class WeaveKafka implements Suite {
    private static final Duration DEADLINE = Duration.ofMinutes(3);
    private static final String SENT =
            """
            send orders PRODUCER ERROR
            send orders PRODUCER UNSET
              process orders CONSUMER UNSET
                handle one INTERNAL UNSET
            send orders PRODUCER UNSET
              process orders CONSUMER UNSET
                handle two INTERNAL UNSET
            sent two INTERNAL UNSET
            """;

    private final WovenProgram program;

    WeaveKafka(Path root) {
        program = new WovenProgram(root, "conformance/kafka");
    }

    @Override
    public String name() {
        return "weave-kafka";
    }

    @Override
    public String summary() {
        return "a woven producer and consumer of Kafka at a real broker: one trace a record";
    }

    @Override
    public void run(Report report) throws Exception {
        report.line("building conformance/kafka");
        program.build("kafka");
        try (var place = new Scratch()) {
            var broker = Files.createDirectory(place.path().resolve("broker"));
            var output =
                    program.run(place.path(), DEADLINE, "dev.weir.kafka.Orders", broker).output();
            report.check(
                    "a record arrives with the context of who sent it",
                    () -> expect(output, "handled one traceparent two traceparent"));
            report.check(
                    "a record that is too large is refused to the program",
                    () -> expect(output, "refused RecordTooLargeException"));
            var roots = new SpanTrees(place.path().resolve("spans")).roots();
            report.check(
                    "who handles a record is in the trace of who sent it",
                    () -> expect(without(roots, "poll"), SENT));
            report.check(
                    "a poll that brings records is told",
                    () -> expect(String.join("", roots), "poll orders CLIENT UNSET"));
        }
    }

    private static String without(List<String> trees, String name) {
        var others = new ArrayList<>(trees);
        others.removeIf(tree -> tree.startsWith(name));
        return String.join("", others);
    }

    private static void expect(String found, String expected) {
        if (!found.contains(expected)) {
            throw new AssertionError("expected " + expected + ", found " + found);
        }
    }
}
