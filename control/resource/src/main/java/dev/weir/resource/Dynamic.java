package dev.weir.resource;

/// An object of a kind known only at run time: its metadata, and the whole JSON form.
///
/// @param json the object as it came or goes, `metadata` included; the record component `metadata`
///   wins on encoding
public record Dynamic(Metadata metadata, Json.Obj json) implements Resource {
    static final ResourceType.Codec<Dynamic> CODEC =
            new ResourceType.Codec<>() {
                @Override
                public Json.Obj encode(ResourceType<Dynamic> type, Dynamic resource) {
                    throw new UnsupportedOperationException("resource: encode dynamic");
                }

                @Override
                public Dynamic decode(ResourceType<Dynamic> type, Json.Obj json) {
                    throw new UnsupportedOperationException("resource: decode dynamic");
                }

                @Override
                public Dynamic withMetadata(Dynamic resource, Metadata metadata) {
                    return new Dynamic(metadata, resource.json());
                }
            };
}
