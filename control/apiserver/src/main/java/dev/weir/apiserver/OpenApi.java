package dev.weir.apiserver;

import dev.weir.resource.Json;
import dev.weir.resource.ResourceType;
import dev.weir.resource.Schema;
import java.util.List;
import java.util.SequencedMap;

/// The OpenAPI v3 documents that kubectl reads to validate, explain and apply.
final class OpenApi {
    private OpenApi() {}

    /// A kind with its schema.
    record Type(ResourceType.Names names, Schema schema) {}

    /// The document of one group version.
    ///
    /// @param types all kinds of that group version
    static Json.Obj document(String group, String version, List<Type> types) {
        return Json.Obj.EMPTY;
    }

    /// The answer to `/openapi/v3`.
    ///
    /// @param documents from path (`api/v1`, `apis/apps/v1`) to document
    static Json.Obj index(SequencedMap<String, Json.Obj> documents) {
        return Json.Obj.EMPTY;
    }
}
