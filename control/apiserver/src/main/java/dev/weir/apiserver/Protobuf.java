package dev.weir.apiserver;

import dev.weir.resource.Json;

/// Kubernetes' protobuf media type (`application/vnd.kubernetes.protobuf`) for the built-in kinds:
/// four magic bytes, then a `runtime.Unknown` around the object.
final class Protobuf {
    /// The media type.
    static final String MEDIA_TYPE = "application/vnd.kubernetes.protobuf";

    private Protobuf() {}

    /// The object in a body.
    ///
    /// @throws dev.weir.resource.StatusException `BadRequest` when it is malformed, or of a kind
    ///   that is not built in
    static Json.Obj decode(byte[] body) {
        return Json.Obj.EMPTY;
    }

    /// The body of an object of a built-in kind.
    static byte[] encode(Json.Obj object) {
        return new byte[0];
    }
}
