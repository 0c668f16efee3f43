package dev.weir.cli;

import java.util.logging.Level;
import java.util.logging.Logger;

/// What libraries log goes to standard error, a line each.
final class Logs {
    private static final String FORMAT = "java.util.logging.SimpleFormatter.format";

    private Logs() {}

    /// Sets the format, which holds for loggers that nobody has used yet.
    static void toOneLine() {
        System.setProperty("slf4j.internal.verbosity", "ERROR");
        if (System.getProperty(FORMAT) == null) {
            System.setProperty(FORMAT, "%1$tFT%1$tT.%1$tL %4$s %3$s: %5$s%6$s%n");
        }
    }

    /// Silences all but warnings, for commands that end soon.
    static void warnings() {
        Logger.getLogger("").setLevel(Level.WARNING);
    }
}
