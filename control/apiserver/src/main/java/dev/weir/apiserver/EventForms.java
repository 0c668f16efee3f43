package dev.weir.apiserver;

import dev.weir.resource.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/// The two forms of one event: that of the core group, in which it is stored, and that of
/// `events.k8s.io`. What one client tells in either, another reads in the other.
final class EventForms {
    private static final Map<String, String> LATER =
            Map.of(
                    "involvedObject", "regarding",
                    "message", "note",
                    "source", "deprecatedSource",
                    "firstTimestamp", "deprecatedFirstTimestamp",
                    "lastTimestamp", "deprecatedLastTimestamp",
                    "count", "deprecatedCount",
                    "reportingComponent", "reportingController");
    private static final Map<String, String> CORE =
            LATER.entrySet().stream()
                    .collect(Collectors.toUnmodifiableMap(Map.Entry::getValue, Map.Entry::getKey));

    private EventForms() {}

    static Json.Obj later(Json.Obj core) {
        return renamed(core, LATER, "events.k8s.io/v1");
    }

    static Json.Obj core(Json.Obj later) {
        return renamed(later, CORE, "v1");
    }

    /// The members under their other names, then as Go writes them: the forms differ in what they
    /// leave out.
    private static Json.Obj renamed(Json.Obj event, Map<String, String> names, String version) {
        var members = new LinkedHashMap<String, Json>();
        event.members()
                .forEach((name, value) -> members.put(names.getOrDefault(name, name), value));
        return new Canonical("Event", "v1", new ArrayList<>())
                .object(TypeTable.BUILT_IN.kind(version, "Event"), new Json.Obj(members));
    }
}
