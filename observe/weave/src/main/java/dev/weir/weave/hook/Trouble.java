package dev.weir.weave.hook;

import java.lang.System.Logger.Level;
import java.util.concurrent.atomic.AtomicBoolean;

/// What goes wrong inside hooks: it never reaches the application, and is told once.
final class Trouble {
    private static final AtomicBoolean TOLD = new AtomicBoolean();

    private Trouble() {}

    static void swallow(Throwable problem) {
        if (!TOLD.getAndSet(true)) {
            System.getLogger("dev.weir.weave")
                    .log(
                            Level.WARNING,
                            "a telemetry hook failed; later ones fail silently",
                            problem);
        }
    }
}
