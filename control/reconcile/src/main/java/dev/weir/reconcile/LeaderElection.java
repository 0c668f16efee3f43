package dev.weir.reconcile;

import java.time.Duration;
import java.util.UUID;

/// How the managers of one program agree on which of them works: by holding a Lease.
///
/// ```java
/// Manager.of(client).leaderElection(LeaderElection.on("default", "policies").identity("a"));
/// ```
///
/// The holder renews every `retryPeriod`. Without a renewal for `renewDeadline` it stops working;
/// without a change seen for `leaseDuration` a candidate takes over. Both are measured on the
/// process's own monotonic clock: the times written into the Lease are for people. As no clock is
/// proof against a process that pauses, every write also carries a fencing epoch
/// ([dev.weir.resource.WriteOptions.Fence]), which Weir's store checks.
///
/// @param namespace where the Lease is; made where it is missing, its namespace must exist
/// @param name the name of the Lease
/// @param identity names this manager; no other candidate may have the same
/// @param leaseDuration whole seconds; 15 s by default
/// @param renewDeadline below `leaseDuration`; 10 s by default
/// @param retryPeriod below `renewDeadline`; 2 s by default
public record LeaderElection(
        String namespace,
        String name,
        String identity,
        Duration leaseDuration,
        Duration renewDeadline,
        Duration retryPeriod) {

    /// Refuses times under which two managers could work at once, and an empty identity.
    public LeaderElection {
        if (identity.isEmpty()) {
            throw new IllegalArgumentException("an identity that is not empty");
        }
        if (!leaseDuration.isPositive() || leaseDuration.getNano() != 0) {
            throw new IllegalArgumentException(
                    "a lease duration in whole seconds, found " + leaseDuration);
        }
        if (!retryPeriod.isPositive()
                || retryPeriod.compareTo(renewDeadline) >= 0
                || renewDeadline.compareTo(leaseDuration) >= 0) {
            throw new IllegalArgumentException(
                    "0 < retry period < renew deadline < lease duration, found "
                            + retryPeriod
                            + ", "
                            + renewDeadline
                            + ", "
                            + leaseDuration);
        }
    }

    /// An election on that Lease, under an identity of process number and random UUID.
    public static LeaderElection on(String namespace, String name) {
        return new LeaderElection(
                namespace,
                name,
                ProcessHandle.current().pid() + "_" + UUID.randomUUID(),
                Duration.ofSeconds(15),
                Duration.ofSeconds(10),
                Duration.ofSeconds(2));
    }

    /// This election under another identity.
    public LeaderElection identity(String text) {
        return new LeaderElection(namespace, name, text, leaseDuration, renewDeadline, retryPeriod);
    }

    /// This election at another pace.
    public LeaderElection times(Duration lease, Duration renew, Duration retry) {
        return new LeaderElection(namespace, name, identity, lease, renew, retry);
    }
}
