package dev.weir.apiserver;

import dev.weir.resource.Json;
import dev.weir.resource.Schema;
import dev.weir.resource.Status;
import java.util.List;

/// What a structural schema does to a value: checks, defaults, pruning.
final class SchemaRules {
    private SchemaRules() {}

    /// What is wrong with the value, in Kubernetes' own words; empty where nothing is.
    ///
    /// @param path the path of the value; empty for a whole object
    static List<Status.Cause> validate(Schema schema, Json value, String path) {
        return List.of();
    }

    /// The object with its defaults filled in; a null where the schema allows none gives way to the
    /// default.
    static Json.Obj withDefaults(Schema schema, Json.Obj object) {
        return object;
    }

    /// The object without the members that the schema does not know. `apiVersion`, `kind` and
    /// `metadata` stay.
    ///
    /// @param unknownPaths gets the path of each member that goes, such as `spec.foo`
    static Json.Obj prune(Schema schema, Json.Obj object, List<String> unknownPaths) {
        return object;
    }
}
