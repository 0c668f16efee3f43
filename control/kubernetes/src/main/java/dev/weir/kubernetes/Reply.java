package dev.weir.kubernetes;

import dev.weir.resource.Json;

/// An answer that an API server gave to a raw request.
///
/// @param code the HTTP status code, 200 to 299
/// @param mediaType the `Content-Type`; empty where there is none
/// @param body as it came
public record Reply(int code, String mediaType, byte[] body) {
    /// The body as a JSON object.
    ///
    /// @throws dev.weir.resource.JsonException when it is something else
    public Json.Obj json() {
        return Json.parse(body).asObject();
    }
}
