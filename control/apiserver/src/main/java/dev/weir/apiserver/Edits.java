package dev.weir.apiserver;

import dev.weir.resource.DeleteOptions;
import dev.weir.resource.Json;
import dev.weir.resource.Status;
import dev.weir.resource.StatusException;
import dev.weir.resource.WriteOptions;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads from a request how its write is meant.
final class Edits {
    private Edits() {}

    /// @param problems of the body's text
    static Edit of(Exchange exchange, List<String> problems) {
        if (exchange.method().equals("PATCH") && exchange.has("force")) {
            throw StatusException.invalid(
                    "meta.k8s.io",
                    "PatchOptions",
                    "",
                    List.of(Causes.forbidden("force", "may not be specified for non-apply patch")));
        }
        return new Edit(
                dryRun(exchange.method(), exchange.query("dryRun")),
                fields(exchange.method(), exchange.query("fieldValidation")),
                fence(exchange.header(WriteOptions.Fence.HEADER)),
                problems,
                exchange.warnings());
    }

    private static boolean dryRun(String method, String text) {
        return switch (text) {
            case "" -> false;
            case "All" -> true;
            default ->
                    throw options(
                            optionsOf(method),
                            "Unsupported value: [\"" + text + "\"]: supported values: \"All\"",
                            "dryRun");
        };
    }

    private static String optionsOf(String method) {
        return switch (method) {
            case "PUT" -> "UpdateOptions";
            case "PATCH" -> "PatchOptions";
            case "DELETE" -> "DeleteOptions";
            default -> "CreateOptions";
        };
    }

    private static Edit.FieldValidation fields(String method, String text) {
        return switch (text) {
            case "", "Warn" -> Edit.FieldValidation.Warn;
            case "Ignore" -> Edit.FieldValidation.Ignore;
            case "Strict" -> Edit.FieldValidation.Strict;
            default ->
                    throw options(
                            optionsOf(method),
                            "Unsupported value: \""
                                    + text
                                    + "\": supported values: \"\", \"Ignore\", \"Strict\","
                                    + " \"Warn\"",
                            "fieldValidation");
        };
    }

    private static StatusException options(String kind, String message, String field) {
        return StatusException.invalid(
                "meta.k8s.io",
                kind,
                "",
                List.of(new Status.Cause("FieldValueNotSupported", message, field)));
    }

    /// The fence in the text `namespace/name@epoch`; null for the empty text.
    static WriteOptions.@Nullable Fence fence(String text) {
        if (text.isEmpty()) {
            return null;
        }
        int slash = text.indexOf('/');
        int at = text.lastIndexOf('@');
        if (slash < 1 || at <= slash + 1 || at == text.length() - 1) {
            throw Refusals.badRequest(
                    WriteOptions.Fence.HEADER
                            + ": expected namespace/name@epoch, found \""
                            + text
                            + "\"");
        }
        return new WriteOptions.Fence(
                text.substring(0, slash), text.substring(slash + 1, at), text.substring(at + 1));
    }

    /// How a deletion is meant, by the `DeleteOptions` in the body and, where it has none, by the
    /// query.
    static Deletion deletion(Exchange exchange, Json.Obj body) {
        var kind = body.string("kind");
        if (!kind.isEmpty() && !kind.equals("DeleteOptions")) {
            throw Refusals.badRequest(
                    "no kind \"%s\" is registered for version \"%s\""
                            .formatted(kind, body.string("apiVersion")));
        }
        var conditions = body.object("preconditions");
        return new Deletion(
                propagation(
                        text(exchange, body, "propagationPolicy"),
                        text(exchange, body, "orphanDependents")),
                conditions.string("uid"),
                conditions.string("resourceVersion"));
    }

    private static String text(Exchange exchange, Json.Obj body, String name) {
        return switch (body.get(name)) {
            case Json.Str text -> text.value();
            case Json.Bool flag -> Boolean.toString(flag.value());
            case null, default -> body.isEmpty() ? exchange.query(name) : "";
        };
    }

    private static DeleteOptions.@Nullable Propagation propagation(
            String policy, String orphanDependents) {
        if (!policy.isEmpty() && !orphanDependents.isEmpty()) {
            throw StatusException.invalid(
                    "meta.k8s.io",
                    "DeleteOptions",
                    "",
                    List.of(
                            new Status.Cause(
                                    "FieldValueInvalid",
                                    "Invalid value: \""
                                            + policy
                                            + "\": orphanDependents and deletionPropagation cannot"
                                            + " be both set",
                                    "propagationPolicy")));
        }
        if (!orphanDependents.isEmpty()) {
            return Boolean.parseBoolean(orphanDependents)
                    ? DeleteOptions.Propagation.Orphan
                    : DeleteOptions.Propagation.Background;
        }
        return switch (policy) {
            case "" -> null;
            case "Background" -> DeleteOptions.Propagation.Background;
            case "Foreground" -> DeleteOptions.Propagation.Foreground;
            case "Orphan" -> DeleteOptions.Propagation.Orphan;
            default ->
                    throw options(
                            "DeleteOptions",
                            "Unsupported value: \""
                                    + policy
                                    + "\": supported values: \"Foreground\", \"Background\","
                                    + " \"Orphan\", \"nil\"",
                            "propagationPolicy");
        };
    }

    /// Whether a deletion's body asks to do nothing but check.
    static Edit of(Exchange exchange, Json.Obj options) {
        var edit = of(exchange, new ArrayList<>());
        return options.array("dryRun").strings().isEmpty()
                ? edit
                : new Edit(
                        dryRun("DELETE", String.join(",", options.array("dryRun").strings())),
                        edit.fields(),
                        edit.fence(),
                        edit.problems(),
                        edit.warnings());
    }
}
