package dev.weir.apiserver;

import dev.weir.resource.Json;
import dev.weir.resource.Patch;
import dev.weir.resource.Status;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The `scale` subresource: a replica count as an `autoscaling/v1` Scale, wherever the kind keeps
/// it.
final class Scale {
    private final Api api;
    private final Served kind;
    private final Route route;

    Scale(Api api, Served kind, Route route) {
        this.api = api;
        this.kind = kind;
        this.route = route;
    }

    void serve(Exchange exchange, String verb) throws IOException {
        var problems = new ArrayList<String>();
        switch (verb) {
            case "get" -> send(exchange, current());
            case "update" -> {
                var body = Bodies.object(exchange, "Scale", problems);
                send(exchange, write(body, Edits.of(exchange, problems)));
            }
            case "patch" -> {
                var patch = Bodies.patch(exchange, kind, "");
                var old = of(current());
                var next = Patches.apply(patch.type(), old, patch.body(), kind.schema());
                send(exchange, write(next, Edits.of(exchange, problems)));
            }
            default -> throw Refusals.method();
        }
    }

    private Json.Obj current() {
        return api.objects().get(kind, route.namespace(), route.name());
    }

    private Json.Obj write(Json.Obj scale, Edit edit) {
        var name = scale.object("metadata").string("name");
        if (!name.equals(route.name())) {
            throw Refusals.misnamed(name, route.name());
        }
        long replicas = scale.object("spec").integer("replicas", 0);
        if (replicas < 0 || replicas > Integer.MAX_VALUE) {
            throw Refusals.invalid(
                    kind,
                    route.name(),
                    List.of(
                            new Status.Cause(
                                    "FieldValueInvalid",
                                    "Invalid value: "
                                            + replicas
                                            + ": should be a non-negative integer",
                                    "spec.replicas")));
        }
        var change = nested(steps(kind.names().scaleSpecPath()), Json.of(replicas));
        var version = scale.object("metadata").get("resourceVersion");
        if (version != null) {
            change = change.with("metadata", Json.Obj.of("resourceVersion", version));
        }
        return api.objects()
                .patch(kind, route.namespace(), route.name(), Patch.merge(change), edit);
    }

    private static List<String> steps(String path) {
        return List.of(path.substring(1).split("\\."));
    }

    private static Json.Obj nested(List<String> steps, Json value) {
        return Json.Obj.of(
                steps.getFirst(),
                steps.size() == 1 ? value : nested(steps.subList(1, steps.size()), value));
    }

    private static long count(Json.Obj object, String path) {
        return path.isEmpty() ? 0 : number(object.at(steps(path).toArray(String[]::new)));
    }

    private String selector(Json.Obj object) {
        var path = kind.scaleSelectorPath();
        return !path.isEmpty()
                        && object.at(steps(path).toArray(String[]::new)) instanceof Json.Str text
                ? text.value()
                : "";
    }

    private static long number(@Nullable Json value) {
        return value instanceof Json.Int number ? number.value() : 0;
    }

    private Json.Obj of(Json.Obj object) {
        var metadata = new LinkedHashMap<String, Json>();
        for (var name :
                List.of("name", "namespace", "uid", "resourceVersion", "creationTimestamp")) {
            var value = object.object("metadata").get(name);
            if (value != null) {
                metadata.put(name, value);
            }
        }
        long wish = count(object, kind.names().scaleSpecPath());
        long found = count(object, kind.names().scaleStatusPath());
        var result = new LinkedHashMap<String, Json>();
        result.put("kind", Json.of("Scale"));
        result.put("apiVersion", Json.of("autoscaling/v1"));
        result.put("metadata", new Json.Obj(metadata));
        result.put("spec", wish == 0 ? Json.Obj.EMPTY : Json.Obj.of("replicas", Json.of(wish)));
        var status = Json.Obj.of("replicas", Json.of(found));
        var selector = selector(object);
        result.put(
                "status", selector.isEmpty() ? status : status.with("selector", Json.of(selector)));
        return new Json.Obj(result);
    }

    private void send(Exchange exchange, Json.Obj object) throws IOException {
        exchange.send(200, of(object));
    }
}
