package dev.weir.apiserver;

import dev.weir.resource.Json;
import dev.weir.resource.ResourceType;
import java.time.Instant;
import java.util.List;

/// The `Table` form (meta.k8s.io/v1) in which kubectl asks for objects.
final class Tables {
    private Tables() {}

    /// What each row carries beside its cells; the names are those of `includeObject`.
    enum Include {
        /// Nothing.
        None,
        /// The object's metadata, as a PartialObjectMetadata.
        Metadata,
        /// The object.
        Object
    }

    /// The table of some objects.
    ///
    /// @param listMetadata the `metadata` of the list: `resourceVersion`, `continue`,
    ///   `remainingItemCount`; that of the object itself for a single one
    /// @param columns whether the column definitions are there: a watch sends them once
    /// @param now what ages are counted to
    static Json.Obj of(
            ResourceType.Names names,
            List<Json.Obj> objects,
            Json.Obj listMetadata,
            Include include,
            boolean columns,
            Instant now) {
        return Json.Obj.EMPTY;
    }
}
