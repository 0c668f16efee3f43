package dev.weir.apiserver;

import dev.weir.resource.Json;
import dev.weir.resource.Status;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;

/// What the server itself writes into an object: name, identity, times, generation; and what a
/// write may not touch.
final class Drafts {
    private static final String SUFFIX = "bcdfghjklmnpqrstvwxz2456789";
    private static final List<String> PINNED =
            List.of(
                    "uid",
                    "creationTimestamp",
                    "deletionTimestamp",
                    "deletionGracePeriodSeconds",
                    "generation",
                    "generateName",
                    "namespace",
                    "name");

    private Drafts() {}

    /// A new object as it will be stored, without a resource version.
    ///
    /// @param chance makes its identity, and its name where it wishes for one
    static Json.Obj created(
            Served kind, String namespace, Json.Obj body, Instant now, Chance chance) {
        var metadata = new LinkedHashMap<>(body.object("metadata").members());
        var given = body.object("metadata");
        if (!given.string("resourceVersion").isEmpty()) {
            throw Refusals.badRequest("resourceVersion should not be set on objects to be created");
        }
        List.of(
                        "resourceVersion",
                        "deletionTimestamp",
                        "deletionGracePeriodSeconds",
                        "selfLink",
                        "managedFields",
                        "generation")
                .forEach(metadata::remove);
        metadata.put("name", Json.of(name(kind, given, chance)));
        metadata.remove("namespace");
        if (kind.names().namespaced()) {
            metadata.put("namespace", Json.of(namespace));
        }
        metadata.put("uid", Json.of(chance.uid().toString()));
        metadata.put("creationTimestamp", time(now));
        if (generations(kind)) {
            metadata.put("generation", Json.of(1));
        }
        var object = body.with("metadata", new Json.Obj(metadata));
        return kind.names().statusSubresource() && kind.custom()
                ? object.without("status")
                : object;
    }

    private static String name(Served kind, Json.Obj metadata, Chance chance) {
        var name = metadata.string("name");
        if (!name.isEmpty()) {
            return name;
        }
        var prefix = metadata.string("generateName");
        if (prefix.isEmpty()) {
            throw Refusals.invalid(
                    kind,
                    "",
                    List.of(
                            new Status.Cause(
                                    "FieldValueRequired",
                                    "Required value: name or generateName is required",
                                    "metadata.name")));
        }
        var result = new StringBuilder(prefix);
        result.setLength(Math.min(58, prefix.length()));
        for (int i = 0; i < 5; i++) {
            result.append(SUFFIX.charAt(Math.floorMod(chance.next(), SUFFIX.length())));
        }
        return result.toString();
    }

    /// What an update makes of the stored object; the generation is that of the old one.
    ///
    /// @param subresource empty for the object itself, else `status` or `finalize`
    static Json.Obj updated(Served kind, Json.Obj old, Json.Obj input, String subresource) {
        if (subresource.equals("status")) {
            return withMember(old, "status", input);
        }
        if (subresource.equals("finalize")) {
            return withMember(old, "spec", input);
        }
        var metadata = new LinkedHashMap<>(input.object("metadata").members());
        var before = old.object("metadata");
        for (var name : PINNED) {
            var value = before.get(name);
            if (value == null) {
                metadata.remove(name);
            } else {
                metadata.put(name, value);
            }
        }
        metadata.remove("managedFields");
        metadata.remove("selfLink");
        var object = input.with("metadata", new Json.Obj(metadata));
        if (kind.is("", "namespaces")) {
            // All that a namespace wishes is finalizers, which go by `finalize` only.
            object = withMember(object, "spec", old);
        }
        return kind.names().statusSubresource() ? withMember(object, "status", old) : object;
    }

    private static Json.Obj withMember(Json.Obj object, String name, Json.Obj from) {
        var value = from.get(name);
        return value == null ? object.without(name) : object.with(name, value);
    }

    /// The object with its generation raised where its wish changed.
    static Json.Obj counted(Served kind, Json.Obj old, Json.Obj next) {
        if (!generations(kind) || wish(kind, old).equals(wish(kind, next))) {
            return next;
        }
        var metadata = next.object("metadata");
        long generation = old.object("metadata").integer("generation", 0) + 1;
        return next.with("metadata", metadata.with("generation", Json.of(generation)));
    }

    private static Json.Obj wish(Served kind, Json.Obj object) {
        var rest = object.without("metadata").without("apiVersion");
        return kind.names().statusSubresource() || !kind.custom() ? rest.without("status") : rest;
    }

    /// The object marked for deletion, once.
    static Json.Obj deleting(Json.Obj object, Instant now) {
        var metadata = object.object("metadata");
        if (metadata.has("deletionTimestamp")) {
            return object;
        }
        var next =
                metadata.with("deletionTimestamp", time(now))
                        .with("deletionGracePeriodSeconds", Json.of(0));
        long generation = metadata.integer("generation", 0);
        return object.with(
                "metadata",
                generation > 0 ? next.with("generation", Json.of(generation + 1)) : next);
    }

    /// Whether nothing holds a deleted object any more.
    static boolean finished(Json.Obj object) {
        var metadata = object.object("metadata");
        return metadata.has("deletionTimestamp")
                && metadata.array("finalizers").items().isEmpty()
                && object.object("spec").array("finalizers").items().isEmpty();
    }

    private static boolean generations(Served kind) {
        return kind.custom() || kind.defines();
    }

    static Json time(Instant now) {
        return Json.of(now.truncatedTo(ChronoUnit.SECONDS).toString());
    }
}
