package dev.weir.resource;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.TreeMap;

/// The CustomResourceDefinition of a kind.
final class Definition {
    private static final ResourceType.PrinterColumn AGE =
            new ResourceType.PrinterColumn("Age", "date", ".metadata.creationTimestamp", 0, "");

    private Definition() {}

    static Json.Obj of(ResourceType<?> type) {
        var names = type.names();
        var definition = new LinkedHashMap<String, Json>();
        definition.put("apiVersion", Json.of("apiextensions.k8s.io/v1"));
        definition.put("kind", Json.of("CustomResourceDefinition"));
        definition.put(
                "metadata", Json.Obj.of("name", Json.of(names.plural() + "." + names.group())));
        var spec = new LinkedHashMap<String, Json>();
        spec.put("group", Json.of(names.group()));
        spec.put("names", names(names));
        spec.put("scope", Json.of(names.namespaced() ? "Namespaced" : "Cluster"));
        spec.put("versions", new Json.Arr(List.of(version(type))));
        definition.put("spec", new Json.Obj(spec));
        return new Json.Obj(definition);
    }

    private static Json.Obj names(ResourceType.Names names) {
        var members = new TreeMap<String, Json>();
        members.put("kind", Json.of(names.kind()));
        members.put("listKind", Json.of(names.kind() + "List"));
        members.put("plural", Json.of(names.plural()));
        members.put("singular", Json.of(names.singular()));
        if (!names.shortNames().isEmpty()) {
            members.put("shortNames", Json.strings(names.shortNames()));
        }
        if (!names.categories().isEmpty()) {
            members.put("categories", Json.strings(names.categories()));
        }
        return new Json.Obj(new LinkedHashMap<>(members));
    }

    private static Json.Obj version(ResourceType<?> type) {
        var names = type.names();
        var version = new LinkedHashMap<String, Json>();
        version.put("name", Json.of(names.version()));
        version.put("served", Json.of(true));
        version.put("storage", Json.of(true));
        version.put("schema", Json.Obj.of("openAPIV3Schema", type.schema().json()));
        var subresources = subresources(names);
        if (!subresources.isEmpty()) {
            version.put("subresources", subresources);
        }
        var columns = new ArrayList<Json>();
        names.columns().forEach(column -> columns.add(column(column)));
        columns.add(column(AGE));
        version.put("additionalPrinterColumns", new Json.Arr(columns));
        return new Json.Obj(version);
    }

    private static Json.Obj subresources(ResourceType.Names names) {
        var subresources = new LinkedHashMap<String, Json>();
        if (!names.scaleSpecPath().isEmpty()) {
            var scale = Json.Obj.of("specReplicasPath", Json.of(names.scaleSpecPath()));
            subresources.put(
                    "scale", scale.with("statusReplicasPath", Json.of(names.scaleStatusPath())));
        }
        if (names.statusSubresource()) {
            subresources.put("status", Json.Obj.EMPTY);
        }
        return new Json.Obj(subresources);
    }

    private static Json.Obj column(ResourceType.PrinterColumn column) {
        var members = new LinkedHashMap<String, Json>();
        members.put("name", Json.of(column.name()));
        members.put("type", Json.of(column.type()));
        members.put("jsonPath", Json.of(column.path()));
        if (!column.description().isEmpty()) {
            members.put("description", Json.of(column.description()));
        }
        if (column.priority() != 0) {
            members.put("priority", Json.of(column.priority()));
        }
        return new Json.Obj(members);
    }
}
