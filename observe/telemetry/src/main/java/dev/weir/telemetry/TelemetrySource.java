package dev.weir.telemetry;

import io.opentelemetry.api.common.Attributes;
import java.util.Objects;

/// Where received telemetry comes from.
///
/// @param service the resource's `service.name`; `unknown_service` where it has none
/// @param resource all attributes of the resource
/// @param scope the name of the instrumentation scope; empty where it is unknown
/// @param scopeVersion its version; empty where it is unknown
public record TelemetrySource(
        String service, Attributes resource, String scope, String scopeVersion) {
    /// Refuses null.
    public TelemetrySource {
        Objects.requireNonNull(service, "service");
        Objects.requireNonNull(resource, "resource");
        Objects.requireNonNull(scope, "scope");
        Objects.requireNonNull(scopeVersion, "scopeVersion");
    }
}
