package dev.weir.telemetry;

import dev.weir.resource.Json;
import dev.weir.resource.MetricsText;
import dev.weir.resource.Program;
import dev.weir.resource.Status;
import dev.weir.resource.StatusException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What a server runs to receive telemetry: an [OtlpReceiver], and a [TraceWindow] that it shows
/// below `/views/telemetry/`.
///
/// Settings: `otlp`, `on` for the ports of the OTLP specification, or `HOST:PORT,PORT`; without it
/// nothing is received. `otlp-traces`, how many are kept, 2000 by default.
final class ReceiverProgram implements Program.Running {
    private static final int USUAL_TRACES = 2000;
    private static final long BYTES = 32L << 20;
    private static final int MOST_LISTED = 1000;
    private static final int USUALLY_LISTED = 100;
    private static final String TRACES = "traces";

    private final TraceWindow window;
    private final OtlpReceiver receiver;

    private ReceiverProgram(TraceWindow window, OtlpReceiver receiver) {
        this.window = window;
        this.receiver = receiver;
    }

    /// Starts it, where the settings ask for it.
    ///
    /// @throws IllegalArgumentException when a setting cannot be understood
    /// @throws TelemetryException `IO` when a port cannot be listened on
    static Program.Running start(Program.Host host) {
        var where = host.options().getOrDefault("otlp", "off");
        if (where.equals("off")) {
            return () -> {};
        }
        var options = where.equals("on") ? OtlpReceiverOptions.DEFAULT : options(where);
        var traces =
                number("otlp-traces", host.options().get("otlp-traces"), USUAL_TRACES, 1 << 20);
        var window = TraceWindow.of(traces, BYTES);
        return new ReceiverProgram(window, OtlpReceiver.open(options, window));
    }

    private static OtlpReceiverOptions options(String where) {
        int comma = where.lastIndexOf(',');
        int colon = where.lastIndexOf(':', comma);
        if (colon < 1) {
            throw new IllegalArgumentException(
                    "otlp: expected on, off or HOST:PORT,PORT (gRPC, HTTP), found " + where);
        }
        var usual = OtlpReceiverOptions.DEFAULT;
        try {
            return new OtlpReceiverOptions(
                    InetAddress.getByName(where.substring(0, colon)),
                    Integer.parseInt(where.substring(colon + 1, comma)),
                    Integer.parseInt(where.substring(comma + 1)),
                    usual.connections(),
                    usual.messageBytes(),
                    usual.memoryBytes(),
                    usual.idle());
        } catch (NumberFormatException | UnknownHostException e) {
            throw new IllegalArgumentException(
                    "otlp: expected HOST:PORT,PORT (gRPC, HTTP), found " + where, e);
        }
    }

    private static int number(String name, @Nullable String text, int usual, int most) {
        if (text == null || text.isEmpty()) {
            return usual;
        }
        try {
            int value = Integer.parseInt(text);
            if (value > 0 && value <= most) {
                return value;
            }
        } catch (NumberFormatException _) {
            // Told below, as a number out of range is.
        }
        throw new IllegalArgumentException(
                name + ": expected a number from 1 to " + most + ", found " + text);
    }

    @Override
    public Optional<Json> view(String path, Map<String, String> query) {
        if (path.equals(TRACES)) {
            return Optional.of(list(query));
        }
        return path.startsWith(TRACES + "/")
                ? window.trace(path.substring(TRACES.length() + 1)).map(TraceJson::of)
                : Optional.empty();
    }

    private Json list(Map<String, String> query) {
        try {
            int limit = number("limit", query.get("limit"), USUALLY_LISTED, MOST_LISTED);
            var service = query.getOrDefault("service", "");
            var filter =
                    new TraceFilter(
                            service.isEmpty() ? null : service,
                            Boolean.parseBoolean(query.get("errors")),
                            Long.parseLong(query.getOrDefault("least", "0")));
            return TraceJson.of(window.services(), window.latest(limit, filter), window.size());
        } catch (NumberFormatException e) {
            throw refused("least: expected nanoseconds, found " + query.get("least"));
        } catch (IllegalArgumentException e) {
            throw refused(String.valueOf(e.getMessage()));
        }
    }

    private static StatusException refused(String why) {
        return StatusException.of(Status.Reason.BadRequest, why);
    }

    @Override
    public String metrics() {
        var figures = receiver.figures();
        var text = new MetricsText();
        text.counter(
                "weir_otlp_received_total",
                "Telemetry received.",
                figures.spans(),
                "item",
                "spans");
        text.counter(
                "weir_otlp_received_total",
                "Telemetry received.",
                figures.points(),
                "item",
                "points");
        text.counter(
                "weir_otlp_received_total", "Telemetry received.", figures.logs(), "item", "logs");
        text.gauge("weir_otlp_kept_traces", "Traces in the window.", window.size());
        text.gauge("weir_otlp_kept_bytes", "What they take, about.", window.bytes());
        return text.toString();
    }

    @Override
    public void close() {
        receiver.close();
    }
}
