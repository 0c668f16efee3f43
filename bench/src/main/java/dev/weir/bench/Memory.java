package dev.weir.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// What a process holds in memory.
final class Memory {
    private Memory() {}

    /// Its resident set. Linux only; elsewhere not a number.
    static double residentMegabytes(long pid) {
        var status = Path.of("/proc", Long.toString(pid), "status");
        if (!Files.exists(status)) {
            return Double.NaN;
        }
        try {
            var line =
                    Files.readAllLines(status).stream()
                            .filter(l -> l.startsWith("VmRSS:"))
                            .findFirst()
                            .orElseThrow();
            return Double.parseDouble(line.replaceAll("\\D", "")) / 1024;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
