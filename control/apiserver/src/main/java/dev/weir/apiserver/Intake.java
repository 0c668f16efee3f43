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

    /// A stored object as its definition would have it, had it been written now.
    static Json.Obj renewed(Served kind, Json.Obj stored) {
        var known = SchemaRules.prune(kind.schema(), stored, new ArrayList<>());
        return SchemaRules.withDefaults(kind.schema(), known);
    }

    private static void report(Served kind, Edit edit, List<String> problems) {
        if (problems.isEmpty()) {
            return;
        }
        switch (edit.fields()) {
            case Ignore -> {}
            case Warn -> edit.warnings().addAll(problems);
            case Strict ->
                    throw Refusals.unhandled(
                            kind.names().kind(),
                            kind.names().version(),
                            "strict decoding error: " + String.join(", ", problems));
        }
    }

    private static Json.Obj named(Served kind, Json.Obj body) {
        var version = body.string("apiVersion");
        var name = body.string("kind");
        if (!version.isEmpty() && !version.equals(kind.apiVersion())
                || !name.isEmpty() && !name.equals(kind.names().kind())) {
            throw another(kind, version.isEmpty() ? kind.apiVersion() : version, body);
        }
        return version.isEmpty() || name.isEmpty()
                ? body.with("apiVersion", Json.of(kind.apiVersion()))
                        .with("kind", Json.of(kind.names().kind()))
                : body;
    }

    // A schema that became stricter does not keep a controller from telling about an object that it
    // did not write.
    private static List<Status.Cause> status(Served kind, Json.Obj object) {
        var schema = kind.schema().properties().get("status");
        var status = object.get("status");
        if (schema == null || status == null) {
            return List.of();
        }
        return SchemaRules.validate(schema, status, "").stream()
                .map(cause ->
                        new Status.Cause(
                                cause.reason(),
                                cause.message(),
                                cause.field().isEmpty() ? "status" : "status." + cause.field()))
                .toList();
    }

    private static StatusException another(Served kind, String version, Json.Obj body) {
        var name = body.string("kind");
        var expected = kind.names().kind();
        boolean sameVersion = version.equals(kind.apiVersion());
        if (!kind.custom()) {
            var given = name.isEmpty() ? expected : name;
            var why =
                    sameVersion && BuiltIns.isKind(kind.names().group(), given)
                            ? "converting (v1.%s) to (%s.%s): unknown conversion"
                                    .formatted(given, internal(kind), expected)
                            : "no kind \"%s\" is registered for version \"%s\""
                                    .formatted(given, version);
            return Refusals.badRequest(
                    "%s in version \"%s\" cannot be handled as a %s: %s"
                            .formatted(
                                    given,
                                    version.substring(version.indexOf('/') + 1),
                                    expected,
                                    why));
        }
        if (!sameVersion) {
            return anotherVersion(kind, version);
        }
        return StatusException.invalid(
                kind.names().group(),
                name,
                body.object("metadata").string("name"),
                List.of(Causes.invalid("kind", name, "must be " + expected)));
    }

    /// An object of a custom kind in another version than that of the path.
    static StatusException anotherVersion(Served kind, String found) {
        return Refusals.badRequest(
                "the API version in the data (%s) does not match the expected API version (%s)"
                        .formatted(found, kind.apiVersion()));
    }

    private static String internal(Served kind) {
        var group = kind.names().group();
        return group.isEmpty() ? "core" : group.replaceFirst("\\..*", "");
    }

    /// Refuses an object that breaks its schema or a rule.
    ///
    /// @param subresource that was written; empty for the object itself
    static void check(Served kind, Json.Obj object, Json.@Nullable Obj old, String subresource) {
        var causes = new ArrayList<Status.Cause>(ObjectRules.validate(kind.names(), object, old));
        if (kind.custom()) {
            boolean status = subresource.equals("status");
            causes.addAll(
                    status
                            ? status(kind, object)
                            : SchemaRules.validate(kind.schema(), object, ""));
            causes.addAll(ScaleRules.validate(kind, object, status));
        }
        if (kind.defines()) {
            causes.addAll(CrdRules.validate(object, old));
        }
        if (!causes.isEmpty()) {
            throw Refusals.invalid(kind, object.object("metadata").string("name"), causes);
        }
    }
}
