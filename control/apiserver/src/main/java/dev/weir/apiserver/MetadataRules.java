package dev.weir.apiserver;

import dev.weir.resource.Json;
import dev.weir.resource.Status.Cause;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.function.Function;

/// The rules for `metadata` (package k8s.io/apimachinery/pkg/api/validation).
final class MetadataRules {
    private static final long ANNOTATIONS_LENGTH = 256 * 1024;
    private static final List<String> STANDARD_FINALIZERS =
            List.of("kubernetes", "orphan", "foregroundDeletion");
    private static final List<String> FIXED =
            List.of(
                    "name",
                    "namespace",
                    "uid",
                    "creationTimestamp",
                    "deletionTimestamp",
                    "deletionGracePeriodSeconds");

    private final List<Cause> causes = new ArrayList<>();
    private final Json.Obj metadata;
    private final String path;

    private MetadataRules(Json.Obj metadata, String path) {
        this.metadata = metadata;
        this.path = path;
    }

    /// The rules for an object of its own.
    ///
    /// @param name the rule for its name
    /// @param builtIn whether the kind is built in: its finalizers are then qualified names
    static List<Cause> own(
            Json.Obj metadata,
            boolean namespaced,
            Function<String, List<String>> name,
            boolean builtIn) {
        var rules = new MetadataRules(metadata, "metadata");
        rules.names(namespaced, name);
        rules.common();
        if (builtIn) {
            rules.standardFinalizers();
        }
        return rules.causes;
    }

    /// The rules for an embedded object, which needs no name.
    static List<Cause> embedded(Json.Obj metadata, String path) {
        var rules = new MetadataRules(metadata, path);
        rules.common();
        return rules.causes;
    }

    /// The rules for a change.
    static List<Cause> change(Json.Obj metadata, Json.Obj old) {
        var rules = new MetadataRules(metadata, "metadata");
        rules.finalizersStay(old);
        if (metadata.integer("generation", 0) < old.integer("generation", 0)) {
            rules.invalid(
                    "generation",
                    Json.of(metadata.integer("generation", 0)),
                    "must not be decremented");
        }
        for (var name : FIXED) {
            rules.fixed(name, old);
        }
        return rules.causes;
    }

    private void invalid(String member, Json value, String detail) {
        causes.add(Causes.invalid(path + "." + member, value, detail));
    }

    private void fixed(String name, Json.Obj old) {
        var value = metadata.get(name);
        var before = old.get(name);
        if (value == null ? before != null : !value.equals(before)) {
            invalid(name, value == null ? Json.NULL : value, "field is immutable");
        }
    }

    private void finalizersStay(Json.Obj old) {
        if (old.string("deletionTimestamp").isEmpty()) {
            return;
        }
        var extra = new TreeSet<>(metadata.array("finalizers").strings());
        old.array("finalizers").strings().forEach(extra::remove);
        if (!extra.isEmpty()) {
            var list = extra.stream().map(Causes::quote).toList();
            causes.add(
                    Causes.forbidden(
                            path + ".finalizers",
                            "no new finalizers can be added if the object is being deleted, found"
                                    + " new finalizers []string{"
                                    + String.join(", ", list)
                                    + "}"));
        }
    }

    private void names(boolean namespaced, Function<String, List<String>> name) {
        var generateName = metadata.string("generateName");
        if (!generateName.isEmpty()) {
            name.apply(maskTrailingDash(generateName))
                    .forEach(error -> invalid("generateName", Json.of(generateName), error));
        }
        if (metadata.string("name").isEmpty()) {
            causes.add(Causes.required(path + ".name", "name or generateName is required"));
        } else {
            name.apply(metadata.string("name"))
                    .forEach(error -> invalid("name", Json.of(metadata.string("name")), error));
        }
        var namespace = metadata.string("namespace");
        if (!namespaced) {
            if (!namespace.isEmpty()) {
                causes.add(Causes.forbidden(path + ".namespace", "not allowed on this type"));
            }
        } else if (namespace.isEmpty()) {
            causes.add(Causes.required(path + ".namespace", ""));
        } else {
            NameSyntax.label(namespace)
                    .forEach(error -> invalid("namespace", Json.of(namespace), error));
        }
    }

    private static String maskTrailingDash(String name) {
        return name.length() > 1 && name.endsWith("-")
                ? name.substring(0, name.length() - 2) + "a"
                : name;
    }

    private void common() {
        if (metadata.integer("generation", 0) < 0) {
            invalid(
                    "generation",
                    Json.of(metadata.integer("generation", 0)),
                    "must be greater than or equal to 0");
        }
        labels();
        annotations();
        owners();
        finalizers();
        managedFields();
    }

    private void labels() {
        metadata.object("labels")
                .members()
                .forEach((key, value) -> {
                    NameSyntax.qualified(key)
                            .forEach(error -> invalid("labels", Json.of(key), error));
                    if (value instanceof Json.Str(var text)) {
                        NameSyntax.labelValue(text)
                                .forEach(error -> invalid("labels", value, error));
                    }
                });
    }

    private void annotations() {
        var length = 0L;
        for (var entry : metadata.object("annotations").members().entrySet()) {
            var key = entry.getKey();
            NameSyntax.qualified(key.toLowerCase(Locale.ROOT))
                    .forEach(error -> invalid("annotations", Json.of(key), error));
            length += utf8Length(key);
            if (entry.getValue() instanceof Json.Str(var text)) {
                length += utf8Length(text);
            }
        }
        if (length > ANNOTATIONS_LENGTH) {
            causes.add(Causes.tooLong(path + ".annotations", ANNOTATIONS_LENGTH));
        }
    }

    static long utf8Length(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    private void owners() {
        var controller = "";
        var owners = metadata.array("ownerReferences");
        for (var item : owners.items()) {
            if (!(item instanceof Json.Obj owner)) {
                continue;
            }
            owner(owner);
            if (owner.get("controller") == Json.Bool.TRUE) {
                var name = owner.string("kind") + "/" + owner.string("name");
                if (!controller.isEmpty()) {
                    invalid(
                            "ownerReferences",
                            owners,
                            ("Only one reference can have Controller set to true. Found \"true\" in"
                                            + " references for %s and %s")
                                    .formatted(controller, name));
                } else {
                    controller = name;
                }
            }
        }
    }

    private void owner(Json.Obj owner) {
        var apiVersion = owner.string("apiVersion");
        if (apiVersion.isEmpty()
                || apiVersion.indexOf('/') != apiVersion.lastIndexOf('/')
                || apiVersion.endsWith("/")) {
            invalid("ownerReferences.apiVersion", Json.of(apiVersion), "version must not be empty");
        }
        for (var name : List.of("kind", "name", "uid")) {
            if (owner.string(name).isEmpty()) {
                invalid("ownerReferences." + name, Json.of(""), "must not be empty");
            }
        }
        if (apiVersion.equals("v1") && owner.string("kind").equals("Event")) {
            invalid("ownerReferences", owner, "/v1, Kind=Event is disallowed from being an owner");
        }
    }

    private void finalizers() {
        var finalizers = metadata.array("finalizers");
        for (var finalizer : finalizers.strings()) {
            NameSyntax.qualified(finalizer)
                    .forEach(error -> invalid("finalizers", Json.of(finalizer), error));
        }
        if (finalizers.strings().containsAll(List.of("orphan", "foregroundDeletion"))) {
            invalid(
                    "finalizers",
                    finalizers,
                    "finalizer orphan and foregroundDeletion cannot be both set");
        }
    }

    private void standardFinalizers() {
        var finalizers = metadata.array("finalizers").strings();
        for (int i = 0; i < finalizers.size(); i++) {
            causes.addAll(standardFinalizer(finalizers.get(i), path + ".finalizers[" + i + "]"));
        }
    }

    /// The rule for finalizers of built-in kinds.
    static List<Cause> standardFinalizer(String finalizer, String path) {
        return finalizer.contains("/") || STANDARD_FINALIZERS.contains(finalizer)
                ? List.of()
                : List.of(
                        Causes.invalid(
                                path,
                                finalizer,
                                "name is neither a standard finalizer name nor is it fully"
                                        + " qualified"));
    }

    private void managedFields() {
        var entries = metadata.array("managedFields").items();
        for (int i = 0; i < entries.size(); i++) {
            if (!(entries.get(i) instanceof Json.Obj entry)) {
                continue;
            }
            var operation = entry.string("operation");
            var here = "managedFields[" + i + "].";
            if (!operation.equals("Apply") && !operation.equals("Update")) {
                invalid(here + "operation", Json.of(operation), "must be `Apply` or `Update`");
            }
            var type = entry.string("fieldsType");
            if (!type.isEmpty() && !type.equals("FieldsV1")) {
                invalid(here + "fieldsType", Json.of(type), "must be `FieldsV1`");
            }
        }
    }
}
