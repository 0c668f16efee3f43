package dev.weir.weave.spi;

/// What makes telemetry of what woven code tells: an implementation of the OpenTelemetry API.
///
/// A provider is found by `ServiceLoader` when a woven program enters `main`, or else when the
/// first hook has something to tell, and started once. It is not asked where `GlobalOpenTelemetry`
/// is set already.
public interface Engine {
    /// Sets `GlobalOpenTelemetry`, and arranges for a flush at the end of the process. What it
    /// throws is logged and goes no further; the program runs on without telemetry.
    void start();
}
