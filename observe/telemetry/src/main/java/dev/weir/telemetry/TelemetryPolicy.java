package dev.weir.telemetry;

import dev.weir.resource.Condition;
import dev.weir.resource.Field;
import dev.weir.resource.Kind;
import dev.weir.resource.Metadata;
import dev.weir.resource.Resource;
import dev.weir.resource.ResourceType;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
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
            @Kind.Column(name = "Services", path = ".spec.services"),
            @Kind.Column(
                    name = "Applied",
                    path = ".status.conditions[?(@.type==\"Applied\")].status")
        })
public record TelemetryPolicy(Metadata metadata, Spec spec, @Nullable Status status)
        implements Resource {
    /// The API group of what observes.
    public static final String GROUP = "observe.weir.dev";

    /// The kind.
    public static final ResourceType<TelemetryPolicy> TYPE = ResourceType.of(TelemetryPolicy.class);

    /// The condition that all engines which the policy names record what it says.
    public static final String APPLIED = "Applied";

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

    /// What became of it.
    ///
    /// @param engines what each engine that it names does, by the name of the engine's node; of an
    ///   engine that ended, the last that it said
    /// @param conditions `Applied`
    public record Status(Map<String, Engine> engines, List<Condition> conditions) {
        /// Copies both.
        public Status {
            engines = Map.copyOf(engines);
            conditions = List.copyOf(conditions);
        }
    }

    /// What an engine does.
    ///
    /// @param service its `service.name`
    /// @param observedGeneration the generation of the policy that it knows
    /// @param samplingRatio the share of traces that it records now
    /// @param overruledBy the policy, as `namespace/name`, that counts instead; empty: this one
    public record Engine(
            String service,
            @Field(minimum = 0, defaultJson = "0") long observedGeneration,
            @Field(minimum = 0, maximum = 1) double samplingRatio,
            @Field(defaultJson = "\"\"") String overruledBy) {}

    /// The same, with what an engine does now.
    ///
    /// @param engine null: it is named no more
    TelemetryPolicy saying(String node, @Nullable Engine engine, Instant now) {
        var engines = new TreeMap<>(status == null ? Map.<String, Engine>of() : status.engines);
        if (engine == null) {
            engines.remove(node);
        } else {
            engines.put(node, engine);
        }
        var before = status == null ? List.<Condition>of() : status.conditions;
        return new TelemetryPolicy(
                metadata, spec, new Status(engines, applied(engines, now).in(before)));
    }

    private Condition applied(Map<String, Engine> engines, Instant now) {
        var overruled = new TreeSet<String>();
        engines.values().forEach(engine -> overruled.add(engine.overruledBy));
        overruled.remove("");
        long generation = metadata.generation();
        if (engines.isEmpty()) {
            return new Condition(
                    APPLIED,
                    Condition.Status.Unknown,
                    generation,
                    now,
                    "NoEngine",
                    "no engine has a service that it names");
        }
        return overruled.isEmpty()
                ? new Condition(
                        APPLIED,
                        Condition.Status.True,
                        generation,
                        now,
                        "Followed",
                        "engines that follow it: " + engines.size())
                : new Condition(
                        APPLIED,
                        Condition.Status.False,
                        generation,
                        now,
                        "Overruled",
                        "for some engines these count instead: " + String.join(", ", overruled));
    }

    /// What an engine said last; null where it said nothing.
    @Nullable Engine engine(String node) {
        return status == null ? null : status.engines.get(node);
    }

    /// Whether it is for a service.
    boolean names(String service) {
        return spec.services.isEmpty() || spec.services.contains(service);
    }
}
