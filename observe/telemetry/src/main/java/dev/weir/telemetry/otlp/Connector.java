package dev.weir.telemetry.otlp;

import dev.weir.telemetry.otlp.OtlpEndpoint.Protocol;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// Makes connections to one endpoint. Used by one thread.
final class Connector {
    private final OtlpEndpoint endpoint;
    private final Doorbell doorbell;
    private final Waiting waiting;
    private final @Nullable Tls tls;

    /// @param waiting what the thread does while it waits for the peer
    Connector(OtlpEndpoint endpoint, Doorbell doorbell, Waiting waiting) {
        this.endpoint = endpoint;
        this.doorbell = doorbell;
        this.waiting = waiting;
        tls = endpoint.secure() ? new Tls(endpoint.tls()) : null;
    }

    Wire connect(long deadline) throws IOException {
        var host = endpoint.host();
        int port = endpoint.port();
        var wire = SocketWire.connect(host, port, doorbell, waiting, deadline);
        if (tls == null) {
            return wire;
        }
        try {
            // What ALPN has to agree on.
            var protocol = endpoint.protocol() == Protocol.GRPC ? "h2" : "http/1.1";
            return TlsWire.connect(wire, tls.engine(host, port), protocol, deadline);
        } catch (IOException | RuntimeException e) {
            wire.close();
            throw e;
        }
    }
}
