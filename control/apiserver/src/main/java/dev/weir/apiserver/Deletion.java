package dev.weir.apiserver;

import dev.weir.resource.DeleteOptions;
import dev.weir.resource.Json;
import dev.weir.resource.StatusException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import org.jspecify.annotations.Nullable;

/// How an object is to be deleted: what happens to its dependents, and what it must still be.
///
/// @param propagation null for what its finalizers say, else background
/// @param uid empty for any
/// @param resourceVersion empty for any
record Deletion(
        DeleteOptions.@Nullable Propagation propagation, String uid, String resourceVersion) {
    static final String FOREGROUND = "foregroundDeletion";
    static final String ORPHAN = "orphan";
    static final String INSTANCES = "customresourcecleanup.apiextensions.k8s.io";
    static final Deletion BACKGROUND = new Deletion(DeleteOptions.Propagation.Background, "", "");

    static Deletion of(DeleteOptions options) {
        return new Deletion(options.propagation(), options.uid(), options.resourceVersion());
    }

    void check(Served kind, String name, Json.Obj object) {
        var metadata = object.object("metadata");
        if (!uid.isEmpty() && !uid.equals(metadata.string("uid"))) {
            throw conflict(
                    kind,
                    name,
                    "the UID in the precondition ("
                            + uid
                            + ") does not match the UID in record ("
                            + metadata.string("uid")
                            + "). The object might have been deleted and then recreated");
        }
        var version = metadata.string("resourceVersion");
        if (!resourceVersion.isEmpty() && !resourceVersion.equals(version)) {
            throw conflict(
                    kind,
                    name,
                    "the ResourceVersion in the precondition ("
                            + resourceVersion
                            + ") does not match the ResourceVersion in record ("
                            + version
                            + "). The object might have been modified");
        }
        if (kind.is("", "namespaces") && Namespaces.INITIAL.subList(0, 3).contains(name)) {
            throw Refusals.forbidden(kind, name, "this namespace may not be deleted");
        }
    }

    // Here Kubernetes names the kind where other conflicts name the resource.
    private static StatusException conflict(Served kind, String name, String why) {
        return StatusException.conflict(kind.names().group(), kind.names().kind(), name, why);
    }

    /// The object marked for deletion, with the finalizers that the propagation asks for.
    Json.Obj mark(Served kind, Json.Obj object, Instant now) {
        var marked = Drafts.deleting(object, now);
        var metadata = marked.object("metadata");
        var finalizers = new LinkedHashSet<>(metadata.array("finalizers").strings());
        if (propagation != null) {
            finalizers.remove(FOREGROUND);
            finalizers.remove(ORPHAN);
            switch (propagation) {
                case Background -> {}
                case Foreground -> finalizers.add(FOREGROUND);
                case Orphan -> finalizers.add(ORPHAN);
            }
        }
        if (kind.defines()) {
            finalizers.add(INSTANCES);
        }
        var next =
                finalizers.isEmpty()
                        ? metadata.without("finalizers")
                        : metadata.with("finalizers", Json.strings(finalizers));
        var result = next.equals(metadata) ? marked : marked.with("metadata", next);
        return kind.is("", "namespaces")
                ? result.with(
                        "status", result.object("status").with("phase", Json.of("Terminating")))
                : result;
    }

    static Json.Obj success(Served kind, Json.Obj object) {
        var details = new LinkedHashMap<String, Json>();
        details.put("name", Json.of(object.object("metadata").string("name")));
        if (!kind.names().group().isEmpty()) {
            details.put("group", Json.of(kind.names().group()));
        }
        details.put("kind", Json.of(kind.names().plural()));
        details.put("uid", Json.of(object.object("metadata").string("uid")));
        var status = new LinkedHashMap<String, Json>();
        status.put("kind", Json.of("Status"));
        status.put("apiVersion", Json.of("v1"));
        status.put("metadata", Json.Obj.EMPTY);
        status.put("status", Json.of("Success"));
        status.put("details", new Json.Obj(details));
        return new Json.Obj(status);
    }
}
