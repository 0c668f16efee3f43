package dev.weir.cli;

import dev.weir.telemetry.Telemetry;
import dev.weir.telemetry.TelemetryException;
import dev.weir.telemetry.TelemetryOptions;
import java.util.List;

/// The telemetry of commands that run until they are stopped. They are woven; without an engine,
/// what is woven into them does nothing.
final class ProgramTelemetry {
    private static final List<String> WANTED =
            List.of(
                    "OTEL_EXPORTER_OTLP_ENDPOINT",
                    "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
                    "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT",
                    "OTEL_EXPORTER_OTLP_LOGS_ENDPOINT",
                    "OTEL_TRACES_EXPORTER",
                    "OTEL_METRICS_EXPORTER",
                    "OTEL_LOGS_EXPORTER");

    private ProgramTelemetry() {}

    /// Starts the engine of the process where the environment says what to do with telemetry; it
    /// sends the last of it when the process ends.
    ///
    /// @param service the program's name, where `OTEL_SERVICE_NAME` does not say another
    static void start(Shell shell, String service) {
        if (WANTED.stream().allMatch(name -> shell.variable(name).isEmpty())) {
            return;
        }
        try {
            var options = TelemetryOptions.fromEnvironment(service);
            Endings.closeAtExit(Telemetry.start(options).register());
        } catch (TelemetryException e) {
            throw new Problem("telemetry does not start: " + e.getMessage(), e);
        }
    }
}
