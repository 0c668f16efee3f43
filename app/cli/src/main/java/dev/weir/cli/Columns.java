package dev.weir.cli;

import dev.weir.resource.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Which columns of a server's `Table` to show, and how wide they are.
///
/// @param wide whether columns of lower priority are shown too
/// @param namespace whether the first column is the namespace
/// @param labels whether the last column is the labels
/// @param prefix what goes before names, such as `configmap/`; empty for nothing
record Columns(boolean wide, boolean namespace, boolean labels, String prefix) {
    /// The columns' names, in capitals.
    List<String> header(Json.Obj table) {
        var cells = new ArrayList<String>();
        if (namespace) {
            cells.add("NAMESPACE");
        }
        for (var index : shown(table)) {
            var definition = table.array("columnDefinitions").items().get(index).asObject();
            cells.add(definition.string("name").toUpperCase(Locale.ROOT));
        }
        if (labels) {
            cells.add("LABELS");
        }
        return cells;
    }

    /// The rows' texts.
    ///
    /// @param definitions a table with column definitions, as only the first of a watch has them
    List<List<String>> rows(Json.Obj definitions, Json.Obj table) {
        var shown = shown(definitions);
        return table.array("rows").items().stream().map(row -> row(shown, row.asObject())).toList();
    }

    private List<String> row(List<Integer> shown, Json.Obj row) {
        var metadata = row.object("object").object("metadata");
        var values = row.array("cells").items();
        var cells = new ArrayList<String>();
        if (namespace) {
            cells.add(metadata.string("namespace"));
        }
        for (int index : shown) {
            var text = index < values.size() ? text(values.get(index)) : "";
            cells.add(index == shown.getFirst() ? prefix + text : text);
        }
        if (labels) {
            var texts = new ArrayList<String>();
            metadata.object("labels")
                    .members()
                    .forEach((key, value) -> texts.add(key + "=" + text(value)));
            cells.add(texts.isEmpty() ? "<none>" : String.join(",", texts));
        }
        return cells;
    }

    private List<Integer> shown(Json.Obj table) {
        var shown = new ArrayList<Integer>();
        var definitions = table.array("columnDefinitions").items();
        for (int i = 0; i < definitions.size(); i++) {
            if (wide || definitions.get(i).asObject().integer("priority", 0) == 0) {
                shown.add(i);
            }
        }
        return shown;
    }

    private static String text(Json value) {
        return switch (value) {
            case Json.Str text -> text.value().isEmpty() ? "" : firstLine(text.value());
            case Json.Null _ -> "<none>";
            case Json.Int _, Json.Dec _, Json.Bool _, Json.Arr _, Json.Obj _ ->
                    new String(value.bytes(), java.nio.charset.StandardCharsets.UTF_8);
        };
    }

    private static String firstLine(String text) {
        int end = text.indexOf('\n');
        return Shell.visible(end < 0 ? text : text.substring(0, end) + "...");
    }

    /// The table of a server that answers with plain objects: names only.
    static Json.Obj ofObjects(Json.Obj answer) {
        var items =
                answer.get("items") instanceof Json.Arr list ? list.items() : List.<Json>of(answer);
        var rows = new ArrayList<Json>();
        for (var item : items) {
            var name = Json.of(Target.name(item.asObject()));
            rows.add(Json.Obj.of("cells", new Json.Arr(List.of(name))).with("object", item));
        }
        var column = Json.Obj.of("name", Json.of("Name"));
        return Json.Obj.of("columnDefinitions", new Json.Arr(List.of(column)))
                .with("kind", Json.of("Table"))
                .with("rows", new Json.Arr(rows))
                .with("metadata", answer.object("metadata"));
    }
}
