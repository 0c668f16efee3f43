package dev.weir.apiserver;

import dev.weir.resource.Json;
import dev.weir.store.Entry;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;

/// The shape in which a caller wants objects: whole, as a table, or their metadata alone.
///
/// @param include what the rows of a table carry
record View(Media media, Form form, Tables.Include include) {
    private static final String META = "meta.k8s.io";

    /// The shapes.
    enum Form {
        WHOLE,
        TABLE,
        METADATA
    }

    /// The first shape that the caller accepts and the server has.
    static View of(Exchange exchange) {
        var include = include(exchange.query("includeObject"));
        return Media.negotiate(
                exchange.accept(),
                media -> form(media).map(form -> new View(media, form, include)));
    }

    private static Optional<Form> form(Media media) {
        if (!media.json() && !media.yaml()) {
            return Optional.empty();
        }
        return switch (media.as()) {
            case "" -> Optional.of(Form.WHOLE);
            case "Table" -> meta(media, Form.TABLE);
            case "PartialObjectMetadata", "PartialObjectMetadataList" -> meta(media, Form.METADATA);
            default -> Optional.empty();
        };
    }

    private static Optional<Form> meta(Media media, Form form) {
        return media.parameter("g").equals(META) && media.parameter("v").equals("v1")
                ? Optional.of(form)
                : Optional.empty();
    }

    private static Tables.Include include(String name) {
        return switch (name) {
            case "", "Metadata" -> Tables.Include.Metadata;
            case "None" -> Tables.Include.None;
            case "Object" -> Tables.Include.Object;
            default ->
                    throw Refusals.badRequest("unrecognized includeObject value: \"" + name + "\"");
        };
    }

    /// Whether objects are sent as they are stored.
    boolean plain() {
        return form == Form.WHOLE && !media.yaml();
    }

    /// One object.
    byte[] object(Served kind, Json.Obj object, Instant now) {
        return media.write(shaped(kind, object, true, now));
    }

    /// One object as the JSON that this shape makes of it.
    ///
    /// @param columns whether a table says what its columns are
    Json.Obj shaped(Served kind, Json.Obj object, boolean columns, Instant now) {
        return switch (form) {
            case WHOLE -> object;
            case METADATA -> Tables.partial(object);
            case TABLE ->
                    Tables.of(
                            kind.names(),
                            List.of(object),
                            object.object("metadata"),
                            include,
                            columns,
                            now);
        };
    }

    /// A page of objects.
    byte[] list(Served kind, Lists.Found found, Instant now) {
        var metadata = metadata(kind, found);
        if (plain()) {
            return plain(kind, found, metadata);
        }
        var objects = found.entries().stream().map(entry -> Stored.read(kind, entry)).toList();
        return media.write(
                switch (form) {
                    case WHOLE -> listOf(kind, metadata, objects);
                    case TABLE -> Tables.of(kind.names(), objects, metadata, include, true, now);
                    case METADATA -> partials(metadata, objects);
                });
    }

    private Json.Obj metadata(Served kind, Lists.Found found) {
        var metadata = new LinkedHashMap<String, Json>();
        if (kind.custom() && form == Form.WHOLE) {
            // Kubernetes leaves the member out of the lists of built-in kinds only.
            metadata.put("continue", Json.of(""));
        }
        metadata.put("resourceVersion", Json.of(Long.toString(found.revision())));
        if (!found.token().isEmpty()) {
            metadata.put("continue", Json.of(found.token()));
            if (found.remaining() > 0) {
                metadata.put("remainingItemCount", Json.of(found.remaining()));
            }
        }
        return new Json.Obj(metadata);
    }

    static Json.Obj listOf(Served kind, Json.Obj metadata, List<Json.Obj> objects) {
        return head(kind.listKind(), kind.apiVersion(), metadata)
                .with(
                        "items",
                        new Json.Arr(objects.stream().<Json>map(o -> item(kind, o)).toList()));
    }

    // The typed lists of built-in kinds leave out what all items have in common.
    private static Json.Obj item(Served kind, Json.Obj object) {
        return kind.custom() ? object : object.without("kind").without("apiVersion");
    }

    private static Json.Obj partials(Json.Obj metadata, List<Json.Obj> objects) {
        return head("PartialObjectMetadataList", META + "/v1", metadata)
                .with("items", new Json.Arr(objects.stream().<Json>map(Tables::partial).toList()));
    }

    private static Json.Obj head(String kind, String apiVersion, Json.Obj metadata) {
        return Json.Obj.of("kind", Json.of(kind))
                .with("apiVersion", Json.of(apiVersion))
                .with("metadata", metadata);
    }

    private static byte[] plain(Served kind, Lists.Found found, Json.Obj metadata) {
        var head = head(kind.listKind(), kind.apiVersion(), metadata).bytes();
        var out = new ByteArrayOutputStream(head.length + 32 + size(found.entries()));
        out.write(head, 0, head.length - 1);
        out.writeBytes(",\"items\":[".getBytes(StandardCharsets.US_ASCII));
        var separator = "";
        for (var entry : found.entries()) {
            out.writeBytes(separator.getBytes(StandardCharsets.US_ASCII));
            out.writeBytes(Stored.item(kind, entry));
            separator = ",";
        }
        out.writeBytes("]}".getBytes(StandardCharsets.US_ASCII));
        return out.toByteArray();
    }

    private static int size(List<Entry> entries) {
        return entries.stream().mapToInt(entry -> entry.value().length + 40).sum();
    }
}
