package dev.weir.apiserver;

import dev.weir.resource.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The part of Kubernetes' JSONPath that printer columns and `scale` use: `.a.b`, `['a']`, `[0]`,
/// `[-1]`, `[*]` and `[?(@.type=="Ready")]`.
final class JsonPath {
    private final List<Step> steps;

    private JsonPath(List<Step> steps) {
        this.steps = steps;
    }

    private sealed interface Step {
        List<Json> from(Json value);
    }

    private record Name(String name) implements Step {
        @Override
        public List<Json> from(Json value) {
            var member = value instanceof Json.Obj object ? object.get(name) : null;
            return member == null ? List.of() : List.of(member);
        }
    }

    private record Index(int index) implements Step {
        @Override
        public List<Json> from(Json value) {
            if (!(value instanceof Json.Arr(var items))) {
                return List.of();
            }
            var at = index < 0 ? index + items.size() : index;
            return at < 0 || at >= items.size() ? List.of() : List.of(items.get(at));
        }
    }

    private record All() implements Step {
        @Override
        public List<Json> from(Json value) {
            return switch (value) {
                case Json.Arr(var items) -> items;
                case Json.Obj(var members) -> List.copyOf(members.values());
                default -> List.of();
            };
        }
    }

    private record Filter(JsonPath path, boolean equal, String literal) implements Step {
        @Override
        public List<Json> from(Json value) {
            if (!(value instanceof Json.Arr(var items))) {
                return List.of();
            }
            return items.stream().filter(this::holds).toList();
        }

        private boolean holds(Json item) {
            var found = path.find(item);
            return !found.isEmpty() && text(found.getFirst()).equals(literal) == equal;
        }
    }

    /// The path in a text; empty where the text is none, or uses more of the language.
    static Optional<JsonPath> parse(String text) {
        var steps = new ArrayList<Step>();
        var rest = text.startsWith("{") && text.endsWith("}") ? inner(text) : text;
        rest = rest.startsWith("$") ? rest.substring(1) : rest;
        while (!rest.isEmpty() && !rest.equals(".")) {
            var end = rest.startsWith("[") ? bracketEnd(rest) : nameEnd(rest);
            if (end < 0) {
                return Optional.empty();
            }
            var step = rest.startsWith("[") ? bracket(rest.substring(1, end)) : name(rest, end);
            if (step.isEmpty()) {
                return Optional.empty();
            }
            steps.add(step.get());
            rest = rest.substring(rest.startsWith("[") ? end + 1 : end);
        }
        return Optional.of(new JsonPath(steps));
    }

    private static String inner(String text) {
        return text.substring(1, text.length() - 1);
    }

    private static int bracketEnd(String text) {
        if (text.startsWith("[?(")) {
            var end = text.indexOf(")]");
            return end < 0 ? -1 : end + 1;
        }
        return text.indexOf(']');
    }

    private static int nameEnd(String text) {
        if (!text.startsWith(".")) {
            return -1;
        }
        for (int i = 1; i < text.length(); i++) {
            var c = text.charAt(i);
            if (c == '\\') {
                i++;
            } else if (c == '.' || c == '[') {
                return i;
            }
        }
        return text.length();
    }

    private static Optional<Step> name(String text, int end) {
        var name = text.substring(1, end).replaceAll("\\\\(.)", "$1");
        if (name.equals("*")) {
            return Optional.of(new All());
        }
        return name.isEmpty() ? Optional.empty() : Optional.of(new Name(name));
    }

    private static Optional<Step> bracket(String text) {
        if (text.equals("*")) {
            return Optional.of(new All());
        }
        if (text.startsWith("?(") && text.endsWith(")")) {
            return filter(text.substring(2, text.length() - 1));
        }
        if (isQuoted(text)) {
            return Optional.of(new Name(inner(text)));
        }
        try {
            return Optional.of(new Index(Integer.parseInt(text)));
        } catch (NumberFormatException _) {
            return Optional.empty();
        }
    }

    private static boolean isQuoted(String text) {
        return text.length() >= 2
                && (text.startsWith("'") && text.endsWith("'")
                        || text.startsWith("\"") && text.endsWith("\""));
    }

    private static Optional<Step> filter(String text) {
        var equal = text.indexOf("==");
        var unequal = text.indexOf("!=");
        var at = equal >= 0 ? equal : unequal;
        if (!text.startsWith("@") || at < 0) {
            return Optional.empty();
        }
        var literal = text.substring(at + 2).strip();
        return parse(text.substring(1, at).strip())
                .map(path ->
                        new Filter(path, equal >= 0, isQuoted(literal) ? inner(literal) : literal));
    }

    /// The values at the path, in order.
    List<Json> find(Json value) {
        var found = List.of(value);
        for (var step : steps) {
            found = found.stream().flatMap(one -> step.from(one).stream()).toList();
        }
        return found;
    }

    /// The value as text: strings bare, all else as JSON.
    static String text(Json value) {
        return value instanceof Json.Str(var text) ? text : Causes.text(value);
    }
}
