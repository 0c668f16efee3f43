package dev.weir.resource;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// A lock with a time limit: Kubernetes' `coordination.k8s.io/v1` Lease, by which controllers elect
/// a leader and nodes show that they live.
@Kind(group = "coordination.k8s.io")
public record Lease(Metadata metadata, @Field(defaultJson = "{}") Spec spec) implements Resource {
    /// The kind.
    public static final ResourceType<Lease> TYPE = ResourceType.of(Lease.class);

    /// Who holds the lease, and until when.
    ///
    /// @param holderIdentity who holds it; null or empty where nobody does
    /// @param leaseDurationSeconds how long after `renewTime` others have to wait
    /// @param acquireTime when the holder took it
    /// @param renewTime when the holder last showed that it lives
    /// @param leaseTransitions how often the holder changed
    public record Spec(
            @Nullable String holderIdentity,
            @Nullable Integer leaseDurationSeconds,
            @Nullable @Field(format = "micro-time") Instant acquireTime,
            @Nullable @Field(format = "micro-time") Instant renewTime,
            @Nullable Integer leaseTransitions) {}
}
