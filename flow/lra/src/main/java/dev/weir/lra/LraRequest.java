package dev.weir.lra;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A request to a coordinator, as any HTTP server can make it. Immutable.
///
/// @param method `GET`, `PUT`, `POST` or `DELETE`
/// @param base the URL of the coordinator as the caller sees it, without a slash at the end, as
///   `http://shop:8080/lra-coordinator`; clients of Narayana want that last word
/// @param path what follows, percent-encoded, as `/start`; empty for the coordinator itself
/// @param query percent-encoded, without the `?`; null for none
/// @param headers by name; case of names does not matter
/// @param body as text
public record LraRequest(
        String method,
        String base,
        String path,
        @Nullable String query,
        Map<String, List<String>> headers,
        String body) {
    /// Copies the headers.
    public LraRequest {
        var copy = new HashMap<String, List<String>>();
        headers.forEach(
                (name, values) -> copy.put(name.toLowerCase(Locale.ROOT), List.copyOf(values)));
        headers = Map.copyOf(copy);
    }

    /// The last value of a header (a client's own context comes last); null when it is absent.
    @Nullable String header(String name) {
        var values = headers.get(name.toLowerCase(Locale.ROOT));
        return values == null || values.isEmpty() ? null : values.getLast();
    }

    /// All values of a header, as one list.
    String all(String name) {
        return String.join(",", headers.getOrDefault(name.toLowerCase(Locale.ROOT), List.of()));
    }
}
