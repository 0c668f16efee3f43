package dev.weir.apiserver;

import dev.weir.resource.Json;
import dev.weir.resource.Schema;
import dev.weir.resource.Status;
import dev.weir.resource.StatusException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Kubernetes' strategic merge patch: lists whose schema names a merge key are merged item by item,
/// all other lists are replaced (package k8s.io/apimachinery/pkg/util/strategicpatch).
final class StrategicMerge {
    private static final String PATCH = "$patch";
    private static final String RETAIN_KEYS = "$retainKeys";
    private static final String DELETE_FROM = "$deleteFromPrimitiveList/";
    private static final String ORDER = "$setElementOrder/";

    private StrategicMerge() {}

    static Json.Obj apply(Json.Obj current, Json.Obj patch, Schema schema) {
        return map(current, patch, schema);
    }

    private static Json.Obj map(Json.Obj original, Json.Obj patch, @Nullable Schema schema) {
        if (patch.get(PATCH) instanceof Json directive) {
            return switch (directive instanceof Json.Str(var text) ? text : "") {
                case "replace" -> patch.without(PATCH);
                case "delete" -> Json.Obj.EMPTY;
                default -> throw badDirective(patch);
            };
        }
        var out = new LinkedHashMap<>(original.members());
        retain(out, patch);
        var ordered = new LinkedHashSet<String>();
        for (var key : patch.members().keySet()) {
            if (key.startsWith(ORDER)) {
                var name = key.substring(ORDER.length());
                order(out, name, patch, child(schema, name));
                ordered.add(name);
            }
        }
        for (var entry : patch.members().entrySet()) {
            var name = entry.getKey();
            if (name.startsWith(DELETE_FROM)) {
                delete(out, name.substring(DELETE_FROM.length()), entry.getValue());
            } else if (!name.startsWith(ORDER)
                    && !name.equals(RETAIN_KEYS)
                    && !ordered.contains(name)) {
                member(out, name, entry.getValue(), child(schema, name));
            }
        }
        return new Json.Obj(out);
    }

    private static StatusException badDirective(Json.Obj patch) {
        return failed(
                "unknown patch type: "
                        + patch.string(PATCH)
                        + " in map: map[$patch:"
                        + patch.string(PATCH)
                        + "]");
    }

    private static StatusException failed(String message) {
        return StatusException.of(Status.Reason.Unknown, message);
    }

    private static @Nullable Schema child(@Nullable Schema schema, String name) {
        if (schema == null) {
            return null;
        }
        var known = schema.properties().get(name);
        return known != null ? known : schema.additionalProperties();
    }

    private static boolean merges(@Nullable Schema schema) {
        return schema != null
                && schema.rest().string("x-kubernetes-patch-strategy").equals("merge");
    }

    private static String mergeKey(@Nullable Schema schema) {
        return schema == null ? "" : schema.rest().string("x-kubernetes-patch-merge-key");
    }

    private static void retain(LinkedHashMap<String, Json> out, Json.Obj patch) {
        if (!(patch.get(RETAIN_KEYS) instanceof Json.Arr keys)) {
            return;
        }
        var kept = keys.strings();
        for (var name : patch.members().keySet()) {
            if (!name.startsWith("$") && patch.get(name) != Json.NULL && !kept.contains(name)) {
                throw failed(
                        "$retainKeys directive must contain all the field names in the patch,"
                                + " found "
                                + name);
            }
        }
        out.keySet().retainAll(kept);
    }

    private static void member(
            LinkedHashMap<String, Json> out, String name, Json change, @Nullable Schema schema) {
        var original = out.get(name);
        if (change == Json.NULL) {
            out.remove(name);
        } else if (original instanceof Json.Obj map && change instanceof Json.Obj patch) {
            out.put(name, map(map, patch, schema));
        } else if (original instanceof Json.Arr(var items)
                && change instanceof Json.Arr(var patch)
                && merges(schema)) {
            out.put(name, new Json.Arr(list(items, patch, schema)));
        } else if (!(original == null
                && change instanceof Json.Obj map
                && map.string(PATCH).equals("delete"))) {
            out.put(name, withoutDirectives(change));
        }
    }

    /// The value of a patch as it is taken over where there is nothing to merge with.
    private static Json withoutDirectives(Json value) {
        return switch (value) {
            case Json.Obj object -> {
                var out = new LinkedHashMap<String, Json>();
                object.members()
                        .forEach((name, member) -> {
                            if (!name.startsWith("$") && member != Json.NULL) {
                                out.put(name, withoutDirectives(member));
                            }
                        });
                yield new Json.Obj(out);
            }
            case Json.Arr(var items) ->
                    new Json.Arr(
                            items.stream()
                                    .filter(item -> !isDirective(item))
                                    .map(StrategicMerge::withoutDirectives)
                                    .toList());
            default -> value;
        };
    }

    private static boolean isDirective(Json item) {
        return item instanceof Json.Obj object && object.has(PATCH);
    }

    private static void delete(LinkedHashMap<String, Json> out, String name, Json values) {
        if (out.get(name) instanceof Json.Arr(var items) && values instanceof Json.Arr(var gone)) {
            out.put(
                    name,
                    new Json.Arr(items.stream().filter(item -> !gone.contains(item)).toList()));
        }
    }

    private static List<Json> list(List<Json> original, List<Json> patch, @Nullable Schema schema) {
        var key = mergeKey(schema);
        if (key.isEmpty()) {
            var all = new LinkedHashSet<>(original);
            all.addAll(patch);
            return arrange(List.copyOf(all), patch, original, key);
        }
        var replaced = patch.stream().anyMatch(item -> directive(item).equals("replace"));
        var plain = patch.stream().filter(item -> !isDirective(item)).toList();
        if (replaced) {
            return plain;
        }
        var merged = new ArrayList<>(original);
        for (var item : patch) {
            if (directive(item).equals("delete")) {
                var gone = keyOf(item, key);
                merged.removeIf(one -> keyOf(one, key).equals(gone));
            } else if (isDirective(item) && !directive(item).equals("merge")) {
                throw badDirective(item.asObject());
            }
        }
        for (var item : plain) {
            mergeItem(merged, item, key, schema);
        }
        return arrange(merged, plain, original, key);
    }

    private static String directive(Json item) {
        return item instanceof Json.Obj object ? object.string(PATCH) : "";
    }

    private static void mergeItem(
            List<Json> merged, Json item, String key, @Nullable Schema schema) {
        requireKey(item, key);
        var wanted = keyOf(item, key);
        var items = schema == null ? null : schema.items();
        for (int i = 0; i < merged.size(); i++) {
            if (keyOf(merged.get(i), key).equals(wanted)) {
                merged.set(i, map(merged.get(i).asObject(), item.asObject(), items));
                return;
            }
        }
        merged.add(withoutDirectives(item));
    }

    private static Json keyOf(Json item, String key) {
        if (key.isEmpty()) {
            return item;
        }
        if (!(item instanceof Json.Obj object)) {
            throw failed("expected a map in a list that is merged by " + key);
        }
        return Objects.requireNonNullElse(object.get(key), Json.NULL);
    }

    private static void requireKey(Json item, String key) {
        if (keyOf(item, key) == Json.NULL) {
            throw failed(
                    "map: %s does not contain declared merge key: %s"
                            .formatted(ScaleRules.go(item), key));
        }
    }

    private static void order(
            LinkedHashMap<String, Json> out, String name, Json.Obj patch, @Nullable Schema schema) {
        var wanted = patch.array(ORDER + name).items();
        var change = patch.array(name).items();
        var original = out.get(name) instanceof Json.Arr(var items) ? items : List.<Json>of();
        var key = mergeKey(schema);
        checkOrder(change, wanted, key);
        if (out.get(name) instanceof Json.Arr || !change.isEmpty()) {
            var merged = merges(schema) ? list(original, change, schema) : change;
            out.put(name, new Json.Arr(arrange(merged, wanted, original, key)));
        }
    }

    private static void checkOrder(List<Json> change, List<Json> wanted, String key) {
        var order = wanted.stream().map(item -> keyOf(item, key)).toList();
        var last = -1;
        for (var item : change) {
            if (isDirective(item)) {
                continue;
            }
            var index = order.indexOf(keyOf(item, key));
            if (index <= last) {
                throw failed(
                        "The order in patch list:\n%s\n doesn't match $setElementOrder list:\n%s\n"
                                .formatted(goList(change), goList(wanted)));
            }
            last = index;
        }
    }

    private static String goList(List<Json> items) {
        var out = new StringBuilder("[");
        for (var item : items) {
            out.append(out.length() > 1 ? " " : "").append(goValue(item));
        }
        return out.append(']').toString();
    }

    private static String goValue(Json value) {
        return switch (value) {
            case Json.Str(var text) -> text;
            case Json.Arr(var items) -> goList(items);
            case Json.Obj(var members) -> {
                var out = new StringBuilder("map[");
                new java.util.TreeMap<>(members)
                        .forEach((name, member) ->
                                out.append(out.length() > 4 ? " " : "")
                                        .append(name)
                                        .append(':')
                                        .append(goValue(member)));
                yield out.append(']').toString();
            }
            default -> Causes.text(value);
        };
    }

    /// The items in their final order: those of the patch in the patch's order, the server's own in
    /// theirs, and the two woven together as the server had them.
    private static List<Json> arrange(
            List<Json> items, List<Json> patchOrder, List<Json> serverOrder, String key) {
        var wanted = patchOrder.stream().map(item -> keyOf(item, key)).toList();
        var known = serverOrder.stream().map(item -> keyOf(item, key)).toList();
        var patched = new ArrayList<Json>();
        var own = new ArrayList<Json>();
        for (var item : items) {
            (wanted.contains(keyOf(item, key)) ? patched : own).add(item);
        }
        patched.sort(java.util.Comparator.comparingInt(item -> wanted.indexOf(keyOf(item, key))));
        var out = new ArrayList<Json>();
        int i = 0;
        int j = 0;
        while (i < own.size() && j < patched.size()) {
            var left = known.indexOf(keyOf(own.get(i), key));
            var right = known.indexOf(keyOf(patched.get(j), key));
            out.add(left >= 0 && left < right ? own.get(i++) : patched.get(j++));
        }
        out.addAll(own.subList(i, own.size()));
        out.addAll(patched.subList(j, patched.size()));
        return out;
    }
}
