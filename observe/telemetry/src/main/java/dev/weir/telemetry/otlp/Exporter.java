package dev.weir.telemetry.otlp;

import dev.weir.telemetry.TelemetryException;
import dev.weir.telemetry.otlp.Counters.Event;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// Sends payloads to OTLP receivers, from one thread for each receiver.
///
/// A payload that is handed over waits in memory, within a bound for all together. Payloads of a
/// signal that wait together go as one request. A receiver that is away, or asks for patience, is
/// tried again; what waits meanwhile goes to disk where there is a spool, and is delivered in order
/// when the receiver is back. Whatever is given up is counted by its reason.
///
/// The threads are daemons of the platform and not virtual: an exporter has to work when the
/// application keeps all carriers of virtual threads busy, which is when its telemetry is wanted
/// most.
public final class Exporter implements Sink {
    static final String USER_AGENT = "weir-telemetry/0.1";

    private final LongSupplier nanos = new Nanos();
    private final Counters counters = new Counters();
    private final Memory memory;
    private final @Nullable Spool spool;
    private final Map<Signal, Lane> lanes = new EnumMap<>(Signal.class);
    private final List<Lane> all = new ArrayList<>();
    private final Duration closeTimeout;

    private Exporter(OtlpOptions options) throws IOException {
        memory = new Memory(options.memoryBytes());
        closeTimeout = options.closeTimeout();
        spool = spool(options);
        var receivers = new ArrayList<Map<Signal, OtlpEndpoint>>();
        for (var signal : Signal.values()) {
            var endpoint = options.endpoints().get(signal);
            if (endpoint != null) {
                receiver(receivers, endpoint).put(signal, endpoint);
            }
        }
        for (var endpoints : receivers) {
            var lane = new Lane(endpoints, options, memory, spool, counters, nanos);
            all.add(lane);
            for (var signal : endpoints.keySet()) {
                lanes.put(signal, lane);
            }
        }
    }

    /// The endpoints that share the connection, its thread and its failures with this one.
    private static Map<Signal, OtlpEndpoint> receiver(
            List<Map<Signal, OtlpEndpoint>> receivers, OtlpEndpoint endpoint) {
        for (var endpoints : receivers) {
            if (endpoints.values().iterator().next().sharesReceiver(endpoint)) {
                return endpoints;
            }
        }
        var endpoints = new EnumMap<Signal, OtlpEndpoint>(Signal.class);
        receivers.add(endpoints);
        return endpoints;
    }

    /// Starts an exporter. No receiver has to be there yet.
    ///
    /// @throws TelemetryException `CONFIGURATION` where a file for TLS cannot be used; `IO` where
    ///   the process has no more descriptors
    public static Exporter start(OtlpOptions options) {
        try {
            var exporter = new Exporter(options);
            for (var lane : exporter.all) {
                lane.start();
            }
            return exporter;
        } catch (IOException e) {
            throw new TelemetryException(
                    TelemetryException.Code.IO, "an exporter cannot be started: " + e, e);
        }
    }

    /// A spool that cannot be opened is done without: a full or read-only disk stops no
    /// application.
    private @Nullable Spool spool(OtlpOptions options) {
        var wanted = options.spool();
        if (wanted == null) {
            return null;
        }
        try {
            var notices = new Notices(wanted.directory().toString(), nanos);
            return Spool.open(wanted.directory(), wanted.bytes(), counters, notices, nanos);
        } catch (IOException e) {
            Notices.log().log(
                    Level.WARNING,
                    "telemetry waits in memory alone, as the spool cannot be opened: {0}",
                    e.toString());
            return null;
        }
    }

    @Override
    public void accept(Payload payload) {
        counters.add(payload.signal(), Event.ACCEPTED, payload.items());
        var lane = lanes.get(payload.signal());
        var refused = lane == null ? DropReason.NO_ENDPOINT : lane.accept(payload);
        if (refused != null) {
            counters.drop(payload.signal(), refused, payload.items());
            payload.release();
        }
    }

    @Override
    public boolean flush(Duration timeout) {
        long deadline = System.nanoTime() + timeout.toNanos();
        boolean flushed = true;
        for (var lane : all) {
            flushed &= lane.flush(Duration.ofNanos(Math.max(0, deadline - System.nanoTime())));
        }
        return flushed;
    }

    @Override
    public ExportStats stats() {
        return new ExportStats(
                counters.snapshot(), memory.used(), spool == null ? 0 : spool.bytes());
    }

    @Override
    public void close() {
        long deadline = System.nanoTime() + closeTimeout.toNanos();
        for (var lane : all) {
            lane.close(deadline);
        }
        for (var lane : all) {
            lane.join(deadline);
        }
        if (spool != null) {
            spool.close();
        }
    }

    static Transport transport(Map<Signal, OtlpEndpoint> endpoints, Connector connector) {
        var protocol = endpoints.values().iterator().next().protocol();
        return switch (protocol) {
            case GRPC -> new GrpcTransport(endpoints, connector);
            case HTTP_PROTOBUF, HTTP_JSON ->
                    new HttpTransport(
                            endpoints,
                            connector,
                            protocol == OtlpEndpoint.Protocol.HTTP_JSON,
                            InstantSource.system());
        };
    }

    /// A class of the usual kind: a lambda takes a millisecond of every start.
    private static final class Nanos implements LongSupplier {
        @Override
        public long getAsLong() {
            return System.nanoTime();
        }
    }
}
