package dev.weir.telemetry;

import dev.weir.resource.Extension;
import dev.weir.resource.Program;
import dev.weir.resource.ResourceType;
import java.util.List;

/// Brings [TelemetryPolicy] to a server, and a receiver of OTLP where the setting `otlp` asks for
/// it; to a node, what makes the process's engine follow the policies: the one that
/// [Telemetry#register] made the process's own.
@SuppressWarnings("exports") // whoever uses it has that module
public final class TelemetryExtension implements Extension {
    /// For the `ServiceLoader`.
    public TelemetryExtension() {}

    @Override
    public String name() {
        return "telemetry";
    }

    @Override
    public List<ResourceType<?>> kinds() {
        return List.of(TelemetryPolicy.TYPE);
    }

    @Override
    public List<Program> controllers() {
        return List.of(ReceiverProgram::start);
    }

    @Override
    public List<Program> workloads() {
        return List.of(
                host -> PolicyFollower.start(host.client(), host.name(), Telemetry::registered));
    }
}
