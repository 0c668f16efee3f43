package dev.weir.payments;

import dev.weir.resource.Json;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeSet;

/// One payment as its spans tell it: taken by a terminal, booked with the control plane.
///
/// @param text of it, for people
record PaymentTrace(String text) {
    private static final int LATEST = 500;

    /// A trace that begins with a payment at a terminal, reaches the control plane, and has no span
    /// whose parent is missing.
    static Optional<PaymentTrace> find(Fleet fleet) {
        var latest = fleet.view("telemetry/traces?service=weir-server&limit=" + LATEST);
        return latest.array("traces").items().stream()
                .map(Json::asObject)
                .filter(trace -> trace.string("name").equals("POST /payments"))
                .map(trace -> fleet.view("telemetry/traces/" + trace.string("traceId")))
                .filter(PaymentTrace::connected)
                .map(PaymentTrace::of)
                .findFirst();
    }

    private static boolean connected(Json.Obj trace) {
        var spans = spans(trace);
        var ids = new HashSet<String>();
        var services = new HashSet<String>();
        spans.forEach(span -> ids.add(span.string("spanId")));
        spans.forEach(span -> services.add(span.string("service")));
        return services.size() == 2
                && spans.stream().filter(span -> !ids.contains(span.string("parentSpanId"))).count()
                        == 1;
    }

    private static PaymentTrace of(Json.Obj trace) {
        var spans = spans(trace);
        var services = new TreeSet<String>();
        spans.forEach(span -> services.add(span.string("service")));
        double millis = trace.object("trace").integer("durationNanos", 0) / 1e6;
        return new PaymentTrace(
                String.format(
                        Locale.ROOT,
                        "%d spans of %s in %.1f ms, trace %s",
                        spans.size(),
                        String.join(" and ", services),
                        millis,
                        trace.object("trace").string("traceId")));
    }

    private static List<Json.Obj> spans(Json.Obj trace) {
        return trace.array("spans").items().stream().map(Json::asObject).toList();
    }
}
