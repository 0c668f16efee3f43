package dev.weir.apiserver;

import dev.weir.resource.Json;
import dev.weir.resource.Status;
import dev.weir.resource.StatusException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;

/// Kubernetes' protobuf media type (`application/vnd.kubernetes.protobuf`) for the built-in kinds:
/// four magic bytes, then a `runtime.Unknown` around the object.
final class Protobuf {
    /// The media type.
    static final String MEDIA_TYPE = "application/vnd.kubernetes.protobuf";

    private static final byte[] MAGIC = {'k', '8', 's', 0};
    private static final int TYPE_META = 1;
    private static final int RAW = 2;
    private static final int CONTENT_ENCODING = 3;
    private static final int CONTENT_TYPE = 4;

    private Protobuf() {}

    /// The object in a body, in the canonical form; unknown fields are skipped.
    ///
    /// @throws StatusException `BadRequest` when it is malformed, or of a kind that is not built in
    static Json.Obj decode(byte[] body) {
        if (body.length < MAGIC.length
                || !Arrays.equals(MAGIC, Arrays.copyOf(body, MAGIC.length))) {
            throw refused(
                    "provided data does not appear to be a protobuf message, expected prefix"
                            + " [107 56 115 0]");
        }
        try {
            return envelope(new ProtoReader(body, MAGIC.length, body.length));
        } catch (ProtoException e) {
            throw refused("error decoding protobuf: " + e.getMessage());
        }
    }

    private static StatusException refused(String message) {
        return StatusException.of(Status.Reason.BadRequest, message);
    }

    private static Json.Obj envelope(ProtoReader in) throws ProtoException {
        var apiVersion = "";
        var kind = "";
        var raw = new ProtoReader(new byte[0], 0, 0);
        while (in.next()) {
            if (in.field() == TYPE_META) {
                var meta = in.message();
                while (meta.next()) {
                    switch (meta.field()) {
                        case 1 -> apiVersion = meta.string();
                        case 2 -> kind = meta.string();
                        default -> meta.skip();
                    }
                }
            } else if (in.field() == RAW) {
                raw = in.message();
            } else {
                in.skip();
            }
        }
        var type = TypeTable.BUILT_IN.kind(apiVersion, kind);
        if (type == null) {
            throw refused(
                    "no kind \"%s\" is registered for version \"%s\"".formatted(kind, apiVersion));
        }
        var out = new LinkedHashMap<String, Json>();
        out.put("kind", Json.of(kind));
        out.put("apiVersion", Json.of(apiVersion));
        out.putAll(raw.object(type).members());
        var version = apiVersion.substring(apiVersion.indexOf('/') + 1);
        return new Canonical(kind, version, new ArrayList<>()).object(type, new Json.Obj(out));
    }

    /// The body of an object of a built-in kind, in its canonical form.
    ///
    /// @throws IllegalArgumentException when the kind is not built in
    static byte[] encode(Json.Obj object) {
        var apiVersion = object.string("apiVersion");
        var kind = object.string("kind");
        var type = TypeTable.BUILT_IN.kind(apiVersion, kind);
        if (type == null) {
            throw new IllegalArgumentException(
                    "expected a built-in kind, found " + apiVersion + " " + kind);
        }
        var meta = new ProtoWriter().string(1, apiVersion).string(2, kind);
        var envelope =
                new ProtoWriter()
                        .bytes(TYPE_META, meta.toBytes())
                        .bytes(RAW, new ProtoWriter().object(type, object).toBytes())
                        .string(CONTENT_ENCODING, "")
                        .string(CONTENT_TYPE, "");
        return new ProtoWriter().raw(MAGIC).raw(envelope.toBytes()).toBytes();
    }
}
