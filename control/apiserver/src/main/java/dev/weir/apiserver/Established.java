package dev.weir.apiserver;

import dev.weir.resource.Json;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;

/// The `status` of a CustomResourceDefinition: whether its names are free, and whether it is
/// served. It is written together with the definition.
final class Established {
    private Established() {}

    /// Whether the definition is served.
    static boolean holds(Json.Obj crd) {
        return crd.object("status").array("conditions").items().stream()
                .map(Json::asObject)
                .anyMatch(c ->
                        c.string("type").equals("Established")
                                && c.string("status").equals("True"));
    }

    /// The definition with its status brought up to date.
    ///
    /// @param others the definitions and kinds whose names are taken already
    static Json.Obj apply(Json.Obj crd, List<Served> others, Instant now) {
        var taken = conflict(crd, others);
        var status = new LinkedHashMap<String, Json>();
        var conditions = new ArrayList<Json>();
        var free = taken.isEmpty();
        conditions.add(
                Conditions.of(
                        crd,
                        "NamesAccepted",
                        free,
                        taken.getOrDefault("reason", "NoConflicts"),
                        taken.getOrDefault("message", "no conflicts found"),
                        now));
        conditions.add(
                Conditions.of(
                        crd,
                        "Established",
                        free,
                        free ? "InitialNamesAccepted" : "NotAccepted",
                        free
                                ? "the initial names have been accepted"
                                : "not all names are accepted",
                        now));
        if (crd.object("metadata").has("deletionTimestamp")) {
            conditions.add(
                    Conditions.of(
                            crd,
                            "Terminating",
                            true,
                            "InstanceDeletionInProgress",
                            "CustomResource deletion is in progress",
                            now));
        }
        status.put("conditions", new Json.Arr(conditions));
        status.put("acceptedNames", free ? crd.object("spec").object("names") : emptyNames());
        status.put("storedVersions", Json.strings(storedVersions(crd)));
        return crd.with("status", new Json.Obj(status));
    }

    private static Json.Obj emptyNames() {
        return Json.Obj.of("kind", Json.of("")).with("plural", Json.of(""));
    }

    private static Map<String, String> conflict(Json.Obj crd, List<Served> others) {
        var spec = crd.object("spec");
        var names = spec.object("names");
        for (var other : others) {
            if (!other.names().group().equals(spec.string("group"))
                    || other.names().plural().equals(names.string("plural"))) {
                continue;
            }
            var clash = clash(names, other);
            if (!clash.isEmpty()) {
                return clash;
            }
        }
        return Map.of();
    }

    private static Map<String, String> clash(Json.Obj names, Served other) {
        var taken = other.names();
        for (var name : names.array("shortNames").strings()) {
            if (taken.shortNames().contains(name) || taken.singular().equals(name)) {
                return inUse("ShortNamesConflict", name);
            }
        }
        var singular = names.string("singular");
        if (taken.singular().equals(singular) || taken.shortNames().contains(singular)) {
            return inUse("SingularConflict", singular);
        }
        if (taken.kind().equals(names.string("kind"))) {
            return inUse("KindConflict", names.string("kind"));
        }
        return other.listKind().equals(names.string("listKind"))
                ? inUse("ListKindConflict", names.string("listKind"))
                : Map.of();
    }

    private static Map<String, String> inUse(String reason, String name) {
        return Map.of("reason", reason, "message", "\"" + name + "\" is already in use");
    }

    private static LinkedHashSet<String> storedVersions(Json.Obj crd) {
        var result = new LinkedHashSet<>(crd.object("status").array("storedVersions").strings());
        for (var item : crd.object("spec").array("versions").items()) {
            var version = item.asObject();
            if (version.get("storage") instanceof Json.Bool on && on.value()) {
                result.add(version.string("name"));
            }
        }
        return result;
    }
}
