package dev.weir.apiserver;

import dev.weir.resource.Json;
import dev.weir.resource.Selector;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Which objects a list or watch shows: by labels and by fields.
///
/// @param fields requirements on fields that must all hold
record Selection(Selector labels, List<FieldTest> fields) {
    static final Selection ALL = new Selection(Selector.ALL, List.of());

    private static final List<String> OWN_LABELS =
            List.of("events", "events.events.k8s.io", "namespaces", "secrets");
    private static final List<String> EVENT =
            List.of(
                    "involvedObject.kind",
                    "involvedObject.namespace",
                    "involvedObject.name",
                    "involvedObject.uid",
                    "involvedObject.apiVersion",
                    "involvedObject.resourceVersion",
                    "involvedObject.fieldPath",
                    "reason",
                    "reportingComponent",
                    "source",
                    "type");
    private static final List<String> LATER_EVENT =
            List.of(
                    "regarding.kind",
                    "regarding.namespace",
                    "regarding.name",
                    "regarding.uid",
                    "regarding.apiVersion",
                    "regarding.resourceVersion",
                    "regarding.fieldPath",
                    "reason",
                    "reportingController",
                    "type");

    Selection {
        fields = List.copyOf(fields);
    }

    /// One requirement on a field.
    record FieldTest(String path, boolean equal, String value) {
        boolean matches(Json.Obj object) {
            return equal == Selection.field(object, path).equals(value);
        }
    }

    /// The selection in the two texts of a query.
    static Selection parse(Served kind, String labels, String fields) {
        try {
            return of(kind, Selector.parse(labels), fields);
        } catch (IllegalArgumentException e) {
            throw Refusals.badRequest(String.valueOf(e.getMessage()));
        }
    }

    static Selection of(Served kind, Selector labels, String fields) {
        var tests = new ArrayList<FieldTest>();
        for (var part : fields.split(",")) {
            if (!part.isBlank()) {
                tests.add(test(kind, part.strip()));
            }
        }
        return new Selection(labels, tests);
    }

    private static FieldTest test(Served kind, String text) {
        int at = text.indexOf('=');
        if (at <= 0) {
            throw Refusals.badRequest(
                    "invalid selector: '" + text + "'; can't understand '" + text + "'");
        }
        boolean equal = text.charAt(at - 1) != '!';
        var path = text.substring(0, equal ? at : at - 1);
        var value = text.substring(text.startsWith("==", at) ? at + 2 : at + 1);
        if (!common(kind, path) && !known(kind, path)) {
            throw Refusals.badRequest(unknown(kind, path));
        }
        return new FieldTest(path, equal, value);
    }

    private static boolean common(Served kind, String path) {
        return path.equals("metadata.name")
                || path.equals("metadata.namespace")
                        && (kind.names().namespaced() || !kind.custom());
    }

    private static boolean known(Served kind, String path) {
        if (kind.is("", "events")) {
            return EVENT.contains(path);
        }
        if (kind.borrowed()) {
            return LATER_EVENT.contains(path);
        }
        return kind.selectable().contains(path)
                || kind.is("", "namespaces") && path.equals("status.phase")
                || kind.is("", "secrets") && path.equals("type");
    }

    private static String unknown(Served kind, String path) {
        return !kind.custom() && !OWN_LABELS.contains(kind.resource())
                ? "\""
                        + path
                        + "\" is not a known field selector: only \"metadata.name\","
                        + " \"metadata.namespace\""
                : "field label not supported: " + path;
    }

    private static String field(Json.Obj object, String path) {
        if (path.equals("source")) {
            var component = object.object("source").string("component");
            return component.isEmpty() ? object.string("reportingComponent") : component;
        }
        Json here = object;
        for (var step : path.split("\\.")) {
            here = here instanceof Json.Obj parent ? parent.get(step) : null;
            if (here == null) {
                return "";
            }
        }
        return switch (here) {
            case Json.Str(var text) -> text;
            case Json.Bool(var on) -> Boolean.toString(on);
            case Json.Int(var number) -> Long.toString(number);
            default -> "";
        };
    }

    boolean everything() {
        return labels.requirements().isEmpty() && fields.isEmpty();
    }

    /// The one name that can match; empty where more than one can.
    String name() {
        return fields.stream()
                .filter(test -> test.equal() && test.path().equals("metadata.name"))
                .map(FieldTest::value)
                .findFirst()
                .orElse("");
    }

    boolean matches(Json.Obj object) {
        return fields.stream().allMatch(test -> test.matches(object))
                && (labels.requirements().isEmpty() || labels.matches(labelsOf(object)));
    }

    private static Map<String, String> labelsOf(Json.Obj object) {
        var result = new LinkedHashMap<String, String>();
        object.object("metadata")
                .object("labels")
                .members()
                .forEach((key, value) -> {
                    if (value instanceof Json.Str text) {
                        result.put(key, text.value());
                    }
                });
        return result;
    }
}
