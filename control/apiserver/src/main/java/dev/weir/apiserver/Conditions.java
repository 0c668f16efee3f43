package dev.weir.apiserver;

import dev.weir.resource.Json;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;

/// Conditions that the server itself keeps in the `status` of an object.
final class Conditions {
    private Conditions() {}

    /// A condition, as old as the object's own where that says the same.
    static Json of(
            Json.Obj object,
            String type,
            boolean holds,
            String reason,
            String message,
            Instant now) {
        var status = holds ? "True" : "False";
        var since = Json.of(now.truncatedTo(ChronoUnit.SECONDS).toString());
        for (var item : object.object("status").array("conditions").items()) {
            var old = item.asObject();
            if (old.string("type").equals(type) && old.string("status").equals(status)) {
                since = Json.of(old.string("lastTransitionTime"));
            }
        }
        var result = new LinkedHashMap<String, Json>();
        result.put("lastTransitionTime", since);
        result.put("message", Json.of(message));
        result.put("reason", Json.of(reason));
        result.put("status", Json.of(status));
        result.put("type", Json.of(type));
        return new Json.Obj(result);
    }
}
