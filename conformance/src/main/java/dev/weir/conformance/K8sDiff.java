package dev.weir.conformance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/// The same requests, to Weir and to a real kube-apiserver: both answer the same.
final class K8sDiff implements Suite {
    private static final String WIDGETS = "/apis/diff.example.com/v1/widgets";

    private final Path folder;

    /// @param folder with the scenarios and the known differences
    K8sDiff(Path folder) {
        this.folder = folder;
    }

    @Override
    public String name() {
        return "k8s-diff";
    }

    @Override
    public String summary() {
        return "the same requests to Weir and to kube-apiserver, answered the same";
    }

    @Override
    public void run(Report report) throws Exception {
        var scenarios = DiffScenario.read(folder.resolve("scenarios.txt"));
        scenarios.addAll(Mutations.of(DiffScenario.read(folder.resolve("objects.txt"))));
        var known = known(folder.resolve("differences.txt"));
        try (var peer = KubernetesPeer.start();
                var real = peer.client();
                var credentials = new Scratch();
                var weir = WeirServer.start(credentials.path())) {
            define(weir.client());
            define(real);
            int number = 0;
            for (var scenario : scenarios) {
                var namespace = "diff-" + number++;
                report.progress(number, scenarios.size());
                compare(
                        report,
                        known,
                        scenario,
                        new DiffSide(weir.client(), namespace),
                        new DiffSide(real, namespace));
            }
        }
        report.line(
                "  "
                        + known.values().stream().mapToInt(List::size).sum()
                        + " differ, each for a reason that differences.txt gives");
        known.forEach((pattern, seen) -> {
            if (seen.isEmpty()) {
                report.fail(pattern.pattern(), "nothing differs; remove its line");
            }
        });
    }

    private void define(ServerClient server) throws IOException, InterruptedException {
        var side = new DiffSide(server, "");
        for (var scenario : DiffScenario.read(folder.resolve("definitions.txt"))) {
            for (var request : scenario.requests()) {
                var answer = side.send(request);
                if (answer.code() != 201) {
                    throw new IllegalStateException(answer.toString());
                }
            }
        }
        // A new kind is served some time after its definition is there.
        for (int i = 0; i < 100; i++) {
            if (server.send(server.request(WIDGETS)).statusCode() == 200) {
                return;
            }
            Thread.sleep(100);
        }
        throw new IllegalStateException("no widgets within 10 s");
    }

    private static void compare(
            Report report,
            Map<Pattern, List<String>> known,
            DiffScenario scenario,
            DiffSide weir,
            DiffSide real)
            throws InterruptedException, IOException {
        var home =
                DiffRequest.parse(
                        "home = POST /api/v1/namespaces\n{\"metadata\":{\"name\":\"$ns\"}}");
        weir.send(home);
        real.send(home);
        int number = 0;
        for (var request : scenario.requests()) {
            var check =
                    scenario.name()
                            + " "
                            + ++number
                            + " "
                            + (request.label().isEmpty() ? request.method() : request.label());
            var ours = weir.send(request);
            var differences = ours.differences(real.send(request));
            if (differences.isEmpty()) {
                report.pass(check);
                continue;
            }
            var lines =
                    known.keySet().stream().filter(line -> line.matcher(check).matches()).toList();
            if (lines.isEmpty()) {
                report.fail(check, String.join("; ", differences));
            } else {
                lines.forEach(line -> known.getOrDefault(line, List.of()).add(check));
            }
        }
    }

    /// The checks that differ for a reason, from lines `pattern | reason`.
    private static Map<Pattern, List<String>> known(Path file) throws IOException {
        var known = new LinkedHashMap<Pattern, List<String>>();
        for (var line : Files.readAllLines(file)) {
            if (!line.isBlank() && !line.startsWith("#")) {
                var parts = line.split(" \\| ", 2);
                if (parts.length != 2 || parts[1].isBlank()) {
                    throw new IOException(file + ": '" + line + "': expected pattern | reason");
                }
                known.put(Pattern.compile(parts[0].trim()), new ArrayList<>());
            }
        }
        return known;
    }
}
