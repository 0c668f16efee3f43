package dev.weir.weave.hook;

import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.Logger;

/// `java.util.logging`, and `System.Logger` on top of it: what is logged goes to OpenTelemetry too,
/// with the span in which it was logged. Called by woven code.
public final class JulHooks {
    private JulHooks() {}

    /// A logger that somebody got.
    public static Logger result(Logger logger) {
        attach();
        return logger;
    }

    /// A logger that somebody got.
    public static System.Logger result(System.Logger logger) {
        if (Switch.ON && logger.getClass().getName().startsWith("sun.util.logging.")) {
            attach();
        }
        return logger;
    }

    private static void attach() {
        if (!Switch.ON) {
            return;
        }
        try {
            var root = LogManager.getLogManager().getLogger("");
            if (root == null) {
                return;
            }
            for (var handler : root.getHandlers()) {
                if (handler instanceof JulHandler) {
                    return;
                }
            }
            var handler = new JulHandler();
            handler.setLevel(Level.ALL);
            root.addHandler(handler);
        } catch (Throwable problem) {
            Trouble.swallow(problem);
        }
    }
}
