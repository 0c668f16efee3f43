package dev.weir.resource;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Settings for programs: Kubernetes' core ConfigMap.
///
/// @param data texts by key
/// @param binaryData bytes by key, in base64
/// @param immutable whether the data can never be changed
@Kind(group = "", shortNames = "cm")
public record ConfigMap(
        Metadata metadata,
        Map<String, String> data,
        Map<String, String> binaryData,
        @Nullable Boolean immutable)
        implements Resource {
    /// The kind.
    public static final ResourceType<ConfigMap> TYPE = ResourceType.of(ConfigMap.class);

    /// A config map of texts.
    public static ConfigMap of(Metadata metadata, Map<String, String> data) {
        return new ConfigMap(metadata, data, Map.of(), null);
    }
}
