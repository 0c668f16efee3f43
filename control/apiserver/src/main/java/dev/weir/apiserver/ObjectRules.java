package dev.weir.apiserver;

import dev.weir.resource.Json;
import dev.weir.resource.ResourceType;
import dev.weir.resource.Status;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The rules that no schema can say: names, labels, owners, and those of the built-in kinds.
final class ObjectRules {
    private ObjectRules() {}

    /// What is wrong with the object, in Kubernetes' own words.
    ///
    /// @param old the stored object on an update, null on a create
    static List<Status.Cause> validate(
            ResourceType.Names names, Json.Obj object, Json.@Nullable Obj old) {
        return List.of();
    }

    /// The object as it is stored: a Secret's `stringData` moved into `data`, a Namespace's
    /// `status.phase` set, and so on for each built-in kind. Call it before validation.
    static Json.Obj normalise(ResourceType.Names names, Json.Obj object) {
        return object;
    }
}
