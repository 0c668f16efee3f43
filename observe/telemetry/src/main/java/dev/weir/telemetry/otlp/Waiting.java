package dev.weir.telemetry.otlp;

import java.io.IOException;

/// What an exporter's thread does while it waits for a peer.
@FunctionalInterface
interface Waiting {
    /// Called whenever a wait may be over.
    ///
    /// @throws IOException to end the wait and what it was for
    void pulse() throws IOException;
}
