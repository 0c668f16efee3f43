package dev.weir.telemetry.metrics;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import dev.weir.telemetry.otlp.Payload;
import dev.weir.telemetry.otlp.Sink;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.metrics.v1.Exemplar;
import io.opentelemetry.proto.metrics.v1.ExponentialHistogramDataPoint;
import io.opentelemetry.proto.metrics.v1.HistogramDataPoint;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.metrics.v1.NumberDataPoint;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;

/// A sink that keeps requests for metrics, and how tests read them: as points, each with its scope
/// and metric, in an order that does not depend on who wrote them.
final class Requests implements Sink {
    private final List<byte[]> requests = Collections.synchronizedList(new ArrayList<>());

    @Override
    public void accept(Payload payload) {
        var bytes = new ByteArrayOutputStream();
        for (var part : payload.parts()) {
            var content = new byte[part.remaining()];
            part.duplicate().get(content);
            bytes.writeBytes(content);
        }
        requests.add(bytes.toByteArray());
        payload.release();
    }

    @Override
    public boolean flush(Duration timeout) {
        return true;
    }

    @Override
    public void close() {}

    int size() {
        return requests.size();
    }

    /// The points that came since the last call.
    List<String> points() {
        var taken = List.copyOf(requests);
        requests.clear();
        var points = new ArrayList<String>();
        for (var request : taken) {
            points.addAll(points(request));
        }
        Collections.sort(points);
        return points;
    }

    /// The points of one request.
    static List<String> points(byte[] request) {
        var points = new ArrayList<String>();
        for (var resource : parse(request).getResourceMetricsList()) {
            for (var scope : resource.getScopeMetricsList()) {
                var where = resource.getResource() + "|" + scope.getScope() + scope.getSchemaUrl();
                for (var metric : scope.getMetricsList()) {
                    points(where, metric, points);
                }
            }
        }
        Collections.sort(points);
        return points;
    }

    static ExportMetricsServiceRequest parse(byte[] request) {
        try {
            return ExportMetricsServiceRequest.parseFrom(request);
        } catch (InvalidProtocolBufferException e) {
            throw new AssertionError(e);
        }
    }

    private static void points(String where, Metric metric, List<String> into) {
        var bare = metric.toBuilder();
        List<Message> points = new ArrayList<>();
        switch (metric.getDataCase()) {
            case GAUGE -> {
                metric.getGauge().getDataPointsList().forEach(point -> points.add(sorted(point)));
                bare.getGaugeBuilder().clearDataPoints();
            }
            case SUM -> {
                metric.getSum().getDataPointsList().forEach(point -> points.add(sorted(point)));
                bare.getSumBuilder().clearDataPoints();
            }
            case HISTOGRAM -> {
                metric.getHistogram()
                        .getDataPointsList()
                        .forEach(point -> points.add(sorted(point)));
                bare.getHistogramBuilder().clearDataPoints();
            }
            case EXPONENTIAL_HISTOGRAM -> {
                metric.getExponentialHistogram()
                        .getDataPointsList()
                        .forEach(point -> points.add(sorted(point)));
                bare.getExponentialHistogramBuilder().clearDataPoints();
            }
            case SUMMARY, DATA_NOT_SET -> throw new AssertionError(metric);
        }
        points.forEach(point -> into.add(where + "|" + bare.build() + "|" + point));
    }

    private static Message sorted(NumberDataPoint point) {
        var sorted = point.toBuilder().clearAttributes().clearExemplars();
        sorted.addAllAttributes(keys(point.getAttributesList()));
        return sorted.addAllExemplars(exemplars(point.getExemplarsList())).build();
    }

    private static Message sorted(HistogramDataPoint point) {
        var sorted = point.toBuilder().clearAttributes().clearExemplars();
        sorted.addAllAttributes(keys(point.getAttributesList()));
        return sorted.addAllExemplars(exemplars(point.getExemplarsList())).build();
    }

    private static Message sorted(ExponentialHistogramDataPoint point) {
        var sorted = point.toBuilder().clearAttributes().clearExemplars();
        sorted.addAllAttributes(keys(point.getAttributesList()));
        return sorted.addAllExemplars(exemplars(point.getExemplarsList())).build();
    }

    /// The official SDK reads the time of exemplars off its own clock.
    private static List<Exemplar> exemplars(List<Exemplar> exemplars) {
        return exemplars.stream()
                .map(one ->
                        one.toBuilder()
                                .clearTimeUnixNano()
                                .clearFilteredAttributes()
                                .addAllFilteredAttributes(keys(one.getFilteredAttributesList()))
                                .build())
                .toList();
    }

    private static List<KeyValue> keys(List<KeyValue> attributes) {
        return attributes.stream().sorted(Comparator.comparing(KeyValue::getKey)).toList();
    }
}
