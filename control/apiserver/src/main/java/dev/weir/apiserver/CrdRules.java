package dev.weir.apiserver;

import dev.weir.resource.Json;
import dev.weir.resource.ResourceType;
import dev.weir.resource.Schema;
import dev.weir.resource.Status;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a CustomResourceDefinition may say, and what it says.
final class CrdRules {
    private CrdRules() {}

    /// What is wrong with the definition, in Kubernetes' own words.
    ///
    /// @param old the stored definition on an update, null on a create
    static List<Status.Cause> validate(Json.Obj crd, Json.@Nullable Obj old) {
        return List.of();
    }

    /// The definition with its defaults: singular, list kind, conversion.
    static Json.Obj withDefaults(Json.Obj crd) {
        return crd;
    }

    /// The names of the kind that it defines, in one of its versions.
    static ResourceType.Names names(Json.Obj crd, String version) {
        return ResourceType.Names.of("", version, "", "", true);
    }

    /// The schema of one of its versions.
    static Schema schema(Json.Obj crd, String version) {
        return Schema.ANY;
    }
}
