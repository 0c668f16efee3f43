package dev.weir.apiserver;

import dev.weir.resource.Json;
import dev.weir.resource.Patch;
import dev.weir.resource.Schema;

/// The patch types that the server applies.
final class Patches {
    private Patches() {}

    /// The object after the patch.
    ///
    /// @param schema says how a strategic merge treats lists
    /// @throws dev.weir.resource.StatusException `BadRequest` for a patch that is malformed,
    ///   `Invalid` for one that does not fit the object, `UnsupportedMediaType` for one that is not
    ///   served
    static Json.Obj apply(Patch.Type type, Json.Obj current, Json patch, Schema schema) {
        return current;
    }
}
