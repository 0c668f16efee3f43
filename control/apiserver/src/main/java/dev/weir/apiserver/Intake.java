package dev.weir.apiserver;

import dev.weir.resource.Json;
import dev.weir.resource.Status;
import dev.weir.resource.StatusException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What happens to a body before it becomes an object: unknown members go, defaults come, types and
/// rules are checked.
final class Intake {
    private Intake() {}

    /// The object in a body, in the canonical form of its kind.
    static Json.Obj read(Served kind, Json.Obj body, Edit edit) {
        var problems = new ArrayList<>(edit.problems());
        var named = named(kind, body);
        var unknown = new ArrayList<String>();
        var canonical = BuiltIns.canonical(kind.names(), named, unknown);
        if (kind.custom()) {
            canonical = SchemaRules.prune(kind.schema(), canonical, unknown);
        }
        unknown.forEach(path -> problems.add("unknown field \"" + path + "\""));
        report(kind, edit, problems);
        return kind.custom() ? SchemaRules.withDefaults(kind.schema(), canonical) : canonical;
    }

    private static void report(Served kind, Edit edit, List<String> problems) {
        if (problems.isEmpty()) {
            return;
        }
        switch (edit.fields()) {
            case Ignore -> {}
            case Warn -> edit.warnings().addAll(problems);
            case Strict ->
                    throw Refusals.badRequest(
                            kind.names().kind()
                                    + " in version \""
                                    + kind.names().version()
                                    + "\" cannot be handled as a "
                                    + kind.names().kind()
                                    + ": strict decoding error: "
                                    + String.join(", ", problems));
        }
    }

    private static Json.Obj named(Served kind, Json.Obj body) {
        var version = body.string("apiVersion");
        var name = body.string("kind");
        if (!version.isEmpty() && !version.equals(kind.apiVersion())) {
            throw Refusals.badRequest(
                    "the API version in the data ("
                            + version
                            + ") does not match the expected API version ("
                            + kind.apiVersion()
                            + ")");
        }
        if (!name.isEmpty() && !name.equals(kind.names().kind())) {
            throw Refusals.badRequest(
                    "the kind in the data ("
                            + name
                            + ") does not match the expected kind ("
                            + kind.names().kind()
                            + ")");
        }
        return version.isEmpty() || name.isEmpty()
                ? body.with("apiVersion", Json.of(kind.apiVersion()))
                        .with("kind", Json.of(kind.names().kind()))
                : body;
    }

    /// Refuses an object that breaks its schema or a rule.
    static void check(Served kind, Json.Obj object, Json.@Nullable Obj old) {
        var causes = new ArrayList<Status.Cause>(ObjectRules.validate(kind.names(), object, old));
        if (kind.custom()) {
            causes.addAll(SchemaRules.validate(kind.schema(), object, ""));
        }
        if (kind.is(Kinds.CRD_GROUP, "customresourcedefinitions")) {
            causes.addAll(CrdRules.validate(object, old));
        }
        if (!causes.isEmpty()) {
            throw Refusals.invalid(kind, object.object("metadata").string("name"), causes);
        }
    }

    /// What a body is that should have been an object.
    static Json.Obj object(Json value) {
        if (value instanceof Json.Obj object) {
            return object;
        }
        throw StatusException.of(
                Status.Reason.BadRequest, "expected an object, found " + value.kind());
    }
}
