package dev.weir.resource;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/// Something worth telling people that happened to an object: Kubernetes' core Event.
///
/// @param involvedObject what it happened to
/// @param reason one CamelCase word for programs
/// @param message a sentence for people
/// @param type `Normal` or `Warning`
/// @param count how often it happened
/// @param firstTimestamp when it first happened, to the second
/// @param lastTimestamp when it last happened, to the second
/// @param eventTime when it happened, for events that are not counted
/// @param action what was being done
/// @param reportingComponent who tells, such as `payments.weir.dev/policies`
/// @param reportingInstance which process of it
@Kind(group = "", shortNames = "ev")
public record Event(
        Metadata metadata,
        Target involvedObject,
        @Field(defaultJson = "\"\"") String reason,
        @Field(defaultJson = "\"\"") String message,
        @Field(defaultJson = "\"Normal\"") String type,
        @Field(defaultJson = "1") int count,
        @Nullable Instant firstTimestamp,
        @Nullable Instant lastTimestamp,
        @Nullable @Field(format = "micro-time") Instant eventTime,
        @Nullable String action,
        @Field(defaultJson = "\"\"") String reportingComponent,
        @Field(defaultJson = "\"\"") String reportingInstance)
        implements Resource {
    /// The kind.
    public static final ResourceType<Event> TYPE = ResourceType.of(Event.class);

    /// Cuts the counted times to the second.
    public Event {
        firstTimestamp = seconds(firstTimestamp);
        lastTimestamp = seconds(lastTimestamp);
    }

    private static @Nullable Instant seconds(@Nullable Instant time) {
        return time == null ? null : time.truncatedTo(ChronoUnit.SECONDS);
    }

    /// A pointer to an object.
    public record Target(
            @Nullable String apiVersion,
            @Nullable String kind,
            @Nullable String namespace,
            @Nullable String name,
            @Nullable String uid,
            @Nullable String resourceVersion,
            @Nullable String fieldPath) {

        /// A pointer to a resource as it is now.
        public static <R extends Resource> Target of(ResourceType<R> type, R resource) {
            var metadata = resource.metadata();
            return new Target(
                    type.apiVersion(),
                    type.kind(),
                    metadata.namespace().isEmpty() ? null : metadata.namespace(),
                    metadata.name(),
                    metadata.uid(),
                    metadata.resourceVersion(),
                    null);
        }
    }
}
