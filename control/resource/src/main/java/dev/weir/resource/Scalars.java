package dev.weir.resource;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The mappers of the types that have one JSON form, whatever they are used in.
final class Scalars {
    private static final Schema STRING = Schema.of("string");
    private static final Schema TIME = STRING.with("format", Json.of("date-time"));
    private static final Schema ANYTHING =
            Schema.of("").with("x-kubernetes-preserve-unknown-fields", Json.of(true));

    /// Kubernetes' `MicroTime`.
    static final Mapper MICRO_TIME = time(Times::micros);

    private static final Mapper INTEGER =
            of(
                    Json.Int.class,
                    Schema.of("integer").with("format", Json.of("int32")),
                    Scalars::narrow,
                    (Integer value) -> Json.of(value));
    private static final Mapper LONG =
            of(
                    Json.Int.class,
                    Schema.of("integer").with("format", Json.of("int64")),
                    Json.Int::value,
                    (Long value) -> Json.of(value));
    private static final Mapper DOUBLE =
            of(Json.class, Schema.of("number"), Scalars::decimal, Scalars::number);
    private static final Mapper FLAG =
            of(
                    Json.Bool.class,
                    Schema.of("boolean"),
                    Json.Bool::value,
                    (Boolean value) -> Json.of(value));

    private static final Map<Class<?>, Mapper> ALL =
            Map.ofEntries(
                    Map.entry(
                            String.class,
                            of(
                                    Json.Str.class,
                                    STRING,
                                    Json.Str::value,
                                    (String value) -> Json.of(value))),
                    Map.entry(int.class, INTEGER),
                    Map.entry(Integer.class, INTEGER),
                    Map.entry(long.class, LONG),
                    Map.entry(Long.class, LONG),
                    Map.entry(double.class, DOUBLE),
                    Map.entry(Double.class, DOUBLE),
                    Map.entry(boolean.class, FLAG),
                    Map.entry(Boolean.class, FLAG),
                    Map.entry(Instant.class, time(Times::exact)),
                    Map.entry(
                            Duration.class,
                            of(
                                    Json.Str.class,
                                    STRING.with("format", Json.of("duration")),
                                    text -> Times.span(text.value()),
                                    (Duration value) -> Json.of(Times.duration(value)))),
                    Map.entry(
                            Json.Obj.class,
                            of(Json.Obj.class, Schema.ANY, value -> value, (Json value) -> value)),
                    Map.entry(
                            Json.class,
                            of(Json.class, ANYTHING, value -> value, (Json value) -> value)),
                    Map.entry(
                            Selector.class,
                            of(
                                    Json.Obj.class,
                                    selector(),
                                    json -> Selector.of(json),
                                    Selector::json)),
                    Map.entry(
                            Metadata.class,
                            new Mapper(
                                    Schema.of("object"),
                                    Metadata.of("", ""),
                                    MetadataJson::read,
                                    value -> MetadataJson.write((Metadata) value))));

    private Scalars() {}

    static @Nullable Mapper find(Class<?> type) {
        return ALL.get(type);
    }

    private static <J extends Json, V> Mapper of(
            Class<J> form, Schema schema, Function<J, V> read, Function<V, Json> write) {
        @SuppressWarnings("unchecked")
        Function<Object, @Nullable Json> writer = value -> write.apply((V) value);
        return new Mapper(schema, null, json -> read.apply(cast(form, json)), writer);
    }

    private static Mapper time(Function<Instant, String> form) {
        return of(
                Json.Str.class,
                TIME,
                text -> Times.instant(text.value()),
                (Instant value) -> Json.of(form.apply(value)));
    }

    /// The schema of a `metav1.LabelSelector`.
    private static Schema selector() {
        var expression = new LinkedHashMap<String, Schema>();
        expression.put("key", STRING);
        expression.put("operator", STRING);
        expression.put("values", Schema.list(STRING));
        var properties = new LinkedHashMap<String, Schema>();
        properties.put("matchLabels", Schema.map(STRING));
        properties.put(
                "matchExpressions",
                Schema.list(Schema.object(expression, List.of("key", "operator"))));
        return Schema.object(properties, List.of())
                .with("x-kubernetes-map-type", Json.of("atomic"));
    }

    private static int narrow(Json.Int number) {
        if (number.value() != (int) number.value()) {
            throw new JsonException("expected an integer of 32 bits, found " + number.value());
        }
        return (int) number.value();
    }

    private static double decimal(Json json) {
        return switch (json) {
            case Json.Int number -> number.value();
            case Json.Dec number -> number.value();
            default -> throw new JsonException("expected a number, found " + json.kind());
        };
    }

    private static Json number(Double value) {
        boolean whole = value == Math.rint(value) && Math.abs(value) < 1L << 53;
        return whole ? Json.of((long) (double) value) : new Json.Dec(value);
    }

    /// The value as that sort of JSON.
    static <J extends Json> J cast(Class<J> form, Json json) {
        if (!form.isInstance(json)) {
            throw new JsonException("expected " + word(form) + ", found " + json.kind());
        }
        return form.cast(json);
    }

    private static String word(Class<? extends Json> form) {
        return switch (form.getSimpleName()) {
            case "Obj" -> "an object";
            case "Arr" -> "an array";
            case "Str" -> "a string";
            case "Int" -> "an integer";
            default -> "true or false";
        };
    }
}
