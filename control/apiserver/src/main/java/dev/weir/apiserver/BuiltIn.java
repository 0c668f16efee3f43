package dev.weir.apiserver;

import dev.weir.resource.ResourceType;
import dev.weir.resource.Schema;
import java.util.List;

/// A kind that every server serves without a CustomResourceDefinition.
///
/// @param schema the schema of the whole object, `metadata` included
/// @param verbs the verbs that discovery lists; `create` alone for a review that is answered and
///   not stored
record BuiltIn(ResourceType.Names names, Schema schema, List<String> verbs) {
    BuiltIn {
        verbs = List.copyOf(verbs);
    }

    /// Whether objects of the kind are kept.
    boolean stored() {
        return verbs.contains("get");
    }
}
