package dev.weir.telemetry;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/// A consumer that keeps what it gets, and refuses what it is told to.
final class Kept implements TelemetryConsumer {
    final List<ReceivedSpan> spans = new CopyOnWriteArrayList<>();
    final List<ReceivedMetric> metrics = new CopyOnWriteArrayList<>();
    final List<ReceivedLog> logs = new CopyOnWriteArrayList<>();
    volatile Refused answer = Refused.NONE;
    volatile boolean failing;

    @Override
    public Refused spans(List<ReceivedSpan> more) {
        if (failing) {
            throw new IllegalStateException("told to fail");
        }
        spans.addAll(more);
        return answer;
    }

    @Override
    public Refused metrics(List<ReceivedMetric> more) {
        metrics.addAll(more);
        return answer;
    }

    @Override
    public Refused logs(List<ReceivedLog> more) {
        logs.addAll(more);
        return answer;
    }
}
