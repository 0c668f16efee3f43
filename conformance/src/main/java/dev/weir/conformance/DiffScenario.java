package dev.weir.conformance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Requests that build on each other, in a namespace of their own.
///
/// @param name unique
/// @param requests in the order in which they are sent
record DiffScenario(String name, List<DiffRequest> requests) {
    DiffScenario {
        requests = List.copyOf(requests);
    }

    /// Reads a file: `== name` begins a scenario, blank lines end requests, `#` begins a comment.
    static List<DiffScenario> read(Path file) throws IOException {
        var scenarios = new ArrayList<DiffScenario>();
        var text = Files.readString(file).replaceAll("(?m)^#.*\n", "");
        for (var part : text.split("(?m)^== ", -1)) {
            int end = part.indexOf('\n');
            if (end > 0) {
                scenarios.add(
                        new DiffScenario(part.substring(0, end), requests(part.substring(end))));
            }
        }
        return scenarios;
    }

    private static List<DiffRequest> requests(String text) {
        var requests = new ArrayList<DiffRequest>();
        for (var block : text.split("\n\\s*\n", -1)) {
            if (!block.isBlank()) {
                requests.add(DiffRequest.parse(block.strip()));
            }
        }
        return requests;
    }
}
