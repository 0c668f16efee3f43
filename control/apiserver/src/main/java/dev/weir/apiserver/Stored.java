package dev.weir.apiserver;

import dev.weir.resource.Json;
import dev.weir.store.Entry;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;

/// The form in which objects are stored: compact JSON with `apiVersion`, `kind` and `metadata`
/// first, and without the resource version, which is the revision of the entry.
final class Stored {
    private static final byte[] METADATA = "\"metadata\":{".getBytes(StandardCharsets.US_ASCII);

    private Stored() {}

    /// The object in an entry, in the version that is served.
    static Json.Obj read(Served kind, Entry entry) {
        return read(kind, Json.parse(entry.value()).asObject(), entry.revision());
    }

    /// A stored object at a revision, in the version that is served.
    static Json.Obj read(Served kind, Json.Obj stored, long revision) {
        var copy = new LinkedHashMap<>(stored.members());
        copy.put("apiVersion", Json.of(kind.apiVersion()));
        copy.put("metadata", versioned(stored.object("metadata"), revision));
        return new Json.Obj(copy);
    }

    /// The bytes to store.
    static byte[] write(Served kind, Json.Obj object) {
        return strip(kind, object).bytes();
    }

    /// The object without its resource version, in the version that is stored.
    static Json.Obj strip(Served kind, Json.Obj object) {
        var ordered = new LinkedHashMap<String, Json>();
        ordered.put("apiVersion", Json.of(kind.storedApiVersion()));
        ordered.put("kind", Json.of(kind.names().kind()));
        ordered.put("metadata", object.object("metadata").without("resourceVersion"));
        object.members().forEach(ordered::putIfAbsent);
        return new Json.Obj(ordered);
    }

    /// The text of an entry with its resource version in place, without parsing it. Metadata has at
    /// least a name, so a comma always follows.
    static byte[] bytes(Entry entry) {
        var version =
                ("\"resourceVersion\":\"" + entry.revision() + "\",")
                        .getBytes(StandardCharsets.US_ASCII);
        var value = entry.value();
        int at = Bytes.indexOf(value, METADATA) + METADATA.length;
        var result = new byte[value.length + version.length];
        System.arraycopy(value, 0, result, 0, at);
        System.arraycopy(version, 0, result, at, version.length);
        System.arraycopy(value, at, result, at + version.length, value.length - at);
        return result;
    }

    private static Json.Obj versioned(Json.Obj metadata, long revision) {
        return metadata.with("resourceVersion", Json.of(Long.toString(revision)));
    }
}
