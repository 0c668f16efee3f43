package dev.weir.weave.hook;

import dev.weir.weave.spi.Engine;
import io.opentelemetry.api.GlobalOpenTelemetry;
import java.util.ServiceLoader;
import java.util.concurrent.atomic.AtomicBoolean;

/// Starts telemetry. Called by woven code, where a program begins.
public final class StartHooks {
    private static final AtomicBoolean STARTED = new AtomicBoolean();
    private static final AtomicBoolean ANYWHERE = new AtomicBoolean();

    private StartHooks() {}

    /// Starts the engine, if there is one, and if nobody has.
    public static void enter() {
        if (!Switch.ON || STARTED.get() || STARTED.getAndSet(true)) {
            return;
        }
        try {
            if (!GlobalOpenTelemetry.isSet()) {
                start();
            }
        } catch (Throwable problem) {
            Trouble.swallow(problem);
        }
    }

    /// Lets the first hook that has something to tell start the engine: for the agent, which cannot
    /// know whether it sees the `main` of the program.
    public static void allowAnywhere() {
        ANYWHERE.set(true);
    }

    /// Starts the engine from any hook, where that is allowed.
    static void enterAnywhere() {
        if (ANYWHERE.get()) {
            enter();
        }
    }

    private static void start() {
        var engines = ServiceLoader.load(Engine.class, StartHooks.class.getClassLoader());
        var first = engines.iterator();
        if (first.hasNext()) {
            first.next().start();
        }
    }
}
