package dev.weir.resource;

import java.util.List;

/// A kind as the programs see it: its names, its schema, and the way between its values and JSON.
///
/// Types of annotated records come from [#of(Class)], which derives everything from the record
/// once; [#dynamic] makes one for kinds known only at run time. Immutable.
///
/// @param <R> the record of the kind
public final class ResourceType<R extends Resource> {
    private static final ClassValue<ResourceType<?>> DERIVED =
            new ClassValue<>() {
                @Override
                protected ResourceType<?> computeValue(Class<?> record) {
                    return derive(record.asSubclass(Resource.class));
                }
            };

    private final Names names;
    private final Schema schema;
    private final Codec<R> codec;

    private ResourceType(Names names, Schema schema, Codec<R> codec) {
        this.names = names;
        this.schema = schema;
        this.codec = codec;
    }

    /// The type of an annotated record.
    ///
    /// @throws IllegalArgumentException when the class is not a record annotated with [Kind], or a
    ///   component has a type that has no JSON form; the message names the component
    public static <R extends Resource> ResourceType<R> of(Class<R> record) {
        @SuppressWarnings("unchecked")
        var type = (ResourceType<R>) DERIVED.get(record);
        return type;
    }

    private static <R extends Resource> ResourceType<R> derive(Class<R> record) {
        var names = RecordCodec.names(record);
        var codec = new RecordCodec<>(record);
        return new ResourceType<>(names, codec.schema(), codec);
    }

    /// A kind known only by its names: its values are [Dynamic] and its schema accepts everything.
    public static ResourceType<Dynamic> dynamic(Names names) {
        return new ResourceType<>(names, Schema.ANY, Dynamic.CODEC);
    }

    /// All names and switches of the kind.
    public Names names() {
        return names;
    }

    /// The API group; empty for the core group.
    public String group() {
        return names.group();
    }

    /// The version within the group.
    public String version() {
        return names.version();
    }

    /// The kind's name in CamelCase.
    public String kind() {
        return names.kind();
    }

    /// The plural name in paths.
    public String plural() {
        return names.plural();
    }

    /// `group/version`, or the bare version in the core group.
    public String apiVersion() {
        return names.group().isEmpty() ? names.version() : names.group() + "/" + names.version();
    }

    /// Whether objects live in namespaces.
    public boolean namespaced() {
        return names.namespaced();
    }

    /// The structural schema of the whole object.
    public Schema schema() {
        return schema;
    }

    /// The object's JSON form, `apiVersion` and `kind` first.
    public Json.Obj encode(R resource) {
        return codec.encode(this, resource);
    }

    /// The object in a JSON form.
    ///
    /// @throws JsonException when a member is missing, or of the wrong type; the message has its
    ///   path
    public R decode(Json.Obj json) {
        return codec.decode(this, json);
    }

    /// The resource with other metadata.
    public R withMetadata(R resource, Metadata metadata) {
        return codec.withMetadata(resource, metadata);
    }

    /// The CustomResourceDefinition (`apiextensions.k8s.io/v1`) of this kind. The same record gives
    /// the same bytes on every run.
    public Json.Obj customResourceDefinition() {
        return Definition.of(this);
    }

    @Override
    public String toString() {
        return names.plural() + (names.group().isEmpty() ? "" : "." + names.group());
    }

    /// The names and switches of a kind.
    ///
    /// @param singular the kind in lower case
    /// @param statusSubresource whether `status` is written only through its own path
    /// @param scaleSpecPath empty for no `scale` subresource
    public record Names(
            String group,
            String version,
            String kind,
            String plural,
            String singular,
            List<String> shortNames,
            List<String> categories,
            boolean namespaced,
            boolean statusSubresource,
            String scaleSpecPath,
            String scaleStatusPath,
            List<PrinterColumn> columns) {

        /// Copies the lists.
        public Names {
            shortNames = List.copyOf(shortNames);
            categories = List.copyOf(categories);
            columns = List.copyOf(columns);
        }

        /// The bare names of a kind without subresources.
        public static Names of(
                String group, String version, String kind, String plural, boolean namespaced) {
            return new Names(
                    group,
                    version,
                    kind,
                    plural,
                    kind.toLowerCase(java.util.Locale.ROOT),
                    List.of(),
                    List.of(),
                    namespaced,
                    false,
                    "",
                    "",
                    List.of());
        }
    }

    /// A printer column; see [Kind.Column].
    public record PrinterColumn(
            String name, String type, String path, int priority, String description) {}

    /// The way between a kind's values and JSON.
    interface Codec<R extends Resource> {
        Json.Obj encode(ResourceType<R> type, R resource);

        R decode(ResourceType<R> type, Json.Obj json);

        R withMetadata(R resource, Metadata metadata);
    }
}
