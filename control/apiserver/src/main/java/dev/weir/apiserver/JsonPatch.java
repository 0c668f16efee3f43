package dev.weir.apiserver;

import dev.weir.resource.Json;
import dev.weir.resource.Status;
import dev.weir.resource.StatusException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// RFC 6902, as kube-apiserver's library (evanphx/json-patch 4) reads it: negative indexes count
/// from the end, `replace` also adds a missing member, and a missing member equals `null`.
final class JsonPatch {
    private static final int MOST_OPERATIONS = 10_000;

    private JsonPatch() {}

    static Json.Obj apply(Json.Obj target, Json patch) {
        if (!(patch instanceof Json.Arr(var operations))) {
            throw Patches.bad(
                    "error decoding patch: "
                            + Patches.unmarshalError(patch, "[]handlers.jsonPatchOp"));
        }
        if (operations.size() > MOST_OPERATIONS) {
            throw StatusException.of(
                    Status.Reason.RequestEntityTooLarge,
                    "The allowed maximum operations in a JSON patch is %d, got %d"
                            .formatted(MOST_OPERATIONS, operations.size()));
        }
        for (var operation : operations) {
            if (!(operation instanceof Json.Obj)) {
                throw Patches.bad(
                        "error decoding patch: "
                                + Patches.unmarshalError(operation, "handlers.jsonPatchOp"));
            }
        }
        Json document = target;
        for (var operation : operations) {
            document = apply(document, operation.asObject());
        }
        if (document instanceof Json.Obj object) {
            return object;
        }
        throw refused();
    }

    private static StatusException refused() {
        return StatusException.of(
                Status.Reason.Invalid,
                "the server rejected our request due to an error in our request");
    }

    private static Json apply(Json document, Json.Obj operation) {
        var path = pointer(operation, "path");
        var given = operation.get("value");
        var value = given == null ? Json.NULL : given;
        return switch (operation.string("op")) {
            case "add" -> change(document, path, new Add(value));
            case "remove" -> change(document, path, new Remove());
            case "replace" -> replace(document, path, value);
            case "move" -> {
                var from = pointer(operation, "from");
                var moved = get(document, from);
                yield change(change(document, from, new Remove()), path, new Add(orNull(moved)));
            }
            case "copy" -> {
                var copied = get(document, pointer(operation, "from"));
                yield change(document, path, new Add(orNull(copied)));
            }
            case "test" -> {
                if (!orNull(get(document, path)).equals(value)) {
                    throw refused();
                }
                yield document;
            }
            default -> throw refused();
        };
    }

    private static Json orNull(@Nullable Json value) {
        return value == null ? Json.NULL : value;
    }

    private static Json replace(Json document, List<String> path, Json value) {
        if (!path.isEmpty()) {
            return change(document, path, new Replace(value));
        }
        return value instanceof Json.Obj || value instanceof Json.Arr ? value : document;
    }

    /// The steps of a JSON pointer (RFC 6901); what stands before the first `/` is ignored.
    private static List<String> pointer(Json.Obj operation, String member) {
        if (!(operation.get(member) instanceof Json.Str(var text))) {
            throw refused();
        }
        var steps = List.of(text.split("/", -1));
        return steps.subList(1, steps.size()).stream()
                .map(step -> step.replace("~1", "/").replace("~0", "~"))
                .toList();
    }

    private static @Nullable Json get(Json document, List<String> path) {
        var here = document;
        for (int i = 0; i < path.size(); i++) {
            var next = child(here, path.get(i));
            if (next == null && i < path.size() - 1) {
                throw refused();
            }
            if (next == null) {
                return null;
            }
            here = next;
        }
        return here;
    }

    private static @Nullable Json child(Json container, String step) {
        return switch (container) {
            case Json.Obj object -> object.get(step);
            case Json.Arr(var items) -> items.get(index(step, items.size(), items.size() - 1));
            default -> throw refused();
        };
    }

    private static int index(String step, int size, int most) {
        int index;
        try {
            index = Integer.parseInt(step);
        } catch (NumberFormatException _) {
            throw refused();
        }
        var positive = index < 0 ? index + size : index;
        if (positive < 0 || positive > most) {
            throw refused();
        }
        return positive;
    }

    private sealed interface Change {}

    private record Add(Json value) implements Change {}

    private record Replace(Json value) implements Change {}

    private record Remove() implements Change {}

    private static Json change(Json container, List<String> path, Change change) {
        if (path.isEmpty()) {
            throw refused();
        }
        var step = path.getFirst();
        if (path.size() == 1) {
            return switch (container) {
                case Json.Obj object -> changeMember(object, step, change);
                case Json.Arr(var items) -> changeItem(items, step, change);
                default -> throw refused();
            };
        }
        var next = child(container, step);
        if (next == null) {
            throw refused();
        }
        var changed = change(next, path.subList(1, path.size()), change);
        if (container instanceof Json.Arr(var items)) {
            var copy = new ArrayList<>(items);
            copy.set(index(step, items.size(), items.size() - 1), changed);
            return new Json.Arr(copy);
        }
        return container.asObject().with(step, changed);
    }

    private static Json changeMember(Json.Obj object, String name, Change change) {
        return switch (change) {
            case Add(var value) -> object.with(name, value);
            case Replace(var value) -> object.with(name, value);
            case Remove() -> {
                if (!object.has(name)) {
                    throw refused();
                }
                var copy = new LinkedHashMap<>(object.members());
                copy.remove(name);
                yield new Json.Obj(copy);
            }
        };
    }

    private static Json changeItem(List<Json> items, String step, Change change) {
        var copy = new ArrayList<>(items);
        switch (change) {
            case Add(var value) when step.equals("-") -> copy.add(value);
            case Add(var value) -> copy.add(index(step, items.size() + 1, items.size()), value);
            case Replace(var value) -> copy.set(index(step, items.size(), items.size() - 1), value);
            case Remove() -> copy.remove(index(step, items.size(), items.size() - 1));
        }
        return new Json.Arr(copy);
    }
}
