package dev.weir.telemetry.metrics;

/// The log for what a user should know. It is looked up when it is needed: the JDK's logging takes
/// longer to load than all else here.
final class Warnings {
    private Warnings() {}

    static System.Logger log() {
        return System.getLogger("dev.weir.telemetry");
    }
}
