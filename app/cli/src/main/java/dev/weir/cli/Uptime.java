package dev.weir.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// How long this process runs.
///
/// Linux tells it to 10 ms on one clock (proc(5), `/proc/pid/stat` field 22); elsewhere it is the
/// time since the program's first line. `ProcessHandle` tells the start in seconds of another
/// clock.
final class Uptime {
    private static final long FIRST_LINE = System.nanoTime();
    private static final int AFTER_NAME = 19;
    private static final int TICK_MILLIS = 10;

    private Uptime() {}

    /// Notes the first line.
    static void begin() {}

    static long millis() {
        try {
            var stat = Files.readString(Path.of("/proc/self/stat"));
            var fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
            var system = Files.readString(Path.of("/proc/uptime")).split(" ")[0];
            long started = Long.parseLong(fields[AFTER_NAME]) * TICK_MILLIS;
            return Math.max(0, Math.round(Double.parseDouble(system) * 1000) - started);
        } catch (IOException | RuntimeException _) {
            return (System.nanoTime() - FIRST_LINE) / 1_000_000;
        }
    }
}
