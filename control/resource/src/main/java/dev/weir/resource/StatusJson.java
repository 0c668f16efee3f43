package dev.weir.resource;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/// The JSON form of [Status], members in the order in which Kubernetes writes them.
final class StatusJson {
    /// Reasons with which Kubernetes sends details even when there are none.
    private static final Set<Status.Reason> ALWAYS_DETAILED =
            EnumSet.of(
                    Status.Reason.NotFound, Status.Reason.MethodNotAllowed, Status.Reason.Invalid);

    private StatusJson() {}

    static Json.Obj write(Status status) {
        var members = new LinkedHashMap<String, Json>();
        members.put("kind", Json.of("Status"));
        members.put("apiVersion", Json.of("v1"));
        members.put("metadata", Json.Obj.EMPTY);
        members.put("status", Json.of("Failure"));
        members.put("message", Json.of(status.message()));
        if (status.reason() != Status.Reason.Unknown) {
            members.put("reason", Json.of(status.reason().name()));
        }
        var details = details(status);
        if (!details.isEmpty() || ALWAYS_DETAILED.contains(status.reason())) {
            members.put("details", details);
        }
        members.put("code", Json.of(status.code()));
        return new Json.Obj(members);
    }

    private static Json.Obj details(Status status) {
        var details = new LinkedHashMap<String, Json>();
        put(details, "name", status.name());
        put(details, "group", status.group());
        put(details, "kind", status.resource());
        if (!status.causes().isEmpty()) {
            details.put(
                    "causes",
                    new Json.Arr(status.causes().stream().<Json>map(StatusJson::cause).toList()));
        }
        if (status.retryAfterSeconds() > 0) {
            details.put("retryAfterSeconds", Json.of(status.retryAfterSeconds()));
        }
        return new Json.Obj(details);
    }

    private static Json.Obj cause(Status.Cause cause) {
        var members = new LinkedHashMap<String, Json>();
        put(members, "reason", cause.reason());
        put(members, "message", cause.message());
        put(members, "field", cause.field());
        return new Json.Obj(members);
    }

    private static void put(LinkedHashMap<String, Json> members, String name, String value) {
        if (!value.isEmpty()) {
            members.put(name, Json.of(value));
        }
    }

    static Status read(Json.Obj json) {
        var details = json.object("details");
        List<Status.Cause> causes = new ArrayList<>();
        for (var item : details.array("causes").items()) {
            var cause = item.asObject();
            causes.add(
                    new Status.Cause(
                            cause.string("reason"),
                            cause.string("message"),
                            cause.string("field")));
        }
        var reason = reason(json.string("reason"));
        return new Status(
                (int) json.integer("code", reason.code()),
                reason,
                json.string("message"),
                details.string("group"),
                details.string("kind"),
                details.string("name"),
                causes,
                (int) details.integer("retryAfterSeconds", 0));
    }

    private static Status.Reason reason(String name) {
        return Stream.of(Status.Reason.values())
                .filter(reason -> reason.name().equals(name))
                .findFirst()
                .orElse(Status.Reason.Unknown);
    }
}
