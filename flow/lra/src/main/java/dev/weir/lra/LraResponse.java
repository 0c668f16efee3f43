package dev.weir.lra;

import java.util.LinkedHashMap;
import java.util.Map;

/// A coordinator's answer. Immutable.
///
/// @param status of HTTP
/// @param headers by name
/// @param body as text; empty for none
public record LraResponse(int status, Map<String, String> headers, String body) {
    /// Copies the headers.
    public LraResponse {
        headers = Map.copyOf(headers);
    }

    static LraResponse text(int status, String body) {
        return new LraResponse(status, Map.of("Content-Type", "text/plain"), body);
    }

    static LraResponse json(int status, String body) {
        return new LraResponse(status, Map.of("Content-Type", "application/json"), body);
    }

    LraResponse with(String name, String value) {
        var more = new LinkedHashMap<>(headers);
        more.put(name, value);
        return new LraResponse(status, more, body);
    }
}
