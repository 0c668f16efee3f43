package dev.weir.apiserver;

import dev.weir.resource.Json;
import dev.weir.resource.JsonException;
import dev.weir.resource.Patch;
import dev.weir.resource.Status;
import dev.weir.resource.StatusException;
import java.io.IOException;
import java.util.List;

/// Reads the bodies of requests.
final class Bodies {
    private Bodies() {}

    /// The object in a body, in any of the media types that the kind is served in.
    ///
    /// @param problems gets repeated members, which do not refuse the body by themselves
    static Json.Obj object(Exchange exchange, boolean protobuf, List<String> problems)
            throws IOException {
        var media = Media.parse(exchange.header("Content-Type"));
        var body = exchange.body();
        return switch (media.type()) {
            case "", Media.JSON -> Intake.object(json(body, problems));
            case Media.YAML -> Intake.object(Yaml.read(body));
            case Protobuf.MEDIA_TYPE -> {
                if (!protobuf) {
                    throw unsupported(Media.JSON, Media.YAML);
                }
                yield Protobuf.decode(body);
            }
            default ->
                    throw protobuf
                            ? unsupported(Media.JSON, Media.YAML, Protobuf.MEDIA_TYPE)
                            : unsupported(Media.JSON, Media.YAML);
        };
    }

    /// The object in a body that may be empty.
    static Json.Obj optional(Exchange exchange) throws IOException {
        var media = Media.parse(exchange.header("Content-Type"));
        var body = exchange.body();
        if (body.length == 0) {
            return Json.Obj.EMPTY;
        }
        return switch (media.type()) {
            case Media.YAML -> Intake.object(Yaml.read(body));
            case Protobuf.MEDIA_TYPE -> Protobuf.decode(body);
            default -> Intake.object(json(body, new java.util.ArrayList<>()));
        };
    }

    /// The patch in a body.
    static Patch patch(Exchange exchange, Served kind, String subresource) throws IOException {
        var media = Media.parse(exchange.header("Content-Type"));
        for (var type : Patch.Type.values()) {
            if (type.mediaType().equals(media.type()) && Objects.serves(kind, type)) {
                return new Patch(
                        type, json(exchange.body(), new java.util.ArrayList<>()), subresource);
            }
        }
        throw Objects.unserved(kind);
    }

    private static Json json(byte[] body, List<String> problems) {
        try {
            return Json.parse(body, path -> problems.add("duplicate field \"" + path + "\""));
        } catch (JsonException e) {
            throw Refusals.badRequest(
                    body.length == 0
                            ? "EOF"
                            : "couldn't get version/kind; json parse error: " + e.getMessage());
        }
    }

    static StatusException unsupported(String... types) {
        return StatusException.of(
                Status.Reason.UnsupportedMediaType,
                "the body of the request was in an unknown format - accepted media types include: "
                        + String.join(", ", types));
    }
}
