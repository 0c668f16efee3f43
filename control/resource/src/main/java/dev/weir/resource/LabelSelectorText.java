package dev.weir.resource;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.TreeMap;

/// The way between [Selector] and Kubernetes' `metav1.LabelSelector`.
final class LabelSelectorText {
    private LabelSelectorText() {}

    static Selector read(Json.Obj json) {
        var requirements = new ArrayList<>(labels(json));
        var expressions = json.get("matchExpressions");
        if (expressions instanceof Json.Arr array) {
            for (int i = 0; i < array.items().size(); i++) {
                try {
                    requirements.add(expression(array.items().get(i).asObject()));
                } catch (JsonException e) {
                    throw e.in(i).in("matchExpressions");
                }
            }
        } else if (expressions != null && expressions != Json.NULL) {
            throw wrong("an array", expressions).in("matchExpressions");
        }
        requirements.sort(Comparator.comparing(Selector.Requirement::key));
        return new Selector(requirements);
    }

    private static List<Selector.Requirement> labels(Json.Obj json) {
        var result = new ArrayList<Selector.Requirement>();
        var labels = json.get("matchLabels");
        if (labels == null || labels == Json.NULL) {
            return result;
        }
        if (!(labels instanceof Json.Obj object)) {
            throw wrong("an object", labels).in("matchLabels");
        }
        object.members()
                .forEach((key, value) -> {
                    if (!(value instanceof Json.Str text)) {
                        throw wrong("a string", value).in(key).in("matchLabels");
                    }
                    var values = List.of(text.value());
                    result.add(new Selector.Requirement(key, Selector.Operator.In, values));
                });
        return result;
    }

    private static Selector.Requirement expression(Json.Obj json) {
        var operator = operator(json.string("operator"));
        var values = json.array("values").strings();
        if (values.isEmpty() != (operator.compareTo(Selector.Operator.Exists) >= 0)) {
            throw new JsonException(
                            operator
                                    + " takes "
                                    + (values.isEmpty() ? "one or more values" : "no values"))
                    .in("values");
        }
        return new Selector.Requirement(json.string("key"), operator, values);
    }

    private static Selector.Operator operator(String name) {
        return switch (name) {
            case "In" -> Selector.Operator.In;
            case "NotIn" -> Selector.Operator.NotIn;
            case "Exists" -> Selector.Operator.Exists;
            case "DoesNotExist" -> Selector.Operator.DoesNotExist;
            default ->
                    throw new JsonException(
                                    "\"" + name + "\" is not a valid label selector operator")
                            .in("operator");
        };
    }

    private static JsonException wrong(String expected, Json found) {
        return new JsonException("expected " + expected + ", found " + found.kind());
    }

    static Json.Obj write(Selector selector) {
        var labels = new TreeMap<String, Json>();
        var expressions = new ArrayList<Json>();
        for (var requirement : selector.requirements()) {
            var single = requirement.values().size() == 1;
            if (single
                    && requirement.operator() == Selector.Operator.In
                    && !labels.containsKey(requirement.key())) {
                labels.put(requirement.key(), Json.of(requirement.values().getFirst()));
            } else {
                expressions.add(expression(requirement));
            }
        }
        var members = new LinkedHashMap<String, Json>();
        if (!labels.isEmpty()) {
            members.put("matchLabels", new Json.Obj(labels));
        }
        if (!expressions.isEmpty()) {
            members.put("matchExpressions", new Json.Arr(expressions));
        }
        return new Json.Obj(members);
    }

    private static Json expression(Selector.Requirement requirement) {
        var members = new LinkedHashMap<String, Json>();
        members.put("key", Json.of(requirement.key()));
        members.put("operator", Json.of(requirement.operator().name()));
        if (!requirement.values().isEmpty()) {
            members.put("values", Json.strings(requirement.values()));
        }
        return new Json.Obj(members);
    }
}
