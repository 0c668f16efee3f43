package sample;

import io.opentelemetry.api.GlobalOpenTelemetry;
import io.opentelemetry.context.Scope;
import java.util.concurrent.Callable;
import java.util.logging.Level;
import java.util.logging.Logger;

/// Logs in a span.
public final class Logging implements Callable<String> {
    private static final Logger LOGGER = Logger.getLogger("sample.Logging");
    private static final System.Logger SYSTEM = System.getLogger("sample.System");

    @Override
    public String call() {
        LOGGER.setUseParentHandlers(true);
        var span = GlobalOpenTelemetry.getTracer("sample").spanBuilder("parent").startSpan();
        try (Scope _ = span.makeCurrent()) {
            LOGGER.log(Level.INFO, "{0} items", 7);
            LOGGER.log(Level.WARNING, "broken", new IllegalStateException("shelf"));
            LOGGER.fine("not loggable");
            SYSTEM.log(System.Logger.Level.ERROR, "through the system");
        } finally {
            span.end();
        }
        return span.getSpanContext().getSpanId();
    }
}
