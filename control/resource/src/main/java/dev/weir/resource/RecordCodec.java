package dev.weir.resource;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/// Everything about a kind that its annotated record says.
final class RecordCodec<R extends Resource> implements ResourceType.Codec<R> {
    private final Class<R> record;
    private final RecordShape shape;

    RecordCodec(Class<R> record) {
        this.record = record;
        this.shape = RecordShape.of(record, record.getSimpleName());
    }

    Schema schema() {
        var properties = new LinkedHashMap<String, Schema>();
        properties.put("apiVersion", Schema.of("string"));
        properties.put("kind", Schema.of("string"));
        var own = shape.schema();
        properties.putAll(own.properties());
        return Schema.object(properties, own.required());
    }

    static ResourceType.Names names(Class<?> record) {
        var kind = record.getAnnotation(Kind.class);
        if (kind == null || !record.isRecord() || !hasMetadata(record)) {
            throw new IllegalArgumentException(
                    record.getName()
                            + ": expected a record with @Kind whose first component is `Metadata metadata`");
        }
        var singular = record.getSimpleName().toLowerCase(Locale.ROOT);
        boolean status =
                kind.status()
                        && Stream.of(record.getRecordComponents())
                                .anyMatch(c -> c.getName().equals("status"));
        return new ResourceType.Names(
                kind.group(),
                kind.version(),
                record.getSimpleName(),
                kind.plural().isEmpty() ? plural(singular) : kind.plural(),
                singular,
                List.of(kind.shortNames()),
                List.of(kind.categories()),
                kind.namespaced(),
                status,
                kind.scaleSpecPath(),
                kind.scaleStatusPath(),
                Stream.of(kind.columns())
                        .map(c ->
                                new ResourceType.PrinterColumn(
                                        c.name(),
                                        c.type(),
                                        c.path(),
                                        c.priority(),
                                        c.description()))
                        .toList());
    }

    private static boolean hasMetadata(Class<?> record) {
        var components = record.getRecordComponents();
        return components.length > 0
                && components[0].getType() == Metadata.class
                && components[0].getName().equals("metadata");
    }

    private static String plural(String singular) {
        if (singular.endsWith("s") || singular.endsWith("x") || singular.endsWith("ch")) {
            return singular + "es";
        }
        boolean ies = singular.endsWith("y") && !singular.matches(".*[aeiou]y");
        return ies ? singular.substring(0, singular.length() - 1) + "ies" : singular + "s";
    }

    @Override
    public Json.Obj encode(ResourceType<R> type, R resource) {
        var members = new LinkedHashMap<String, Json>();
        members.put("apiVersion", Json.of(type.apiVersion()));
        members.put("kind", Json.of(type.kind()));
        return new Json.Obj(shape.write(resource, members));
    }

    @Override
    public R decode(ResourceType<R> type, Json.Obj json) {
        return record.cast(shape.read(json));
    }

    @Override
    public R withMetadata(R resource, Metadata metadata) {
        return record.cast(shape.withFirst(resource, metadata));
    }
}
