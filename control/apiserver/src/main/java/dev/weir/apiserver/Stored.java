package dev.weir.apiserver;

import dev.weir.resource.Json;
import dev.weir.store.Entry;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;

/// The form in which objects are stored: compact JSON with `apiVersion`, `kind` and `metadata`
/// first, and without the resource version, which is the revision of the entry. Events of both
/// groups are stored in one form, see [EventForms].
final class Stored {
    private static final byte[] METADATA = "\"metadata\":{".getBytes(StandardCharsets.US_ASCII);

    private Stored() {}

    /// The object in an entry, in the version that is served.
    static Json.Obj read(Served kind, Entry entry) {
        return read(kind, Json.parse(entry.value()).asObject(), entry.revision(), entry.revision());
    }

    /// A stored object at a revision, in the version that is served, and in the form that the
    /// definition of its kind asks for now.
    ///
    /// @param written the revision that it was written at
    static Json.Obj read(Served kind, Json.Obj stored, long written, long revision) {
        var read = read(kind, stored, revision);
        return kind.current(written) ? read : Intake.renewed(kind, read);
    }

    /// A stored object at a revision, in the version that is served.
    static Json.Obj read(Served kind, Json.Obj stored, long revision) {
        var copy =
                new LinkedHashMap<>(
                        (kind.borrowed() ? EventForms.later(stored) : stored).members());
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
        (kind.borrowed() ? EventForms.core(object) : object)
                .members()
                .forEach(ordered::putIfAbsent);
        return new Json.Obj(ordered);
    }

    /// The text of an entry as an item of a list, in the version that is served: the items of the
    /// lists of built-in kinds name neither kind nor version.
    static byte[] item(Served kind, Entry entry) {
        if (kind.borrowed()) {
            return read(kind, entry).without("apiVersion").without("kind").bytes();
        }
        return kind.custom() ? bytes(kind, entry) : splice("{", entry.value(), entry.revision());
    }

    /// The text of an entry in the version that is served.
    static byte[] bytes(Served kind, Entry entry) {
        return bytes(kind, entry.value(), entry.revision(), entry.revision());
    }

    /// The text of a stored object at a revision in the version that is served, made without
    /// parsing it where it is stored in its own form.
    ///
    /// @param written the revision that it was written at
    static byte[] bytes(Served kind, byte[] stored, long written, long revision) {
        if (kind.borrowed() || !kind.current(written)) {
            return read(kind, Json.parse(stored).asObject(), written, revision).bytes();
        }
        var head =
                "{\"apiVersion\":\""
                        + kind.apiVersion()
                        + "\",\"kind\":\""
                        + kind.names().kind()
                        + "\",";
        return splice(head, stored, revision);
    }

    // Version and kind are names, which need no escapes; metadata follows them and has at least a
    // name, so a comma always follows the resource version.
    private static byte[] splice(String head, byte[] stored, long revision) {
        int from = Bytes.indexOf(stored, METADATA) + METADATA.length;
        var start =
                (head + "\"metadata\":{\"resourceVersion\":\"" + revision + "\",")
                        .getBytes(StandardCharsets.US_ASCII);
        var result = Arrays.copyOf(start, start.length + stored.length - from);
        System.arraycopy(stored, from, result, start.length, stored.length - from);
        return result;
    }

    private static Json.Obj versioned(Json.Obj metadata, long revision) {
        return metadata.with("resourceVersion", Json.of(Long.toString(revision)));
    }
}
