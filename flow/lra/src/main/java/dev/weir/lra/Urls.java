package dev.weir.lra;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Parts of URLs.
final class Urls {
    private Urls() {}

    static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    /// @throws Refusal 400, also for NUL, which PostgreSQL has no place for
    static String decode(String text) {
        try {
            var decoded = URLDecoder.decode(text, StandardCharsets.UTF_8);
            if (decoded.indexOf(0) >= 0) {
                throw new Refusal(400, text + ": expected no NUL");
            }
            return decoded;
        } catch (IllegalArgumentException e) {
            throw new Refusal(400, text + ": " + e.getMessage());
        }
    }

    /// The parameters of a query, decoded; the last one of a name.
    static Map<String, String> query(@Nullable String raw) {
        var found = new HashMap<String, String>();
        if (raw != null && !raw.isEmpty()) {
            for (var pair : raw.split("&", -1)) {
                int at = pair.indexOf('=');
                found.put(
                        decode(at < 0 ? pair : pair.substring(0, at)),
                        at < 0 ? "" : decode(pair.substring(at + 1)));
            }
        }
        return found;
    }

    /// The id of an action from its URL, or from its id.
    static String id(String name) {
        var path = path(name);
        return path.substring(path.lastIndexOf('/') + 1);
    }

    /// A URL without its query.
    static String path(String url) {
        int end = url.indexOf('?');
        return end < 0 ? url : url.substring(0, end);
    }
}
