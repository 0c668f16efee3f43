package dev.weir.apiserver;

import dev.weir.resource.Json;
import dev.weir.resource.Patch;
import dev.weir.resource.Schema;
import dev.weir.resource.Status;
import dev.weir.resource.StatusException;
import java.util.LinkedHashMap;

/// The patch types that the server applies.
final class Patches {
    private static final String MAP = "map[string]interface {}";

    private Patches() {}

    /// The object after the patch.
    ///
    /// @param schema says how a strategic merge treats lists
    /// @throws StatusException `BadRequest` for a patch that is malformed, `Invalid` for one that
    ///   does not fit the object, `UnsupportedMediaType` for one that is not served
    static Json.Obj apply(Patch.Type type, Json.Obj current, Json patch, Schema schema) {
        return switch (type) {
            case Json -> JsonPatch.apply(current, patch);
            case Merge -> merge(current, object(patch, "error decoding patch: "));
            case StrategicMerge ->
                    patch == Json.NULL
                            ? current
                            : StrategicMerge.apply(current, object(patch, ""), schema);
            case Apply ->
                    throw StatusException.of(
                            Status.Reason.UnsupportedMediaType,
                            "the body of the request was in an unknown format - accepted media"
                                    + " types include: application/json-patch+json,"
                                    + " application/merge-patch+json");
        };
    }

    private static Json.Obj object(Json patch, String prefix) {
        if (patch instanceof Json.Obj object) {
            return object;
        }
        throw bad(patch == Json.NULL ? "Invalid JSON Patch" : prefix + unmarshalError(patch, MAP));
    }

    /// Go's words for a value of the wrong type.
    static String unmarshalError(Json value, String goType) {
        return "json: cannot unmarshal " + goKind(value) + " into Go value of type " + goType;
    }

    /// What Go calls such a value when it cannot be read.
    static String goKind(Json value) {
        return switch (value) {
            case Json.Int _, Json.Dec _ -> "number";
            case Json.Bool _ -> "bool";
            default -> value.kind();
        };
    }

    static StatusException bad(String message) {
        return StatusException.of(Status.Reason.BadRequest, message);
    }

    /// RFC 7386.
    private static Json.Obj merge(Json.Obj target, Json.Obj patch) {
        var out = new LinkedHashMap<>(target.members());
        patch.members()
                .forEach((name, value) -> {
                    if (value == Json.NULL) {
                        out.remove(name);
                    } else if (value instanceof Json.Obj change) {
                        out.put(name, merge(target.object(name), change));
                    } else {
                        out.put(name, value);
                    }
                });
        return new Json.Obj(out);
    }
}
