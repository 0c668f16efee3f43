package dev.weir.apiserver;

import dev.weir.resource.Json;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;

/// The OpenAPI v2 document in protobuf (`openapi.v2.Document` of github.com/google/gnostic), for
/// clients that ask for it before anything else: kubectl up to 1.28. It says what the v3 documents
/// say about types, patch operations and merge keys; the rest is left out.
final class OpenApiV2 {
    private static final String EXTENSION = "x-kubernetes-";
    private static final int EXTENSIONS_OF_SCHEMA = 31;
    private static final int EXTENSIONS_OF_OPERATION = 13;

    private OpenApiV2() {}

    /// The document about all that the v3 documents are about.
    static byte[] of(Collection<Json.Obj> documents) {
        var schemas = new TreeMap<String, Json>();
        var paths = new TreeMap<String, Json>();
        for (var document : documents) {
            schemas.putAll(document.object("components").object("schemas").members());
            paths.putAll(document.object("paths").members());
        }
        var info = new ProtoWriter().string(1, "Kubernetes").string(2, "v1");
        return new ProtoWriter()
                .string(1, "2.0")
                .bytes(2, info.toBytes())
                .bytes(8, paths(paths).toBytes())
                .bytes(9, named(1, schemas).toBytes())
                .toBytes();
    }

    private static ProtoWriter paths(TreeMap<String, Json> paths) {
        var out = new ProtoWriter();
        paths.forEach((path, item) -> {
            if (item.asObject().get("patch") instanceof Json.Obj patch) {
                var value = new ProtoWriter().bytes(8, operation(patch).toBytes());
                out.bytes(2, new ProtoWriter().string(1, path).bytes(2, value.toBytes()).toBytes());
            }
        });
        return out;
    }

    private static ProtoWriter operation(Json.Obj operation) {
        var out = new ProtoWriter().string(5, operation.string("operationId"));
        for (var parameter : operation.array("parameters").items()) {
            var query =
                    new ProtoWriter()
                            .string(2, "query")
                            .string(3, parameter.asObject().string("description"))
                            .string(4, parameter.asObject().string("name"))
                            .string(6, "string");
            out.bytes(8, wrap(wrap(wrap(query, 3), 2), 1).toBytes());
        }
        var response =
                new ProtoWriter()
                        .string(1, "200")
                        .bytes(2, wrap(new ProtoWriter().string(1, "OK"), 1).toBytes());
        out.bytes(9, wrap(response, 1).toBytes());
        return extensions(out, operation, EXTENSIONS_OF_OPERATION);
    }

    private static ProtoWriter wrap(ProtoWriter inner, int field) {
        return new ProtoWriter().bytes(field, inner.toBytes());
    }

    /// Adds the vendor extensions; their values are YAML, so JSON will do.
    private static ProtoWriter extensions(ProtoWriter out, Json.Obj holder, int field) {
        holder.members()
                .forEach((name, value) -> {
                    if (name.startsWith(EXTENSION)) {
                        var yaml = new String(value.bytes(), StandardCharsets.UTF_8);
                        var any = new ProtoWriter().string(2, yaml);
                        var named = new ProtoWriter().string(1, name);
                        out.bytes(field, named.bytes(2, any.toBytes()).toBytes());
                    }
                });
        return out;
    }

    private static ProtoWriter named(int field, Map<String, Json> schemas) {
        var out = new ProtoWriter();
        schemas.forEach((name, schema) ->
                out.bytes(
                        field,
                        new ProtoWriter()
                                .string(1, name)
                                .bytes(2, schema(schema.asObject()).toBytes())
                                .toBytes()));
        return out;
    }

    private static ProtoWriter schema(Json.Obj schema) {
        var out = new ProtoWriter();
        var allOf = schema.array("allOf").items();
        var target = allOf.size() == 1 && allOf.getFirst() instanceof Json.Obj only ? only : schema;
        var ref = target.string("$ref");
        if (!ref.isEmpty()) {
            out.string(1, ref.replace("#/components/schemas/", "#/definitions/"));
        }
        if (!schema.string("format").isEmpty()) {
            out.string(2, schema.string("format"));
        }
        if (!schema.string("description").isEmpty()) {
            out.string(4, schema.string("description"));
        }
        schema.array("required").strings().forEach(name -> out.string(19, name));
        if (schema.get("additionalProperties") instanceof Json.Obj values) {
            out.bytes(21, wrap(schema(values), 1).toBytes());
        }
        if (!schema.string("type").isEmpty()) {
            out.bytes(22, new ProtoWriter().string(1, schema.string("type")).toBytes());
        }
        if (schema.string("type").equals("array")) {
            out.bytes(23, wrap(schema(schema.object("items")), 1).toBytes());
        }
        if (!schema.object("properties").isEmpty()) {
            out.bytes(25, named(1, schema.object("properties").members()).toBytes());
        }
        return extensions(out, schema, EXTENSIONS_OF_SCHEMA);
    }
}
