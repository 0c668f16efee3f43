package dev.weir.conformance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/// The two checked-in files about suites: one entry a line, `#` begins a comment line.
final class Lines {
    private Lines() {}

    /// The passed counts that suites must reach, from lines `suite count`.
    static Map<String, Integer> floors(Path file) throws IOException {
        var floors = new LinkedHashMap<String, Integer>();
        for (var line : Files.readAllLines(file)) {
            if (content(line)) {
                var parts = line.trim().split("\\s+", -1);
                if (parts.length != 2 || !parts[1].matches("\\d{1,9}")) {
                    throw bad(file, line, "suite, space, count");
                }
                floors.put(parts[0], Integer.parseInt(parts[1]));
            }
        }
        return floors;
    }

    /// The checks of a suite that are not expected to pass, with the reason why, from lines `suite
    /// | check | reason`.
    static Map<String, String> exclusions(Path file, String suite) throws IOException {
        var reasons = new LinkedHashMap<String, String>();
        for (var line : Files.readAllLines(file)) {
            if (content(line)) {
                var parts = line.split(" \\| ", 3);
                if (parts.length != 3 || parts[2].isBlank()) {
                    throw bad(file, line, "suite | check | reason");
                }
                if (parts[0].trim().equals(suite)) {
                    reasons.put(parts[1].trim(), parts[2].trim());
                }
            }
        }
        return reasons;
    }

    private static boolean content(String line) {
        return !line.isBlank() && !line.startsWith("#");
    }

    private static IOException bad(Path file, String line, String expected) {
        return new IOException(file + ": '" + line + "': expected " + expected);
    }
}
