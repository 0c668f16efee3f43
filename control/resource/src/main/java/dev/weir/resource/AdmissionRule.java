package dev.weir.resource;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A rule that every write of a kind passes in the server before it is stored. Implement one of the
/// two methods, or both: all [#mutate] run first, then all [#validate]. Rules are called by many
/// threads at once.
///
/// @param <R> the record of the kind
public interface AdmissionRule<R extends Resource> {
    /// The kind that the rule is for.
    ResourceType<R> type();

    /// The object to store in the place of `object`.
    ///
    /// @param old the stored object on an update, null on a create
    default R mutate(R object, @Nullable R old) {
        return object;
    }

    /// Why the object may not be stored; empty where it may. `old` is null on a create.
    default Optional<Denial> validate(R object, @Nullable R old) {
        return Optional.empty();
    }

    /// A refusal: becomes a `Status` with reason `Invalid` and one cause.
    ///
    /// @param field the path of the member, such as `spec.limit`
    record Denial(String field, String message) {}
}
