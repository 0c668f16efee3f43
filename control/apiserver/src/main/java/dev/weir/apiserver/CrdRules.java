package dev.weir.apiserver;

import dev.weir.resource.Json;
import dev.weir.resource.ResourceType;
import dev.weir.resource.Schema;
import dev.weir.resource.Status;
import dev.weir.resource.Status.Cause;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// What a CustomResourceDefinition may say, and what it says (package
/// k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/validation). Where all versions have the
/// same schema, subresources or columns, errors name them at the top of `spec`, as the original's
/// do.
final class CrdRules {
    private final List<Cause> causes = new ArrayList<>();
    private final Json.Obj spec;
    private final List<Json.Obj> versions;

    private CrdRules(Json.Obj crd) {
        spec = crd.object("spec");
        versions = versions(crd);
    }

    /// What is wrong with the definition, in Kubernetes' own words.
    ///
    /// @param crd with its defaults
    /// @param old the stored definition on an update, null on a create
    static List<Status.Cause> validate(Json.Obj crd, Json.@Nullable Obj old) {
        var rules = new CrdRules(crd);
        if (old == null) {
            rules.name(crd.object("metadata").string("name"));
        }
        rules.spec();
        if (old != null) {
            rules.fixed(old);
        }
        rules.storedVersions(crd.object("status").get("storedVersions"));
        return rules.causes;
    }

    /// The definition with its defaults: singular, list kind, conversion, stored versions.
    static Json.Obj withDefaults(Json.Obj crd) {
        var spec = crd.object("spec");
        var names = spec.object("names");
        var kind = names.string("kind");
        if (names.string("singular").isEmpty()) {
            names = names.with("singular", Json.of(kind.toLowerCase(Locale.ROOT)));
        }
        if (names.string("listKind").isEmpty() && !kind.isEmpty()) {
            names = names.with("listKind", Json.of(kind + "List"));
        }
        spec = spec.with("names", names);
        if (!spec.has("conversion")) {
            spec = spec.with("conversion", Json.Obj.of("strategy", Json.of("None")));
        }
        var status = crd.object("status");
        var storage =
                versions(crd).stream()
                        .filter(version -> version.get("storage") == Json.Bool.TRUE)
                        .findFirst();
        if (storage.isPresent() && status.array("storedVersions").items().isEmpty()) {
            var stored = Json.strings(List.of(storage.get().string("name")));
            status = status.with("storedVersions", stored);
        }
        return crd.with("spec", spec).with("status", status);
    }

    /// The names of the kind that it defines, in one of its versions.
    static ResourceType.Names names(Json.Obj crd, String version) {
        var spec = crd.object("spec");
        var names = spec.object("names");
        var subresources = version(crd, version).object("subresources");
        var scale = scalePaths(crd, version);
        return new ResourceType.Names(
                spec.string("group"),
                version,
                names.string("kind"),
                names.string("plural"),
                names.string("singular"),
                names.array("shortNames").strings(),
                names.array("categories").strings(),
                spec.string("scope").equals("Namespaced"),
                subresources.has("status"),
                scale.string("specReplicasPath"),
                scale.string("statusReplicasPath"),
                columns(version(crd, version)));
    }

    /// Where a version's `scale` subresource finds what it shows; empty without that subresource.
    static Json.Obj scalePaths(Json.Obj crd, String version) {
        return version(crd, version).object("subresources").object("scale");
    }

    /// The fields that field selectors may use in one of its versions: `spec.color`.
    static List<String> selectable(Json.Obj crd, String version) {
        return SelectableFields.of(version(crd, version));
    }

    private static List<ResourceType.PrinterColumn> columns(Json.Obj version) {
        return version.array("additionalPrinterColumns").items().stream()
                .map(Json::asObject)
                .map(column ->
                        new ResourceType.PrinterColumn(
                                column.string("name"),
                                column.string("type"),
                                column.string("jsonPath"),
                                (int) column.integer("priority", 0),
                                column.string("description")))
                .toList();
    }

    /// The schema of one of its versions.
    static Schema schema(Json.Obj crd, String version) {
        return version(crd, version).object("schema").get("openAPIV3Schema")
                        instanceof Json.Obj json
                ? Schema.of(json)
                : Schema.ANY;
    }

    private static Json.Obj version(Json.Obj crd, String name) {
        return versions(crd).stream()
                .filter(version -> version.string("name").equals(name))
                .findFirst()
                .orElse(Json.Obj.EMPTY);
    }

    private static List<Json.Obj> versions(Json.Obj crd) {
        return crd.object("spec").array("versions").items().stream()
                .filter(Json.Obj.class::isInstance)
                .map(Json::asObject)
                .toList();
    }

    private void invalid(String field, Json value, String detail) {
        causes.add(Causes.invalid(field, value, detail));
    }

    private void name(String name) {
        if (!name.isEmpty()
                && !name.equals(
                        spec.object("names").string("plural") + "." + spec.string("group"))) {
            invalid("metadata.name", Json.of(name), "must be spec.names.plural+\".\"+spec.group");
        }
    }

    private void spec() {
        group(spec.string("group"));
        choice("spec.scope", spec.string("scope"), List.of("Cluster", "Namespaced"));
        for (int i = 0; i < versions.size(); i++) {
            if (!versions.get(i).object("schema").has("openAPIV3Schema")) {
                causes.add(Causes.required("spec.versions[" + i + "].schema.openAPIV3Schema", ""));
            }
        }
        for (int i = 0; i < versions.size(); i++) {
            version(i);
        }
        versionSet();
        kindNames();
        conversion(spec.object("conversion"));
    }

    private void group(String group) {
        if (group.isEmpty()) {
            causes.add(Causes.required("spec.group", ""));
            return;
        }
        var errors = NameSyntax.subdomain(group);
        if (!errors.isEmpty()) {
            invalid("spec.group", Json.of(group), String.join(",", errors));
        } else if (!group.contains(".")) {
            invalid("spec.group", Json.of(group), "should be a domain with at least one dot");
        }
    }

    private void choice(String field, String value, List<String> choices) {
        if (value.isEmpty()) {
            causes.add(Causes.required(field, ""));
        } else if (!choices.contains(value)) {
            causes.add(Causes.unsupported(field, Json.of(value), choices));
        }
    }

    private void version(int index) {
        var version = versions.get(index);
        var path = "spec.versions[" + index + "].";
        label(path + "name", version.string("name"), true);
        if (index == 0 || !shared("schema")) {
            var status = version.object("subresources").has("status");
            if (version.object("schema").get("openAPIV3Schema") instanceof Json.Obj schema) {
                var field = shared("schema") ? "spec.validation" : path + "schema";
                causes.addAll(CrdSchemaRules.validate(schema, field + ".openAPIV3Schema", status));
            }
        }
        if (index == 0 || !shared("subresources")) {
            var field = shared("subresources") ? "spec.subresources" : path + "subresources";
            if (version.object("subresources").get("scale") instanceof Json.Obj scale) {
                scale(scale, field + ".scale.");
            }
        }
        if (index == 0 || !shared("additionalPrinterColumns")) {
            var name = "additionalPrinterColumns";
            var field = shared(name) ? "spec." + name : path + name;
            var columns = version.array(name).items();
            for (int i = 0; i < columns.size(); i++) {
                column(columns.get(i).asObject(), field + "[" + i + "].");
            }
        }
        selectable(index, version);
    }

    private void selectable(int index, Json.Obj version) {
        var name = "selectableFields";
        if (shared(name) && shared("schema")) {
            if (index == 0) {
                causes.addAll(
                        SelectableFields.validate(
                                version,
                                "spec." + name,
                                "may only be set when validations.schema is included"));
            }
        } else {
            causes.addAll(
                    SelectableFields.validate(
                            version,
                            "spec.versions[" + index + "]." + name,
                            "may only be set when `version.schema.openAPIV3Schema` is not included"));
        }
    }

    /// Whether all versions say the same there.
    private boolean shared(String member) {
        return versions.stream().map(version -> version.get(member)).distinct().count() <= 1;
    }

    private void label(String field, String value, boolean required) {
        var errors = NameSyntax.label1035(value);
        if (!errors.isEmpty() && (required || !value.isEmpty())) {
            invalid(field, Json.of(value), String.join(",", errors));
        }
    }

    private void scale(Json.Obj scale, String path) {
        replicas(path + "specReplicasPath", scale.string("specReplicasPath"), ".spec");
        replicas(path + "statusReplicasPath", scale.string("statusReplicasPath"), ".status");
        var selector = scale.string("labelSelectorPath");
        if (selector.isEmpty() || !simplePath(path + "labelSelectorPath", selector)) {
            return;
        }
        if (!selector.startsWith(".spec.") && !selector.startsWith(".status.")) {
            invalid(
                    path + "labelSelectorPath",
                    Json.of(selector),
                    "should be a json path under either .spec or .status");
        }
    }

    private void replicas(String field, String path, String root) {
        if (path.isEmpty()) {
            causes.add(Causes.required(field, ""));
        } else if (simplePath(field, path) && !path.startsWith(root + ".")) {
            invalid(field, Json.of(path), "should be a json path under " + root);
        }
    }

    private boolean simplePath(String field, String path) {
        if (path.startsWith(".")) {
            return true;
        }
        invalid(field, Json.of(path), "must be a simple json path starting with .");
        return false;
    }

    private void column(Json.Obj column, String path) {
        var types = List.of("boolean", "date", "integer", "number", "string");
        var formats =
                List.of(
                        "byte",
                        "date",
                        "date-time",
                        "double",
                        "float",
                        "int32",
                        "int64",
                        "password");
        if (column.string("name").isEmpty()) {
            causes.add(Causes.required(path + "name", ""));
        }
        var type = column.string("type");
        if (type.isEmpty()) {
            causes.add(Causes.required(path + "type", "must be one of " + String.join(",", types)));
        } else {
            oneOf(path + "type", type, types);
        }
        if (!column.string("format").isEmpty()) {
            oneOf(path + "format", column.string("format"), formats);
        }
        if (column.string("jsonPath").isEmpty()) {
            causes.add(Causes.required(path + "JSONPath", ""));
        } else {
            simplePath(path + "JSONPath", column.string("jsonPath"));
        }
    }

    private void oneOf(String field, String value, List<String> values) {
        if (!values.contains(value)) {
            invalid(field, Json.of(value), "must be one of " + String.join(",", values));
        }
    }

    private void versionSet() {
        var given = spec.get("versions");
        var value = given == null || versions.isEmpty() ? Json.NULL : given;
        var names = new HashSet<String>();
        versions.forEach(version -> names.add(version.string("name")));
        if (names.size() < versions.size()) {
            invalid("spec.versions", value, "must contain unique version names");
        }
        var stored = versions.stream().filter(version -> version.get("storage") == Json.Bool.TRUE);
        if (stored.count() != 1) {
            invalid(
                    "spec.versions",
                    value,
                    "must have exactly one version marked as storage version");
        }
    }

    private void kindNames() {
        var names = spec.object("names");
        for (var member : List.of("plural", "singular", "kind", "listKind")) {
            if (names.string(member).isEmpty()) {
                causes.add(Causes.required("spec.names." + member, ""));
            }
        }
        label("spec.names.plural", names.string("plural"), false);
        label("spec.names.singular", names.string("singular"), false);
        for (var member : List.of("kind", "listKind")) {
            if (!names.string(member).isEmpty()) {
                causes.addAll(KindRules.kindName(names.string(member), "spec.names." + member));
            }
        }
        labels("spec.names.shortNames", names.array("shortNames").strings());
        if (!names.string("kind").isEmpty()
                && names.string("kind").equals(names.string("listKind"))) {
            invalid(
                    "spec.names.listKind",
                    Json.of(names.string("listKind")),
                    "kind and listKind may not be the same");
        }
        labels("spec.names.categories", names.array("categories").strings());
    }

    private void labels(String field, List<String> values) {
        for (int i = 0; i < values.size(); i++) {
            label(field + "[" + i + "]", values.get(i), true);
        }
    }

    private void conversion(Json.Obj conversion) {
        var strategy = conversion.string("strategy");
        choice("spec.conversion.strategy", strategy, List.of("None", "Webhook"));
        var webhook = conversion.object("webhook");
        if (strategy.equals("Webhook")) {
            if (!webhook.has("clientConfig")) {
                causes.add(
                        Causes.required(
                                "spec.conversion.webhookClientConfig",
                                "required when strategy is set to Webhook"));
            }
        } else if (webhook.has("clientConfig")) {
            causes.add(
                    Causes.forbidden(
                            "spec.conversion.webhookClientConfig",
                            "should not be set when strategy is not set to Webhook"));
        }
    }

    private void fixed(Json.Obj old) {
        var before = old.object("spec");
        if (isEstablished(old)) {
            same("spec.scope", spec.get("scope"), before.get("scope"));
            same(
                    "spec.names.kind",
                    spec.object("names").get("kind"),
                    before.object("names").get("kind"));
        }
        same("spec.group", spec.get("group"), before.get("group"));
        same(
                "spec.names.plural",
                spec.object("names").get("plural"),
                before.object("names").get("plural"));
    }

    private static boolean isEstablished(Json.Obj crd) {
        return crd.object("status").array("conditions").items().stream()
                .map(Json::asObject)
                .anyMatch(condition ->
                        condition.string("type").equals("Established")
                                && condition.string("status").equals("True"));
    }

    private void same(String field, @Nullable Json value, @Nullable Json before) {
        if (value != null && !value.equals(before)) {
            invalid(field, value, "field is immutable");
        }
    }

    private void storedVersions(@Nullable Json stored) {
        var names = stored instanceof Json.Arr array ? array.strings() : List.<String>of();
        if (names.isEmpty()) {
            invalid("status.storedVersions", Json.NULL, "must have at least one stored version");
            return;
        }
        var known = new HashSet<String>();
        for (var version : versions) {
            var name = version.string("name");
            if (version.get("storage") == Json.Bool.TRUE && !names.contains(name)
                    || known.contains(name) && version.get("storage") == Json.Bool.TRUE) {
                invalid(
                        "status.storedVersions",
                        Json.strings(names),
                        "must have the storage version " + name);
            }
            known.add(name);
        }
        for (int i = 0; i < names.size(); i++) {
            var name = names.get(i);
            if (!known.contains(name)) {
                invalid(
                        "status.storedVersions[" + i + "]",
                        Json.of(name),
                        ("missing from spec.versions; %1$s was previously a storage version, and"
                                        + " must remain in spec.versions until a storage migration"
                                        + " ensures no data remains persisted in %1$s and removes %1$s"
                                        + " from status.storedVersions")
                                .formatted(name));
            }
        }
    }
}
