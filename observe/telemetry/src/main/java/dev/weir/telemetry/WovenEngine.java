package dev.weir.telemetry;

import dev.weir.weave.spi.Engine;

/// Starts telemetry for woven programs: as the environment says, and with a last flush when the
/// process ends.
@SuppressWarnings("exports") // whoever uses it has that module
public final class WovenEngine implements Engine {
    /// For the `ServiceLoader`.
    public WovenEngine() {}

    @Override
    public void start() {
        var telemetry = Telemetry.startFromEnvironment();
        // Of the usual kind, as all here is that runs before the program does: each lambda there
        // takes about a millisecond once.
        var end =
                new Thread("weir-telemetry-end") {
                    @Override
                    public void run() {
                        telemetry.close();
                    }
                };
        Runtime.getRuntime().addShutdownHook(end);
    }
}
