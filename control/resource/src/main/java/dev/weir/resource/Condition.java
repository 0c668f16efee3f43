package dev.weir.resource;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// One aspect of an object's state, as its controller last saw it: Kubernetes' `metav1.Condition`.
///
/// @param type the aspect, in CamelCase: `Ready`, `Converged`
/// @param observedGeneration the `metadata.generation` that this condition speaks of
/// @param lastTransitionTime when `status` last changed, to the second
/// @param reason one CamelCase word for programs, never empty
/// @param message a sentence for people; may be empty
public record Condition(
        @Field(maxLength = 316) String type,
        Status status,
        @Field(minimum = 0, defaultJson = "0") long observedGeneration,
        Instant lastTransitionTime,
        @Field(minLength = 1, maxLength = 1024) String reason,
        @Field(maxLength = 32768) String message) {

    /// Cuts the time to the second.
    public Condition {
        lastTransitionTime = lastTransitionTime.truncatedTo(ChronoUnit.SECONDS);
    }

    /// Whether the aspect holds.
    public enum Status {
        /// It holds.
        True,
        /// It does not.
        False,
        /// The controller cannot tell.
        Unknown
    }

    /// The condition of that type.
    public static Optional<Condition> find(List<Condition> conditions, String type) {
        return conditions.stream().filter(c -> c.type().equals(type)).findFirst();
    }

    /// Whether the condition of that type is there and true.
    public static boolean isTrue(List<Condition> conditions, String type) {
        return find(conditions, type).filter(c -> c.status() == Status.True).isPresent();
    }

    /// The list with this condition put in the place of the one of its type, or last. The
    /// transition time of the old one is kept while the status stays the same.
    public List<Condition> in(List<Condition> conditions) {
        var result = new ArrayList<>(conditions);
        for (int i = 0; i < result.size(); i++) {
            var old = result.get(i);
            if (old.type().equals(type)) {
                var since = old.status() == status ? old.lastTransitionTime() : lastTransitionTime;
                result.set(
                        i, new Condition(type, status, observedGeneration, since, reason, message));
                return List.copyOf(result);
            }
        }
        result.add(this);
        return List.copyOf(result);
    }
}
