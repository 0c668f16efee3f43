package dev.weir.apiserver;

import dev.weir.resource.Json;
import dev.weir.resource.ResourceType;
import dev.weir.resource.Schema;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/// The OpenAPI v3 documents that kubectl reads to validate, explain and apply.
final class OpenApi {
    private OpenApi() {}

    /// A kind with its schema.
    record Type(ResourceType.Names names, Schema schema) {}

    /// The document of one group version.
    ///
    /// @param types all kinds of that group version
    static Json.Obj document(String group, String version, List<Type> types) {
        var components = new OpenApiComponents();
        var paths = new LinkedHashMap<String, Json>();
        for (var type : types) {
            components.add(type);
            new OpenApiPaths(type.names(), paths).add();
        }
        var info = new LinkedHashMap<String, Json>();
        info.put("title", Json.of("Kubernetes"));
        info.put("version", Json.of(group.isEmpty() ? version : group + "/" + version));
        var out = new LinkedHashMap<String, Json>();
        out.put("openapi", Json.of("3.0.0"));
        out.put("info", new Json.Obj(info));
        out.put("paths", new Json.Obj(paths));
        out.put("components", Json.Obj.of("schemas", components.schemas()));
        return new Json.Obj(out);
    }

    /// The answer to `/openapi/v3`: each document's address changes with its content.
    ///
    /// @param documents from path (`api/v1`, `apis/apps/v1`) to document
    static Json.Obj index(SequencedMap<String, Json.Obj> documents) {
        var paths = new LinkedHashMap<String, Json>();
        documents.forEach((path, document) -> {
            var url = "/openapi/v3/" + path + "?hash=" + hash(document);
            paths.put(path, Json.Obj.of("serverRelativeURL", Json.of(url)));
        });
        return Json.Obj.of("paths", new Json.Obj(paths));
    }

    /// What tells one state of a document from another.
    static String hash(Json.Obj document) {
        try {
            var digest = MessageDigest.getInstance("SHA-256").digest(document.bytes());
            return HexFormat.of().withUpperCase().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
