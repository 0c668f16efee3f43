package dev.weir.conformance;

import dev.weir.resource.Json;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Every object that comes of a valid one by changing one value, as creations, updates and patches
/// that are not kept.
final class Mutations {
    private static final Map<String, Json> VALUES = values();
    private static final Map<String, Json> CHANGES = new LinkedHashMap<>(VALUES);

    static {
        CHANGES.keySet().retainAll(List.of("null", "text", "number", "list", "object"));
    }

    private final String path;
    private final Json.Obj original;
    private final List<DiffRequest> requests = new ArrayList<>();

    private Mutations(String path, Json.Obj original) {
        this.path = path;
        this.original = original;
    }

    /// Scenarios for each request of the bases, which creates an object.
    static List<DiffScenario> of(List<DiffScenario> bases) {
        var scenarios = new ArrayList<DiffScenario>();
        for (var base : bases) {
            for (var request : base.requests()) {
                var original = Json.parse(request.body()).asObject();
                var created = new Mutations(request.path(), original);
                created.walk("", original, new Place(List.of()), created::creation);
                scenarios.add(new DiffScenario("create " + base.name(), created.requests));
                var changed = new Mutations(request.path(), original);
                changed.requests.add(request.labelled("made"));
                changed.walk("", original, new Place(List.of()), changed::change);
                scenarios.add(new DiffScenario("change " + base.name(), changed.requests));
            }
        }
        return scenarios;
    }

    /// What is made of one place of the original.
    private interface Step {
        void add(String name, Json value, Place place);
    }

    /// Where a value is: names of members and numbers of items.
    private record Place(List<Object> steps) {
        Place then(Object step) {
            var more = new ArrayList<>(steps);
            more.add(step);
            return new Place(more);
        }

        /// The value at this place of an object that has nothing else.
        Json alone(Json value) {
            for (int i = steps.size() - 1; i >= 0; i--) {
                value = Json.Obj.of((String) steps.get(i), value);
            }
            return value;
        }

        /// Whether there is no list on the way.
        boolean isMembers() {
            return steps.stream().allMatch(String.class::isInstance);
        }

        /// This place in the words of RFC 6901.
        String pointer() {
            var text = new StringBuilder();
            for (var step : steps) {
                text.append('/').append(step.toString().replace("~", "~0").replace("/", "~1"));
            }
            return text.toString();
        }

        Json replace(Json in, @org.jspecify.annotations.Nullable Json by) {
            var rest = new Place(steps.subList(1, steps.size()));
            if (in instanceof Json.Arr(var items)) {
                var changed = new ArrayList<>(items);
                int at = (Integer) steps.getFirst();
                if (steps.size() > 1) {
                    changed.set(at, rest.replace(items.get(at), by));
                } else if (by == null) {
                    changed.remove(at);
                } else {
                    changed.set(at, by);
                }
                return new Json.Arr(changed);
            }
            var name = (String) steps.getFirst();
            var object = in.asObject();
            if (steps.size() > 1) {
                var inner = object.get(name);
                return inner == null ? in : object.with(name, rest.replace(inner, by));
            }
            return by == null ? object.without(name) : object.with(name, by);
        }
    }

    private void walk(String name, Json value, Place place, Step step) {
        step.add(name.isEmpty() ? "." : name, value, place);
        if (value instanceof Json.Obj object) {
            object.members()
                    .forEach(
                            (key, member) -> walk(name + "." + key, member, place.then(key), step));
        } else if (value instanceof Json.Arr(var items)) {
            for (int i = 0; i < items.size(); i++) {
                walk(name + "." + i, items.get(i), place.then(i), step);
            }
        }
    }

    private void creation(String name, Json value, Place place) {
        if (!place.steps.isEmpty()) {
            create(name + " absent", "Strict", place.replace(original, null));
            VALUES.forEach((what, other) ->
                    create(name + " " + what, "Strict", place.replace(original, other)));
        }
        if (value instanceof Json.Obj) {
            for (var mode : List.of("Ignore", "Warn", "Strict")) {
                var body = place.then("stranger").replace(original, Json.of("x"));
                create(name + " stranger", mode, body);
            }
        }
    }

    private void create(String what, String mode, Json body) {
        add(what + " " + mode, "POST", path, mode, "application/json", body);
    }

    private void change(String name, Json value, Place place) {
        if (place.steps.isEmpty()) {
            return;
        }
        var metadata = original.object("metadata");
        var one = path + "/" + metadata.string("name");
        // Kubernetes' own controllers write definitions again as soon as they are made.
        if (!original.string("kind").equals("CustomResourceDefinition")) {
            var current =
                    original.with(
                            "metadata", metadata.with("resourceVersion", Json.of("${made.rv}")));
            add(
                    "put " + name + " absent",
                    "PUT",
                    one,
                    "application/json",
                    place.replace(current, null));
            CHANGES.forEach((what, other) ->
                    add(
                            "put " + name + " " + what,
                            "PUT",
                            one,
                            "application/json",
                            place.replace(current, other)));
        }
        if (place.isMembers()) {
            CHANGES.forEach((what, other) ->
                    add(
                            "merge " + name + " " + what,
                            "PATCH",
                            one,
                            "application/merge-patch+json",
                            place.alone(other)));
        }
        var operation = Json.Obj.of("op", Json.of("remove")).with("path", Json.of(place.pointer()));
        add(
                "json " + name + " removed",
                "PATCH",
                one,
                "application/json-patch+json",
                new Json.Arr(List.of(operation)));
    }

    private void add(String what, String method, String target, String type, Json body) {
        add(what, method, target, "Strict", type, body);
    }

    private void add(
            String what, String method, String target, String mode, String type, Json body) {
        requests.add(
                new DiffRequest(
                        what,
                        method,
                        target + "?dryRun=All&fieldValidation=" + mode,
                        Map.of("Content-Type", type),
                        new String(body.bytes(), StandardCharsets.UTF_8)));
    }

    private static Map<String, Json> values() {
        var values = new LinkedHashMap<String, Json>();
        values.put("null", Json.NULL);
        values.put("text", Json.of("Some Text!"));
        values.put("empty", Json.of(""));
        values.put("number", Json.of(7));
        values.put("negative", Json.of(-1));
        values.put("fraction", new Json.Dec(1.5));
        values.put("large", Json.of(1L << 40));
        values.put("true", Json.of(true));
        values.put("list", Json.Arr.EMPTY);
        values.put("object", Json.Obj.EMPTY);
        return values;
    }
}
