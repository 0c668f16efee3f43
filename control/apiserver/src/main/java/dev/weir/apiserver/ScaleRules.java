package dev.weir.apiserver;

import dev.weir.resource.Json;
import dev.weir.resource.Status.Cause;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// What the `scale` subresource asks of the members that it reads and writes, whatever the schema
/// says of them.
final class ScaleRules {
    private ScaleRules() {}

    /// @param status whether only the status was written
    static List<Cause> validate(Served kind, Json.Obj object, boolean status) {
        var causes = new ArrayList<Cause>();
        if (!status) {
            count(object, kind.names().scaleSpecPath(), causes);
        }
        count(object, kind.names().scaleStatusPath(), causes);
        var path = kind.scaleSelectorPath();
        var selector = at(object, path, Json.of(""), causes);
        if (selector != null && !(selector instanceof Json.Str)) {
            causes.add(unreadable(path, Json.of(""), selector, "string"));
        }
        return causes;
    }

    private static void count(Json.Obj object, String path, List<Cause> causes) {
        var value = at(object, path, Json.of(0), causes);
        if (value == null) {
            return;
        }
        if (!(value instanceof Json.Int(var number))) {
            causes.add(unreadable(path, Json.of(0), value, "int64"));
        } else if (number < 0) {
            causes.add(Causes.invalid(path, value, "should be a non-negative integer"));
        } else if (number > Integer.MAX_VALUE) {
            var detail = "should be less than or equal to " + Integer.MAX_VALUE;
            causes.add(Causes.invalid(path, value, detail));
        }
    }

    /// The value at a path; null where there is none, or no path, or something else on the way.
    ///
    /// @param shown in the cause where something else is on the way
    private static @Nullable Json at(Json.Obj object, String path, Json shown, List<Cause> causes) {
        if (path.isEmpty()) {
            return null;
        }
        Json value = object;
        for (var step : path.substring(1).split("\\.", -1)) {
            if (!(value instanceof Json.Obj members)) {
                causes.add(unreadable(path, shown, value, "map[string]interface{}"));
                return null;
            }
            value = members.get(step);
            if (value == null) {
                return null;
            }
        }
        return value;
    }

    private static Cause unreadable(String path, Json shown, Json value, String expected) {
        var detail =
                "%s accessor error: %s is of the type %s, expected %s"
                        .formatted(path, go(value), goType(value), expected);
        return Causes.invalid(path, shown, detail);
    }

    private static String goType(Json value) {
        return switch (value) {
            case Json.Obj _ -> "map[string]interface {}";
            case Json.Arr _ -> "[]interface {}";
            case Json.Str _ -> "string";
            case Json.Int _ -> "int64";
            case Json.Dec _ -> "float64";
            case Json.Bool _ -> "bool";
            case Json.Null _ -> "<nil>";
        };
    }

    /// The value as Go's `%v` prints it.
    static String go(@Nullable Json value) {
        return switch (value) {
            case Json.Str(var text) -> text;
            case Json.Arr(var items) ->
                    items.stream().map(ScaleRules::go).collect(Collectors.joining(" ", "[", "]"));
            case Json.Obj(var members) ->
                    new TreeMap<>(members)
                            .entrySet().stream()
                                    .map(e -> e.getKey() + ":" + go(e.getValue()))
                                    .collect(Collectors.joining(" ", "map[", "]"));
            case Json.Null _ -> "<nil>";
            case null -> "<nil>";
            case Json.Int _, Json.Dec _, Json.Bool _ -> Causes.text(value);
        };
    }
}
