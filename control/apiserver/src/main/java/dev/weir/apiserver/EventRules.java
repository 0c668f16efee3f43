package dev.weir.apiserver;

import dev.weir.resource.Json;
import dev.weir.resource.ResourceType;
import dev.weir.resource.Status.Cause;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The rules for events: lenient in the core group, strict in `events.k8s.io` (package
/// k8s.io/kubernetes/pkg/apis/core/validation). Messages name the members as the core group does,
/// like the original's.
final class EventRules {
    private static final Set<String> TEXTS =
            Set.of("reason", "note", "type", "action", "reportingController", "reportingInstance");

    private final List<Cause> causes = new ArrayList<>();
    private final Json.Obj event;
    private final boolean core;

    private EventRules(Json.Obj event, boolean core) {
        this.event = event;
        this.core = core;
    }

    static List<Cause> validate(ResourceType.Names names, Json.Obj event, Json.@Nullable Obj old) {
        var rules = new EventRules(event, names.group().isEmpty());
        rules.lenient();
        if (!rules.core) {
            if (old == null) {
                rules.strict();
            } else {
                rules.fixed(old);
            }
        }
        return rules.causes;
    }

    private void lenient() {
        var namespace = event.object("metadata").string("namespace");
        var about = event.object(core ? "involvedObject" : "regarding").string("namespace");
        var compatible = namespace.isEmpty() || namespace.equals("default");
        if (event.string("eventTime").isEmpty()) {
            if (about.isEmpty() ? !compatible : !about.equals(namespace)) {
                mismatch(about);
            }
            return;
        }
        if (about.isEmpty() && !namespace.equals("default") && !namespace.equals("kube-system")) {
            mismatch(about);
        }
        reporter(core ? "reportingComponent" : "reportingController");
        text("reportingInstance", event.string("reportingInstance"), 128);
        text("action", event.string("action"), 128);
        text("reason", event.string("reason"), 128);
        if (event.string(core ? "message" : "note").length() > 1024) {
            causes.add(Causes.invalid("message", "", "can have at most 1024 characters"));
        }
    }

    private void mismatch(String about) {
        causes.add(
                Causes.invalid(
                        "involvedObject.namespace", about, "does not match event.namespace"));
    }

    private void reporter(String member) {
        var reporter = event.string(member);
        if (reporter.isEmpty()) {
            causes.add(Causes.required(member, ""));
        }
        NameSyntax.qualified(reporter)
                .forEach(error -> causes.add(Causes.invalid(member, reporter, error)));
    }

    private void text(String member, String value, int most) {
        if (value.isEmpty()) {
            causes.add(Causes.required(member, ""));
        } else if (value.length() > most) {
            causes.add(Causes.invalid(member, "", "can have at most " + most + " characters"));
        }
    }

    private void strict() {
        series();
        if (event.string("eventTime").isEmpty()) {
            causes.add(Causes.required("eventTime", ""));
        }
        var type = event.string("type");
        if (!type.equals("Normal") && !type.equals("Warning")) {
            causes.add(Causes.invalid("type", "", "has invalid value: " + type));
        }
        unset("firstTimestamp", event.string("deprecatedFirstTimestamp").isEmpty());
        unset("lastTimestamp", event.string("deprecatedLastTimestamp").isEmpty());
        unset("count", event.integer("deprecatedCount", 0) == 0);
        unset("source", event.object("deprecatedSource").isEmpty());
    }

    private void series() {
        if (!(event.get("series") instanceof Json.Obj series)) {
            return;
        }
        if (series.integer("count", 0) < 2) {
            causes.add(Causes.invalid("series.count", "", "should be at least 2"));
        }
        if (series.string("lastObservedTime").isEmpty()) {
            causes.add(Causes.required("series.lastObservedTime", ""));
        }
    }

    private void unset(String member, boolean isUnset) {
        if (!isUnset) {
            causes.add(Causes.invalid(member, "", "needs to be unset"));
        }
    }

    private void fixed(Json.Obj old) {
        if (!Objects.equals(event.get("series"), old.get("series"))) {
            series();
        }
        same(old, "regarding", "involvedObject");
        same(old, "reason", "reason");
        same(old, "note", "message");
        same(old, "deprecatedSource", "source");
        same(old, "deprecatedFirstTimestamp", "firstTimestamp");
        same(old, "deprecatedLastTimestamp", "lastTimestamp");
        same(old, "deprecatedCount", "count");
        same(old, "type", "type");
        same(old, "eventTime", "eventTime");
        same(old, "action", "action");
        same(old, "related", "related");
        same(old, "reportingController", "reportingController");
        same(old, "reportingInstance", "reportingInstance");
    }

    private void same(Json.Obj old, String member, String field) {
        var value = event.get(member);
        if (!Objects.equals(value, old.get(member))) {
            causes.add(Causes.invalid(field, shown(member, value), "field is immutable"));
        }
    }

    /// The value as Go's internal form of events shows it.
    private static Json shown(String member, @Nullable Json value) {
        if (member.equals("regarding") || value instanceof Json.Obj && member.equals("related")) {
            return reference(value instanceof Json.Obj given ? given : Json.Obj.EMPTY);
        }
        if (value == null) {
            return TEXTS.contains(member) ? Json.of("") : Json.NULL;
        }
        return value;
    }

    private static Json.Obj reference(Json.Obj given) {
        var shown = new LinkedHashMap<String, Json>();
        shown.put("Kind", Json.of(given.string("kind")));
        shown.put("Namespace", Json.of(given.string("namespace")));
        shown.put("Name", Json.of(given.string("name")));
        shown.put("UID", Json.of(given.string("uid")));
        shown.put("APIVersion", Json.of(given.string("apiVersion")));
        shown.put("ResourceVersion", Json.of(given.string("resourceVersion")));
        shown.put("FieldPath", Json.of(given.string("fieldPath")));
        return new Json.Obj(shown);
    }
}
