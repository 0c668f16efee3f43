package dev.weir.apiserver;

import dev.weir.resource.Json;
import dev.weir.resource.JsonException;
import dev.weir.resource.Patch;
import dev.weir.resource.Status;
import dev.weir.resource.StatusException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;

/// Reads the bodies of requests.
final class Bodies {
    private static final String NO_KIND = "couldn't get version/kind; json parse error: ";
    private static final int SUMMARY = 30;

    /// How many values a body may have, whatever its media type: each takes far more room than it
    /// has text.
    static final int MOST_VALUES = 250_000;

    private Bodies() {}

    /// The object in a body, in any of the media types that the kind is served in.
    ///
    /// @param problems gets repeated members, which do not refuse the body by themselves
    static Json.Obj object(Exchange exchange, Served kind, List<String> problems)
            throws IOException {
        var read = object(exchange, kind.names().kind(), !kind.custom(), problems);
        if (kind.custom() && read.string("apiVersion").isEmpty()) {
            throw Intake.anotherVersion(kind, "");
        }
        return read;
    }

    /// The same for what is no kind by itself.
    static Json.Obj object(Exchange exchange, String kind, List<String> problems)
            throws IOException {
        return object(exchange, kind, true, problems);
    }

    private static Json.Obj object(
            Exchange exchange, String kind, boolean builtIn, List<String> problems)
            throws IOException {
        var media = Media.parse(exchange.header("Content-Type"));
        var body = exchange.body();
        try {
            var read = object(media, body, builtIn, problems);
            if (!builtIn && read.string("kind").isEmpty()) {
                var text = new String(body, StandardCharsets.UTF_8);
                throw new JsonException("Object 'Kind' is missing in '" + text + "'");
            }
            return read;
        } catch (JsonException e) {
            throw Refusals.badRequest(
                    "the object provided is unrecognized (must be of type %s): %s (%s)"
                            .formatted(kind, e.getMessage(), summary(body)));
        }
    }

    private static Json.Obj object(
            Media media, byte[] body, boolean builtIn, List<String> problems) {
        return switch (media.type()) {
            case "", Media.JSON -> typed(json(body, problems));
            case Media.YAML -> typed(Yaml.read(body));
            case Protobuf.MEDIA_TYPE -> {
                if (!builtIn) {
                    throw unsupported(Media.JSON, Media.YAML);
                }
                yield Protobuf.decode(body);
            }
            default ->
                    throw builtIn
                            ? unsupported(Media.JSON, Media.YAML, Protobuf.MEDIA_TYPE)
                            : unsupported(Media.JSON, Media.YAML);
        };
    }

    /// An object that says of what kind it is, if anything, in text.
    static Json.Obj typed(Json value) {
        if (!(value instanceof Json.Obj object)) {
            throw new JsonException(NO_KIND + "expected an object, found " + value.kind());
        }
        for (var name : List.of("apiVersion", "kind")) {
            var given = object.get(name);
            if (given != null && given != Json.NULL && !(given instanceof Json.Str)) {
                throw new JsonException(
                        NO_KIND
                                + "json: cannot unmarshal %s into Go struct field .%s of type string"
                                        .formatted(Patches.goKind(given), name));
            }
        }
        return object;
    }

    /// The beginning of a body, for messages.
    private static String summary(byte[] body) {
        if (body.length == 0) {
            return "<empty>";
        }
        int length = Math.min(body.length, SUMMARY);
        var text =
                body[0] == '{'
                        ? new String(body, 0, length, StandardCharsets.UTF_8)
                        : HexFormat.of().formatHex(body, 0, length);
        return body.length > SUMMARY ? text + " ..." : text;
    }

    /// The object in a body that may be empty.
    static Json.Obj optional(Exchange exchange) throws IOException {
        var media = Media.parse(exchange.header("Content-Type"));
        var body = exchange.body();
        if (body.length == 0) {
            return Json.Obj.EMPTY;
        }
        return switch (media.type()) {
            case Media.YAML -> typed(Yaml.read(body));
            case Protobuf.MEDIA_TYPE -> Protobuf.decode(body);
            default -> typed(json(body, new java.util.ArrayList<>()));
        };
    }

    /// The patch in a body.
    static Patch patch(Exchange exchange, Served kind, String subresource) throws IOException {
        var media = Media.parse(exchange.header("Content-Type"));
        for (var type : Patch.Type.values()) {
            if (type.mediaType().equals(media.type()) && Objects.serves(kind, type)) {
                return new Patch(type, patch(exchange.body()), subresource);
            }
        }
        throw Objects.unserved(kind);
    }

    private static Json json(byte[] body, List<String> problems) {
        try {
            return Json.parse(
                    body, path -> problems.add("duplicate field \"" + path + "\""), MOST_VALUES);
        } catch (JsonException e) {
            throw new JsonException(NO_KIND + e.getMessage());
        }
    }

    private static Json patch(byte[] body) {
        try {
            return Json.parse(body, MOST_VALUES);
        } catch (JsonException e) {
            throw Refusals.badRequest("error decoding patch: " + e.getMessage());
        }
    }

    static StatusException unsupported(String... types) {
        return StatusException.of(
                Status.Reason.UnsupportedMediaType,
                "the body of the request was in an unknown format - accepted media types include: "
                        + String.join(", ", types));
    }
}
