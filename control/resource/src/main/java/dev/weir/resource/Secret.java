package dev.weir.resource;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Something that not everybody may read: Kubernetes' core Secret. Its text form leaves the values
/// out, so that they do not reach logs.
///
/// @param type what the data is for
/// @param data bytes by key, in base64
/// @param immutable whether the data can never be changed
@Kind(group = "")
public record Secret(
        Metadata metadata,
        @Field(defaultJson = "\"Opaque\"") String type,
        Map<String, String> data,
        @Nullable Boolean immutable)
        implements Resource {
    /// The kind.
    public static final ResourceType<Secret> TYPE = ResourceType.of(Secret.class);

    /// A secret of texts.
    public static Secret of(Metadata metadata, Map<String, String> texts) {
        var data = new LinkedHashMap<String, String>();
        texts.forEach((key, text) -> {
            var bytes = text.getBytes(StandardCharsets.UTF_8);
            data.put(key, Base64.getEncoder().encodeToString(bytes));
        });
        return new Secret(metadata, "Opaque", data, null);
    }

    /// The text under a key; null where there is none.
    ///
    /// @throws IllegalArgumentException when the data is not base64
    public @Nullable String text(String key) {
        var value = data.get(key);
        return value == null
                ? null
                : new String(Base64.getDecoder().decode(value), StandardCharsets.UTF_8);
    }

    @Override
    public String toString() {
        return "Secret[metadata=" + metadata + ", type=" + type + ", keys=" + data.keySet() + "]";
    }
}
