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
        var end = Thread.ofPlatform().name("weir-telemetry-end").unstarted(telemetry::close);
        Runtime.getRuntime().addShutdownHook(end);
    }
}
