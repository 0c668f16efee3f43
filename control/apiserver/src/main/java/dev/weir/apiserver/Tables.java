package dev.weir.apiserver;

import dev.weir.resource.Json;
import dev.weir.resource.ResourceType;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The `Table` form (meta.k8s.io/v1) in which kubectl asks for objects.
final class Tables {
    private static final String UNKNOWN = "<unknown>";

    private static final Column NAME =
            column("Name", "string", "The name of the object.", (o, _) -> name(o))
                    .withFormat("name");
    private static final Column AGE =
            column("Age", "string", "The time since the object was created.", Tables::age);
    private static final Column DATE =
            column("Age", "date", "The time since the object was created.", Tables::age);
    private static final Column CREATED =
            column(
                    "Created At",
                    "date",
                    "When the object was created.",
                    (o, _) -> Json.of(o.object("metadata").string("creationTimestamp")));

    private static final Map<String, List<Column>> BUILT_IN =
            Map.of(
                    "Namespace",
                    List.of(
                            NAME,
                            column(
                                    "Status",
                                    "string",
                                    "Whether the namespace is active.",
                                    (o, _) -> Json.of(o.object("status").string("phase"))),
                            AGE),
                    "ConfigMap",
                    List.of(
                            NAME,
                            column(
                                    "Data",
                                    "string",
                                    "The count of keys.",
                                    (o, _) -> Json.of(size(o, "data") + size(o, "binaryData"))),
                            AGE),
                    "Secret",
                    List.of(
                            NAME,
                            column(
                                    "Type",
                                    "string",
                                    "What the secret is for.",
                                    (o, _) -> Json.of(o.string("type"))),
                            column(
                                    "Data",
                                    "string",
                                    "The count of keys.",
                                    (o, _) -> Json.of(size(o, "data"))),
                            AGE),
                    "ServiceAccount",
                    List.of(
                            NAME,
                            column(
                                    "Secrets",
                                    "string",
                                    "The count of secrets.",
                                    (o, _) -> Json.of(o.array("secrets").items().size())),
                            AGE),
                    "Lease",
                    List.of(
                            NAME,
                            column(
                                    "Holder",
                                    "string",
                                    "Who holds the lease.",
                                    (o, _) -> Json.of(o.object("spec").string("holderIdentity"))),
                            AGE),
                    "CustomResourceDefinition",
                    List.of(NAME, CREATED),
                    "Event",
                    events());

    private Tables() {}

    /// What each row carries beside its cells; the names are those of `includeObject`.
    enum Include {
        /// Nothing.
        None,
        /// The object's metadata, as a PartialObjectMetadata.
        Metadata,
        /// The object.
        Object
    }

    /// What a column shows of an object.
    private interface Cell {
        Json of(Json.Obj object, Instant now);
    }

    private record Column(
            String name, String type, String format, String description, int priority, Cell cell) {
        Column withFormat(String format) {
            return new Column(name, type, format, description, priority, cell);
        }

        Column wide() {
            return new Column(name, type, format, description, 1, cell);
        }

        Json definition() {
            var out = new LinkedHashMap<String, Json>();
            out.put("name", Json.of(name));
            out.put("type", Json.of(type));
            out.put("format", Json.of(format));
            out.put("description", Json.of(description));
            out.put("priority", Json.of(priority));
            return new Json.Obj(out);
        }
    }

    private static Column column(String name, String type, String description, Cell cell) {
        return new Column(name, type, "", description, 0, cell);
    }

    /// The table of some objects.
    ///
    /// @param listMetadata the `metadata` of the list: `resourceVersion`, `continue`,
    ///   `remainingItemCount`; that of the object itself for a single one
    /// @param columns whether the column definitions are there: a watch sends them once
    /// @param now what ages are counted to
    static Json.Obj of(
            ResourceType.Names names,
            List<Json.Obj> objects,
            Json.Obj listMetadata,
            Include include,
            boolean columns,
            Instant now) {
        var shown = columns(names);
        var rows = new ArrayList<Json>(objects.size());
        for (var object : objects) {
            rows.add(row(shown, object, include, now));
        }
        var out = new LinkedHashMap<String, Json>();
        out.put("kind", Json.of("Table"));
        out.put("apiVersion", Json.of("meta.k8s.io/v1"));
        out.put("metadata", metadata(listMetadata));
        out.put(
                "columnDefinitions",
                columns
                        ? new Json.Arr(shown.stream().map(Column::definition).toList())
                        : Json.NULL);
        out.put("rows", new Json.Arr(rows));
        return new Json.Obj(out);
    }

    private static Json metadata(Json.Obj listMetadata) {
        var out = new LinkedHashMap<String, Json>();
        for (var name : List.of("resourceVersion", "continue", "remainingItemCount")) {
            var value = listMetadata.get(name);
            if (value != null) {
                out.put(name, value);
            }
        }
        return new Json.Obj(out);
    }

    private static Json row(List<Column> columns, Json.Obj object, Include include, Instant now) {
        var cells = new ArrayList<Json>(columns.size());
        for (var column : columns) {
            cells.add(column.cell().of(object, now));
        }
        var out = new LinkedHashMap<String, Json>();
        out.put("cells", new Json.Arr(cells));
        out.put(
                "object",
                switch (include) {
                    case None -> Json.NULL;
                    case Metadata -> partial(object);
                    case Object -> object;
                });
        return new Json.Obj(out);
    }

    /// The object's metadata alone, as a `PartialObjectMetadata`.
    static Json.Obj partial(Json.Obj object) {
        var out = new LinkedHashMap<String, Json>();
        out.put("kind", Json.of("PartialObjectMetadata"));
        out.put("apiVersion", Json.of("meta.k8s.io/v1"));
        out.put("metadata", object.object("metadata"));
        return new Json.Obj(out);
    }

    private static List<Column> columns(ResourceType.Names names) {
        var builtIn = BUILT_IN.get(names.kind());
        if (builtIn != null && BuiltIns.find(names).isPresent()) {
            return builtIn;
        }
        if (names.columns().isEmpty()) {
            return List.of(NAME, DATE);
        }
        var columns = new ArrayList<Column>();
        columns.add(NAME);
        names.columns().forEach(column -> columns.add(custom(column)));
        return columns;
    }

    private static Column custom(ResourceType.PrinterColumn column) {
        var path = JsonPath.parse(column.path());
        var description =
                column.description().isEmpty()
                        ? "Custom resource definition column (in JSONPath format): " + column.path()
                        : column.description();
        Cell cell =
                (object, now) -> {
                    var found = path.map(p -> p.find(object)).orElse(List.of());
                    return found.isEmpty() ? Json.NULL : cell(column.type(), found.getFirst(), now);
                };
        return new Column(column.name(), column.type(), "", description, column.priority(), cell);
    }

    private static Json cell(String type, Json value, Instant now) {
        return switch (type) {
            case "string" -> Json.of(JsonPath.text(value));
            case "integer" ->
                    switch (value) {
                        case Json.Int number -> number;
                        case Json.Dec(var number) -> Json.of((long) number);
                        default -> Json.NULL;
                    };
            case "number" ->
                    value instanceof Json.Int || value instanceof Json.Dec ? value : Json.NULL;
            case "boolean" -> value instanceof Json.Bool ? value : Json.NULL;
            case "date" ->
                    value instanceof Json.Str(var text) ? Json.of(since(text, now)) : Json.NULL;
            default -> Json.NULL;
        };
    }

    private static Json name(Json.Obj object) {
        return Json.of(object.object("metadata").string("name"));
    }

    private static Json age(Json.Obj object, Instant now) {
        return Json.of(since(object.object("metadata").string("creationTimestamp"), now));
    }

    /// The time since, in kubectl's short form.
    private static String since(String time, Instant now) {
        if (time.isEmpty()) {
            return UNKNOWN;
        }
        var then = Times.parse(time);
        return then == null ? "<invalid>" : HumanDuration.of(Duration.between(then, now));
    }

    private static int size(Json.Obj object, String member) {
        return object.object(member).members().size();
    }

    private static List<Column> events() {
        return List.of(
                column("Last Seen", "string", "When it was last seen.", Tables::lastSeen),
                column("Type", "string", "Normal or Warning.", (o, _) -> Json.of(o.string("type"))),
                column(
                        "Reason",
                        "string",
                        "What happened, in one word.",
                        (o, _) -> Json.of(o.string("reason"))),
                column("Object", "string", "What it is about.", (o, _) -> target(o)),
                column(
                                "Subobject",
                                "string",
                                "The part that it is about.",
                                (o, _) -> Json.of(about(o).string("fieldPath")))
                        .wide(),
                column("Source", "string", "Who reports it.", (o, _) -> source(o)).wide(),
                column(
                        "Message",
                        "string",
                        "What happened, for people.",
                        (o, _) -> Json.of(either(o, "message", "note").strip())),
                column("First Seen", "string", "When it was first seen.", Tables::firstSeen).wide(),
                column("Count", "string", "How often it was seen.", (o, _) -> count(o)).wide(),
                NAME.wide());
    }

    private static Json.Obj about(Json.Obj event) {
        return event.has("regarding") ? event.object("regarding") : event.object("involvedObject");
    }

    private static String either(Json.Obj event, String core, String later) {
        var value = event.string(core);
        return value.isEmpty() ? event.string(later) : value;
    }

    private static Json target(Json.Obj event) {
        var kind = about(event).string("kind").toLowerCase(Locale.ROOT);
        var name = about(event).string("name");
        return Json.of(name.isEmpty() ? kind : kind + "/" + name);
    }

    private static Json source(Json.Obj event) {
        var source =
                event.has("source") ? event.object("source") : event.object("deprecatedSource");
        var component = source.string("component");
        var host = source.string("host");
        component =
                component.isEmpty()
                        ? either(event, "reportingComponent", "reportingController")
                        : component;
        host = host.isEmpty() ? event.string("reportingInstance") : host;
        return Json.of(host.isEmpty() ? component : component + ", " + host);
    }

    private static Json firstSeen(Json.Obj event, Instant now) {
        var first = either(event, "firstTimestamp", "deprecatedFirstTimestamp");
        return Json.of(since(first.isEmpty() ? event.string("eventTime") : first, now));
    }

    private static Json lastSeen(Json.Obj event, Instant now) {
        if (series(event) instanceof Json.Obj series) {
            return Json.of(since(series.string("lastObservedTime"), now));
        }
        var last = either(event, "lastTimestamp", "deprecatedLastTimestamp");
        return last.isEmpty() ? firstSeen(event, now) : Json.of(since(last, now));
    }

    private static Json.@Nullable Obj series(Json.Obj event) {
        return event.get("series") instanceof Json.Obj series ? series : null;
    }

    private static Json count(Json.Obj event) {
        if (series(event) instanceof Json.Obj series) {
            return Json.of(series.integer("count", 0));
        }
        var count = event.integer("count", event.integer("deprecatedCount", 0));
        return Json.of(count == 0 ? 1 : count);
    }
}
