package dev.weir.resource;

import java.util.LinkedHashMap;

/// An object of a kind known only at run time: its metadata, and the whole JSON form.
///
/// @param json the object as it came or goes, `metadata` included; the record component `metadata`
///   wins on encoding
public record Dynamic(Metadata metadata, Json.Obj json) implements Resource {
    static final ResourceType.Codec<Dynamic> CODEC =
            new ResourceType.Codec<>() {
                @Override
                public Json.Obj encode(ResourceType<Dynamic> type, Dynamic resource) {
                    var members = new LinkedHashMap<String, Json>();
                    members.put("apiVersion", Json.of(type.apiVersion()));
                    members.put("kind", Json.of(type.kind()));
                    members.put("metadata", MetadataJson.write(resource.metadata()));
                    resource.json().members().forEach(members::putIfAbsent);
                    return new Json.Obj(members);
                }

                @Override
                public Dynamic decode(ResourceType<Dynamic> type, Json.Obj json) {
                    return new Dynamic(MetadataJson.member(json), json);
                }

                @Override
                public Dynamic withMetadata(Dynamic resource, Metadata metadata) {
                    return new Dynamic(metadata, resource.json());
                }
            };
}
