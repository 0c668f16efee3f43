package dev.weir.apiserver;

import dev.weir.resource.Json;
import dev.weir.resource.ResourceType;
import dev.weir.resource.Schema;
import dev.weir.store.Entry;
import dev.weir.store.Write;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A kind that is served now, in one of its versions.
///
/// @param custom whether a CustomResourceDefinition defines it
/// @param listKind the kind of its lists
/// @param scaleSelectorPath where its `scale` finds a label selector as text; empty for none
/// @param terminating whether its definition is on its way out, so that it takes no new objects
/// @param definition what new objects depend on: its definition as it is now; null where built in
/// @param since the revision since which its definition is as it is; 0 where built in
/// @param selectable the fields that field selectors may use, beyond name and namespace
/// @param storageVersion the version that objects are stored in
/// @param verbs the verbs that discovery lists
record Served(
        ResourceType.Names names,
        Schema schema,
        boolean custom,
        String listKind,
        String scaleSelectorPath,
        boolean terminating,
        Write.@Nullable Fence definition,
        long since,
        List<String> selectable,
        String storageVersion,
        List<String> verbs) {
    private static final List<String> CUSTOM_VERBS =
            List.of(
                    "delete",
                    "deletecollection",
                    "get",
                    "list",
                    "patch",
                    "create",
                    "update",
                    "watch");

    Served {
        selectable = List.copyOf(selectable);
        verbs = List.copyOf(verbs);
    }

    static Served of(BuiltIn kind) {
        var names = kind.names();
        return new Served(
                names,
                kind.schema(),
                false,
                names.kind() + "List",
                "",
                false,
                null,
                0,
                List.of(),
                names.version(),
                kind.verbs());
    }

    /// @param version of the definition that is served
    /// @param definition the entry of the definition
    static Served custom(Json.Obj crd, Entry definition, String version, String storageVersion) {
        return new Served(
                CrdRules.names(crd, version),
                CrdRules.schema(crd, version),
                true,
                crd.object("spec").object("names").string("listKind"),
                CrdRules.scalePaths(crd, version).string("labelSelectorPath"),
                crd.object("metadata").has("deletionTimestamp"),
                new Write.Fence(definition.key(), definition.epoch()),
                definition.revision(),
                CrdRules.selectable(crd, version),
                storageVersion,
                CUSTOM_VERBS);
    }

    /// Whether objects are stored in the form of another kind: events in that of the core group.
    boolean borrowed() {
        return !custom && is("events.k8s.io", "events");
    }

    /// What all keys of the kind start with, whatever the version.
    String prefix() {
        return borrowed() ? "//events/" : "/" + names.group() + "/" + names.plural() + "/";
    }

    /// What the keys in a namespace start with; the empty one stands for all.
    String prefix(String namespace) {
        return namespace.isEmpty() ? prefix() : prefix() + namespace + "/";
    }

    String key(String namespace, String name) {
        return prefix() + namespace + "/" + name;
    }

    String apiVersion() {
        return apiVersion(names.version());
    }

    String storedApiVersion() {
        return borrowed() ? "v1" : apiVersion(storageVersion);
    }

    private String apiVersion(String version) {
        return names.group().isEmpty() ? version : names.group() + "/" + version;
    }

    /// `plural.group`, as messages name the kind.
    String resource() {
        return names.group().isEmpty() ? names.plural() : names.plural() + "." + names.group();
    }

    /// Whether an object that was written at a revision has the form that the definition asks for
    /// now.
    boolean current(long written) {
        return written > since || !custom;
    }

    /// Whether its objects are the definitions of other kinds.
    boolean defines() {
        return is(Kinds.CRD_GROUP, "customresourcedefinitions");
    }

    boolean is(String group, String plural) {
        return names.group().equals(group) && names.plural().equals(plural);
    }

    /// Whether objects of the kind are kept; others are questions, answered and forgotten.
    boolean stored() {
        return verbs.contains("get");
    }

    /// Whether the subresource is served; the empty one is the object itself.
    boolean has(String subresource) {
        return switch (subresource) {
            case "" -> true;
            case "status" -> names.statusSubresource();
            case "scale" -> !names.scaleSpecPath().isEmpty();
            case "finalize" -> is("", "namespaces");
            default -> false;
        };
    }
}
