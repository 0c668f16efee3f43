package dev.weir.conformance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/// Builds `conformance/kafka`, and runs its payments: sagas whose remote step goes through a real
/// broker to a bank that loses answers and gets requests twice.
final class SagaKafka implements Suite {
    private static final Duration DEADLINE = Duration.ofMinutes(5);
    private static final int PAYMENTS = 200;

    private final WovenProgram program;

    SagaKafka(Path root) {
        program = new WovenProgram(root, "conformance/kafka");
    }

    @Override
    public String name() {
        return "saga-kafka";
    }

    @Override
    public String summary() {
        return "remote steps through a real broker of Kafka: answers lost, requests twice, a node closed; each effect once";
    }

    @Override
    public void run(Report report) throws Exception {
        report.line("building conformance/kafka");
        program.build("kafka");
        Map<String, Integer> counts;
        try (var place = new Scratch()) {
            counts = run(place.path());
        }
        report.line(counts.toString());
        int refused = PAYMENTS / 5;
        equal(report, counts, "no saga is left over", "running", 0);
        equal(report, counts, "those that are not refused are done", "done", PAYMENTS - refused);
        equal(report, counts, "those that are refused are compensated", "compensated", refused);
        equal(
                report,
                counts,
                "the bank has the money of those",
                "cents",
                10 * (PAYMENTS - refused));
        equal(report, counts, "each effect is there", "effects", PAYMENTS + refused);
        equal(report, counts, "and once", "different-effects", PAYMENTS + refused);
        equal(
                report,
                counts,
                "each payment is told through the outbox",
                "told",
                PAYMENTS - refused);
        int requests = counts.getOrDefault("requests", 0);
        equal(report, counts, "requests carry their baggage", "with-baggage", requests);
        report.check(
                "requests came more than once",
                () -> {
                    if (requests <= PAYMENTS + refused) {
                        throw new AssertionError("found only " + requests);
                    }
                });
    }

    private static void equal(
            Report report, Map<String, Integer> counts, String what, String name, int expected)
            throws InterruptedException {
        report.check(
                what,
                () -> {
                    var found = counts.get(name);
                    if (found == null || found != expected) {
                        throw new AssertionError(
                                name + ": expected " + expected + ", found " + found);
                    }
                });
    }

    private Map<String, Integer> run(Path place) throws IOException, InterruptedException {
        Files.createDirectory(place.resolve("broker"));
        var ended = program.run(place, DEADLINE, "dev.weir.kafka.Sagas", place);
        if (ended.code() != 0) {
            throw new IOException(ended.output());
        }
        var counts = new HashMap<String, Integer>();
        for (var line : ended.output().lines().toList()) {
            var words = line.split(" ");
            if (words.length == 2 && words[1].matches("-?\\d{1,9}")) {
                counts.put(words[0], Integer.parseInt(words[1]));
            }
        }
        return counts;
    }
}
