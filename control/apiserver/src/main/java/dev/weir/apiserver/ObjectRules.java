package dev.weir.apiserver;

import dev.weir.resource.Json;
import dev.weir.resource.ResourceType;
import dev.weir.resource.Status;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The rules that no schema can say: names, labels, owners, and those of the built-in kinds.
final class ObjectRules {
    private ObjectRules() {}

    /// What is wrong with the object, in Kubernetes' own words.
    ///
    /// @param old the stored object on an update, null on a create
    static List<Status.Cause> validate(
            ResourceType.Names names, Json.Obj object, Json.@Nullable Obj old) {
        var builtIn = BuiltIns.find(names).isPresent();
        var causes = new ArrayList<Status.Cause>();
        if (old != null) {
            causes.addAll(MetadataRules.change(object.object("metadata"), old.object("metadata")));
        }
        if (isLegacyEvent(names)) {
            causes.addAll(EventRules.validate(names, object, old));
            return causes;
        }
        if (builtIn && old != null) {
            causes.addAll(KindRules.change(names.kind(), object, old));
        }
        causes.addAll(
                MetadataRules.own(
                        object.object("metadata"), names.namespaced(), nameRule(names), builtIn));
        if (builtIn) {
            causes.addAll(
                    names.kind().equals("Event")
                            ? EventRules.validate(names, object, old)
                            : KindRules.validate(names.kind(), object));
        }
        return List.copyOf(new java.util.LinkedHashSet<>(causes));
    }

    private static boolean isLegacyEvent(ResourceType.Names names) {
        return names.group().isEmpty() && names.kind().equals("Event");
    }

    private static Function<String, List<String>> nameRule(ResourceType.Names names) {
        return names.group().isEmpty() && names.kind().equals("Namespace")
                ? NameSyntax::label
                : NameSyntax::subdomain;
    }

    /// What is wrong with an `x-kubernetes-embedded-resource`.
    static List<Status.Cause> embedded(Json.Obj object, String path) {
        var causes = new ArrayList<Status.Cause>();
        if (object.string("apiVersion").isEmpty()) {
            causes.add(Causes.required(path + ".apiVersion", ""));
        }
        var kind = object.string("kind");
        if (kind.isEmpty()) {
            causes.add(Causes.required(path + ".kind", ""));
        } else {
            causes.addAll(KindRules.kindName(kind, path + ".kind"));
        }
        causes.addAll(MetadataRules.embedded(object.object("metadata"), path + ".metadata"));
        return causes;
    }

    /// The object as it is stored: a Secret's `stringData` moved into `data` and its `type` set, a
    /// new Namespace's `kubernetes` finalizer, phase and name label set. Call it on the canonical
    /// form, before validation. A Namespace counts as new while it has no `status.phase`.
    static Json.Obj normalise(ResourceType.Names names, Json.Obj object) {
        if (!names.group().isEmpty()) {
            return object;
        }
        return switch (names.kind()) {
            case "Secret" -> secret(object);
            case "Namespace" -> namespace(object);
            default -> object;
        };
    }

    private static Json.Obj secret(Json.Obj secret) {
        var data = new LinkedHashMap<>(secret.object("data").members());
        secret.object("stringData")
                .members()
                .forEach((key, value) -> {
                    if (value instanceof Json.Str(var text)) {
                        var bytes = text.getBytes(StandardCharsets.UTF_8);
                        data.put(key, Json.of(Base64.getEncoder().encodeToString(bytes)));
                    }
                });
        var result = secret.without("stringData");
        if (!data.isEmpty()) {
            result = result.with("data", new Json.Obj(data));
        }
        return secret.string("type").isEmpty() ? result.with("type", Json.of("Opaque")) : result;
    }

    private static Json.Obj namespace(Json.Obj namespace) {
        var metadata = namespace.object("metadata");
        var name = metadata.string("name");
        var result = namespace;
        if (!name.isEmpty()) {
            var labels =
                    metadata.object("labels").with("kubernetes.io/metadata.name", Json.of(name));
            result = result.with("metadata", metadata.with("labels", labels));
        }
        if (!namespace.object("status").string("phase").isEmpty()) {
            return result;
        }
        var finalizers = new ArrayList<>(namespace.object("spec").array("finalizers").strings());
        if (!finalizers.contains("kubernetes")) {
            finalizers.add("kubernetes");
        }
        return result.with(
                        "spec",
                        namespace.object("spec").with("finalizers", Json.strings(finalizers)))
                .with("status", namespace.object("status").with("phase", Json.of("Active")));
    }
}
