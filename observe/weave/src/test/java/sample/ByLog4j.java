package sample;

import io.opentelemetry.api.GlobalOpenTelemetry;
import java.io.StringWriter;
import java.util.concurrent.Callable;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.ThreadContext;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.appender.WriterAppender;
import org.apache.logging.log4j.core.layout.PatternLayout;

/// Logs through Log4j in a span; answers what a layout saw in the thread context.
public final class ByLog4j implements Callable<String> {
    @Override
    public String call() {
        var written = new StringWriter();
        try (var context = new LoggerContext("sample")) {
            context.start();
            var layout = PatternLayout.newBuilder().withPattern("%X{trace_id} %m").build();
            var appender = WriterAppender.createAppender(layout, null, written, "w", false, true);
            appender.start();
            var root = context.getConfiguration().getRootLogger();
            root.getAppenders().keySet().forEach(root::removeAppender);
            root.addAppender(appender, Level.INFO, null);
            root.setLevel(Level.INFO);
            context.updateLoggers();
            var logger = context.getLogger("sample.ByLog4j");
            var span = GlobalOpenTelemetry.getTracer("sample").spanBuilder("parent").startSpan();
            try (var _ = span.makeCurrent()) {
                logger.info("{} items", 7);
                logger.atError().withThrowable(new IllegalStateException("shelf")).log("broken");
                logger.debug("not loggable");
            } finally {
                span.end();
            }
            return written.toString().startsWith(span.getSpanContext().getTraceId() + " 7 items")
                    + " "
                    + ThreadContext.get("trace_id");
        }
    }
}
