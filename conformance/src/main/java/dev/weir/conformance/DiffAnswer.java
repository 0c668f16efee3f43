package dev.weir.conformance;

import dev.weir.resource.Json;
import dev.weir.resource.JsonException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/// An answer without what differs between any two servers.
///
/// @param code the HTTP status
/// @param type the content type
/// @param warnings the `Warning` headers in order
/// @param body one JSON value for each line of a watch, one for any other answer
record DiffAnswer(int code, String type, List<String> warnings, Json body) {
    private static final Pattern UID = Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");
    private static final Pattern TIME =
            Pattern.compile("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?Z");
    private static final Pattern SOURCE = Pattern.compile(" in scheme \"[^\"]*\\.go:\\d+\"");
    private static final Pattern PATCHED =
            Pattern.compile("((?:patch: |^)Invalid value: )\"\\{(\\\\.|[^\"\\\\])*\"");
    private static final Pattern AGE = Pattern.compile("\\d+[smhd](\\d+[smh])?");

    /// What a response says.
    ///
    /// @param known by what to replace what this server alone knows, such as resource versions
    static DiffAnswer of(HttpResponse<byte[]> response, Map<String, String> known) {
        var body = body(new String(response.body(), StandardCharsets.UTF_8));
        return new DiffAnswer(
                response.statusCode(),
                response.headers().firstValue("Content-Type").orElse(""),
                response.headers().allValues("Warning"),
                clean("", body, known));
    }

    private static Json body(String text) {
        var lines = text.strip().split("\n", -1);
        try {
            return Json.parse(text);
        } catch (JsonException _) {
            if (!text.startsWith("{\"type\":")) {
                return Json.of(text);
            }
            var events = new ArrayList<Json>();
            for (var line : lines) {
                events.add(Json.parse(line));
            }
            return new Json.Arr(events);
        }
    }

    private static Json clean(String name, Json json, Map<String, String> known) {
        return switch (json) {
            case Json.Obj object -> {
                var members = new TreeMap<String, Json>();
                object.members()
                        .forEach((key, value) -> members.put(key, clean(key, value, known)));
                members.remove("managedFields");
                if (name.equals("columnDefinitions")) {
                    members.remove("description");
                }
                if (object.string("kind").equals("CustomResourceDefinition")) {
                    // There a controller writes it, some time after the answer.
                    members.remove("status");
                }
                if (object.has("generateName") && object.has("name")) {
                    members.put("name", Json.of("GENERATED"));
                }
                yield new Json.Obj(members);
            }
            case Json.Arr array -> {
                var items = array.items().stream().map(item -> clean(name, item, known));
                // Kubernetes says the same about an object as often as it checks it.
                yield new Json.Arr((name.equals("causes") ? items.distinct() : items).toList());
            }
            case Json.Str text -> Json.of(clean(name, text.value(), known));
            default -> json;
        };
    }

    private static String clean(String name, String text, Map<String, String> known) {
        if (name.equals("resourceVersion") && text.matches("[1-9]\\d*")) {
            return "VERSION";
        }
        if (name.equals("continue") && !text.isEmpty()) {
            return "CONTINUE";
        }
        if (name.equals("cells") && AGE.matcher(text).matches()) {
            return "AGE";
        }
        if (name.equals("message")) {
            text = SOURCE.matcher(text).replaceAll("");
            text = PATCHED.matcher(text).replaceAll("$1OBJECT");
            for (var word : known.entrySet()) {
                text =
                        text.replaceAll(
                                "\\b" + Pattern.quote(word.getKey()) + "\\b", word.getValue());
            }
        }
        return TIME.matcher(UID.matcher(text).replaceAll("UID")).replaceAll("TIME");
    }

    /// What another answer has that this one has not, and the other way round; empty where they are
    /// equal.
    List<String> differences(DiffAnswer real) {
        var found = new ArrayList<String>();
        compare("code", code, real.code, found);
        compare("type", type, real.type, found);
        compare("warnings", warnings, real.warnings, found);
        compare("", body, real.body, found);
        return found;
    }

    private static void compare(String path, Json ours, Json real, List<String> found) {
        if (ours instanceof Json.Obj(var mine) && real instanceof Json.Obj(var theirs)) {
            var names = new TreeMap<>(mine);
            names.putAll(theirs);
            for (var name : names.keySet()) {
                var one = mine.get(name);
                var other = theirs.get(name);
                if (one == null || other == null) {
                    compare(path + "." + name, text(one), text(other), found);
                } else {
                    compare(path + "." + name, one, other, found);
                }
            }
        } else if (ours instanceof Json.Arr(var mine)
                && real instanceof Json.Arr(var theirs)
                && mine.size() == theirs.size()) {
            for (int i = 0; i < mine.size(); i++) {
                compare(path + "[" + i + "]", mine.get(i), theirs.get(i), found);
            }
        } else {
            compare(path, text(ours), text(real), found);
        }
    }

    private static void compare(String path, Object ours, Object real, List<String> found) {
        if (!ours.equals(real)) {
            found.add(path + ": " + ours + ", Kubernetes: " + real);
        }
    }

    private static String text(@org.jspecify.annotations.Nullable Json json) {
        return json == null ? "nothing" : new String(json.bytes(), StandardCharsets.UTF_8);
    }
}
