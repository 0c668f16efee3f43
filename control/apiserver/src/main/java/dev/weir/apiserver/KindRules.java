package dev.weir.apiserver;

import dev.weir.resource.Json;
import dev.weir.resource.JsonException;
import dev.weir.resource.Status.Cause;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The rules of the built-in kinds, beyond their metadata (package
/// k8s.io/kubernetes/pkg/apis/core/validation).
final class KindRules {
    private static final long DATA_LENGTH = 1024 * 1024;
    private static final String FROZEN = "field is immutable when `immutable` is set";
    private static final Map<String, List<String>> SECRET_KEYS =
            Map.of(
                    "kubernetes.io/dockercfg", List.of(".dockercfg"),
                    "kubernetes.io/dockerconfigjson", List.of(".dockerconfigjson"),
                    "kubernetes.io/ssh-auth", List.of("ssh-privatekey"),
                    "kubernetes.io/tls", List.of("tls.crt", "tls.key"));

    private KindRules() {}

    static List<Cause> validate(String kind, Json.Obj object) {
        return switch (kind) {
            case "Namespace" -> namespace(object);
            case "ConfigMap" -> configMap(object);
            case "Secret" -> secret(object);
            case "Lease" -> lease(object.object("spec"));
            default -> List.of();
        };
    }

    static List<Cause> change(String kind, Json.Obj object, Json.Obj old) {
        return switch (kind) {
            case "ConfigMap" -> frozen(object, old, List.of("data", "binaryData"));
            case "Secret" -> {
                var causes = new ArrayList<Cause>();
                var type = Objects.requireNonNullElse(object.get("type"), Json.of(""));
                if (!type.equals(old.get("type"))) {
                    causes.add(Causes.invalid("type", type, "field is immutable"));
                }
                causes.addAll(frozen(object, old, List.of("data")));
                yield causes;
            }
            case "Namespace" -> phase(object);
            default -> List.of();
        };
    }

    private static List<Cause> phase(Json.Obj namespace) {
        boolean deleted = namespace.object("metadata").has("deletionTimestamp");
        var expected = deleted ? "Terminating" : "Active";
        var phase = namespace.object("status").string("phase");
        return phase.equals(expected)
                ? List.of()
                : List.of(
                        Causes.invalid(
                                "status.Phase",
                                phase,
                                "may only be '%s' if `deletionTimestamp` is %s"
                                        .formatted(expected, deleted ? "not empty" : "empty")));
    }

    private static List<Cause> frozen(Json.Obj object, Json.Obj old, List<String> members) {
        var causes = new ArrayList<Cause>();
        if (old.get("immutable") != Json.Bool.TRUE) {
            return causes;
        }
        if (object.get("immutable") != Json.Bool.TRUE) {
            causes.add(Causes.forbidden("immutable", FROZEN));
        }
        for (var member : members) {
            if (!object.object(member).equals(old.object(member))) {
                causes.add(Causes.forbidden(member, FROZEN));
            }
        }
        return causes;
    }

    /// The rule for the name of a kind: mixed case, else a DNS-1035 label.
    static List<Cause> kindName(String kind, String path) {
        return NameSyntax.label1035(kind.toLowerCase(Locale.ROOT)).stream()
                .map(error ->
                        Causes.invalid(
                                path,
                                kind,
                                "may have mixed case, but should otherwise match: " + error))
                .toList();
    }

    private static List<Cause> namespace(Json.Obj object) {
        var causes = new ArrayList<Cause>();
        for (var finalizer : object.object("spec").array("finalizers").strings()) {
            NameSyntax.qualified(finalizer)
                    .forEach(error ->
                            causes.add(Causes.invalid("spec.finalizers", finalizer, error)));
            causes.addAll(MetadataRules.standardFinalizer(finalizer, "spec.finalizers"));
        }
        return causes;
    }

    private static List<Cause> configMap(Json.Obj object) {
        var causes = new ArrayList<Cause>();
        var text = object.object("data");
        var binary = object.object("binaryData");
        var length = 0L;
        for (var entry : text.members().entrySet()) {
            key("data", entry.getKey(), causes);
            if (binary.has(entry.getKey())) {
                causes.add(
                        Causes.invalid(
                                "data[" + entry.getKey() + "]",
                                entry.getKey(),
                                "duplicate of key present in binaryData"));
            }
            length +=
                    entry.getValue() instanceof Json.Str(var value)
                            ? MetadataRules.utf8Length(value)
                            : 0;
        }
        for (var entry : binary.members().entrySet()) {
            key("binaryData", entry.getKey(), causes);
            length += decodedLength(entry.getValue());
        }
        if (length > DATA_LENGTH) {
            causes.add(Causes.tooLong("", DATA_LENGTH));
        }
        return causes;
    }

    private static void key(String member, String key, List<Cause> causes) {
        NameSyntax.configKey(key)
                .forEach(error -> causes.add(Causes.invalid(member + "[" + key + "]", key, error)));
    }

    private static long decodedLength(Json value) {
        if (!(value instanceof Json.Str(var text))) {
            return 0;
        }
        var padding = text.endsWith("==") ? 2 : text.endsWith("=") ? 1 : 0;
        return text.length() / 4 * 3L - padding;
    }

    private static List<Cause> secret(Json.Obj object) {
        var causes = new ArrayList<Cause>();
        var data = object.object("data");
        var length = 0L;
        for (var entry : data.members().entrySet()) {
            key("data", entry.getKey(), causes);
            length += decodedLength(entry.getValue());
        }
        if (length > DATA_LENGTH) {
            causes.add(Causes.tooLong("data", DATA_LENGTH));
        }
        var type = object.string("type");
        for (var key : SECRET_KEYS.getOrDefault(type, List.of())) {
            if (!data.has(key)) {
                causes.add(Causes.required("data[" + key + "]", ""));
            } else if (key.startsWith(".docker")) {
                dockerConfig(key, data.string(key), causes);
            }
        }
        switch (type) {
            case "kubernetes.io/basic-auth" -> {
                if (!data.has("username") && !data.has("password")) {
                    causes.add(Causes.required("data[username]", ""));
                    causes.add(Causes.required("data[password]", ""));
                }
            }
            case "kubernetes.io/service-account-token" -> {
                var name = "kubernetes.io/service-account.name";
                if (object.object("metadata").object("annotations").string(name).isEmpty()) {
                    causes.add(Causes.required("metadata.annotations[" + name + "]", ""));
                }
            }
            default -> {}
        }
        return causes;
    }

    private static void dockerConfig(String key, String base64, List<Cause> causes) {
        var error = jsonObjectError(Base64.getDecoder().decode(base64));
        if (error != null) {
            causes.add(Causes.invalid("data[" + key + "]", "<secret contents redacted>", error));
        }
    }

    /// Why the bytes are no JSON object, in Go's words where they are short; null when they are.
    private static @Nullable String jsonObjectError(byte[] bytes) {
        try {
            return Json.parse(bytes) instanceof Json.Obj
                    ? null
                    : "json: cannot unmarshal value into Go value of type map[string]interface {}";
        } catch (JsonException _) {
            var text = new String(bytes, java.nio.charset.StandardCharsets.UTF_8).strip();
            if (text.isEmpty()) {
                return "unexpected end of JSON input";
            }
            return "{[\"-0123456789tfn".indexOf(text.charAt(0)) < 0
                    ? "invalid character '%c' looking for beginning of value"
                            .formatted(text.charAt(0))
                    : "invalid JSON";
        }
    }

    private static List<Cause> lease(Json.Obj spec) {
        var causes = new ArrayList<Cause>();
        if (spec.get("leaseDurationSeconds") instanceof Json.Int(var seconds) && seconds <= 0) {
            causes.add(
                    Causes.invalid(
                            "spec.leaseDurationSeconds",
                            Json.of(seconds),
                            "must be greater than 0"));
        }
        if (spec.get("leaseTransitions") instanceof Json.Int(var count) && count < 0) {
            causes.add(
                    Causes.invalid(
                            "spec.leaseTransitions",
                            Json.of(count),
                            "must be greater than or equal to 0"));
        }
        return causes;
    }
}
