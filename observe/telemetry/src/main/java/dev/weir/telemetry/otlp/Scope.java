package dev.weir.telemetry.otlp;

import io.opentelemetry.api.common.Attributes;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// An instrumentation scope: who speaks.
///
/// @param name the library's or package's name; empty where it is unknown
/// @param version the library's version
/// @param schemaUrl the schema of the names it uses
/// @param attributes what else identifies it
public record Scope(
        String name, @Nullable String version, @Nullable String schemaUrl, Attributes attributes) {
    /// Refuses null.
    public Scope {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(attributes, "attributes");
    }

    /// The field `scope` (1) that `ScopeSpans`, `ScopeMetrics` and `ScopeLogs` have in common.
    public byte[] field() {
        var out = new ProtoWriter(64);
        int mark = out.begin(1);
        if (!name.isEmpty()) {
            out.string(1, name);
        }
        if (version != null) {
            out.string(2, version);
        }
        out.attributes(3, attributes);
        out.end(mark);
        return out.toByteArray();
    }
}
