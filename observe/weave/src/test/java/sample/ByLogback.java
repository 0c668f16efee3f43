package sample;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.opentelemetry.api.GlobalOpenTelemetry;
import java.util.concurrent.Callable;
import org.slf4j.MDC;

/// Logs through Logback in a span; answers what an appender saw in the MDC.
public final class ByLogback implements Callable<String> {
    @Override
    public String call() {
        var context = new LoggerContext();
        context.setMDCAdapter(MDC.getMDCAdapter());
        Logger logger = context.getLogger("sample.ByLogback");
        var appender = new Seen();
        appender.setContext(context);
        appender.start();
        logger.addAppender(appender);
        var span = GlobalOpenTelemetry.getTracer("sample").spanBuilder("parent").startSpan();
        try (var _ = span.makeCurrent()) {
            logger.info("{} items", 7);
            logger.atError().setCause(new IllegalStateException("shelf")).log("broken");
        } finally {
            span.end();
        }
        return span.getSpanContext().getTraceId().equals(appender.trace)
                + " "
                + MDC.get("trace_id");
    }

    private static final class Seen extends AppenderBase<ILoggingEvent> {
        private String trace = "";

        @Override
        protected void append(ILoggingEvent event) {
            trace = event.getMDCPropertyMap().get("trace_id");
        }
    }
}
