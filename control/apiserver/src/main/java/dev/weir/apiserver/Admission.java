package dev.weir.apiserver;

import dev.weir.resource.AdmissionRule;
import dev.weir.resource.Extension;
import dev.weir.resource.Json;
import dev.weir.resource.JsonException;
import dev.weir.resource.Resource;
import dev.weir.resource.ResourceType;
import dev.weir.resource.Status;
import dev.weir.resource.StatusException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The rules of the extensions, by the kind and version that they are for.
final class Admission {
    private final Map<String, List<AdmissionRule<?>>> rules = new HashMap<>();

    Admission(Collection<? extends Extension> extensions) {
        for (var extension : extensions) {
            for (var rule : extension.admissionRules()) {
                rules.computeIfAbsent(
                                key(rule.type().toString(), rule.type().version()),
                                _ -> new ArrayList<>())
                        .add(rule);
            }
        }
    }

    private List<AdmissionRule<?>> of(Served kind) {
        return rules.getOrDefault(key(kind.resource(), kind.names().version()), List.of());
    }

    private static String key(String resource, String version) {
        return resource + "/" + version;
    }

    /// The object as all rules change it. One that cannot be read is left as it is: what is wrong
    /// with it the schema says better.
    Json.Obj mutate(Served kind, Json.Obj object, Json.@Nullable Obj old) {
        var result = object;
        for (var rule : of(kind)) {
            result = mutate(rule, result, old);
        }
        return result;
    }

    /// Refuses an object that a rule does not approve.
    void validate(Served kind, Json.Obj object, Json.@Nullable Obj old) {
        for (var rule : of(kind)) {
            validate(kind, rule, object, old);
        }
    }

    private static <R extends Resource> Json.Obj mutate(
            AdmissionRule<R> rule, Json.Obj object, Json.@Nullable Obj old) {
        var type = rule.type();
        R resource;
        try {
            resource = type.decode(object);
        } catch (JsonException _) {
            return object;
        }
        try {
            var next = rule.mutate(resource, old == null ? null : type.decode(old));
            return next.equals(resource) ? object : type.encode(next);
        } catch (StatusException e) {
            throw e;
        } catch (RuntimeException e) {
            throw failed(rule, e);
        }
    }

    private static <R extends Resource> void validate(
            Served kind, AdmissionRule<R> rule, Json.Obj object, Json.@Nullable Obj old) {
        var type = rule.type();
        var resource = decode(kind, type, object);
        try {
            rule.validate(resource, old == null ? null : type.decode(old))
                    .ifPresent(denial -> deny(kind, object, denial));
        } catch (StatusException e) {
            throw e;
        } catch (RuntimeException e) {
            throw failed(rule, e);
        }
    }

    private static void deny(Served kind, Json.Obj object, AdmissionRule.Denial denial) {
        throw Refusals.invalid(
                kind,
                object.object("metadata").string("name"),
                List.of(new Status.Cause("FieldValueInvalid", denial.message(), denial.field())));
    }

    private static <R extends Resource> R decode(
            Served kind, ResourceType<R> type, Json.Obj object) {
        try {
            return type.decode(object);
        } catch (JsonException e) {
            throw Refusals.invalid(
                    kind,
                    object.object("metadata").string("name"),
                    List.of(
                            new Status.Cause(
                                    "FieldValueInvalid", String.valueOf(e.getMessage()), "")));
        }
    }

    private static StatusException failed(AdmissionRule<?> rule, RuntimeException e) {
        var failure =
                StatusException.of(
                        Status.Reason.InternalError,
                        "Internal error occurred: admission rule "
                                + rule.getClass().getName()
                                + " failed: "
                                + e);
        failure.initCause(e);
        return failure;
    }
}
