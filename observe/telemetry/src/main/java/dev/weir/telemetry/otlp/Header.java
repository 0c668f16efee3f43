package dev.weir.telemetry.otlp;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// A header field of HTTP.
///
/// @param name in lower case
record Header(String name, String value) {
    /// The value of the last field with that name.
    static @Nullable String last(List<Header> headers, String name) {
        for (int i = headers.size() - 1; i >= 0; i--) {
            if (headers.get(i).name.equals(name)) {
                return headers.get(i).value;
            }
        }
        return null;
    }
}
