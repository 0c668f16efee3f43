package dev.weir.resource;

/// A change to parts of an object.
///
/// @param subresource empty for the object itself, else `status` or `scale`
public record Patch(Type type, Json body, String subresource) {
    /// An RFC 7386 merge patch.
    public static Patch merge(Json.Obj body) {
        return new Patch(Type.Merge, body, "");
    }

    /// This patch sent to a subresource.
    public Patch of(String subresource) {
        return new Patch(type, body, subresource);
    }

    /// The kinds of patch that API servers know.
    public enum Type {
        /// RFC 6902.
        Json("application/json-patch+json"),
        /// RFC 7386.
        Merge("application/merge-patch+json"),
        /// Kubernetes' own, for built-in kinds.
        StrategicMerge("application/strategic-merge-patch+json"),
        /// Server-side apply.
        Apply("application/apply-patch+yaml");

        private final String mediaType;

        Type(String mediaType) {
            this.mediaType = mediaType;
        }

        /// The `Content-Type` of the request.
        public String mediaType() {
            return mediaType;
        }
    }
}
