package dev.weir.telemetry;

import dev.weir.resource.Field;
import dev.weir.resource.Kind;
import dev.weir.resource.Metadata;
import dev.weir.resource.Resource;
import dev.weir.resource.ResourceType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// How the services that it names record traces while they run.
///
/// Where several policies name a service, the last one by namespace and name counts. Where the last
/// one is gone, a service records again what it was started with.
///
/// Needs `weir-resource`, which the rest of this module does not.
@SuppressWarnings("exports") // whoever uses it has that module
@Kind(
        group = TelemetryPolicy.GROUP,
        plural = "telemetrypolicies",
        shortNames = "tp",
        categories = {"all"},
        columns = {
            @Kind.Column(name = "Ratio", path = ".spec.samplingRatio", type = "number"),
            @Kind.Column(name = "Services", path = ".spec.services")
        })
public record TelemetryPolicy(Metadata metadata, Spec spec) implements Resource {
    /// The API group of what observes.
    public static final String GROUP = "observe.weir.dev";

    /// The kind.
    public static final ResourceType<TelemetryPolicy> TYPE = ResourceType.of(TelemetryPolicy.class);

    /// The wish.
    ///
    /// @param services values of `service.name`; without any, all services
    /// @param samplingRatio the share of traces that is recorded, 0 to 1; null: as it was started
    public record Spec(
            @Field(set = true, description = "Values of service.name; without any, all services.")
                    List<String> services,
            @Field(minimum = 0, maximum = 1, description = "The share of traces that is recorded.")
                    @Nullable Double samplingRatio) {
        /// Copies the services.
        public Spec {
            services = List.copyOf(services);
        }
    }

    /// Whether it is for a service.
    boolean names(String service) {
        return spec.services.isEmpty() || spec.services.contains(service);
    }
}
