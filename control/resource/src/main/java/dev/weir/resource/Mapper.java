package dev.weir.resource;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The way between a Java type and JSON, with the schema of the JSON: built once per type, then
/// called without looking anything up.
///
/// @param absent the value of a component whose member is missing, or null where it must be there
///   or may be null
/// @param read the value in a JSON form, given its path for errors
/// @param write the JSON form of a value, or null where nothing is written
record Mapper(
        Schema schema,
        @Nullable Object absent,
        BiFunction<Json, String, Object> read,
        Function<Object, @Nullable Json> write) {

    private static final Map<Class<?>, Mapper> SIMPLE =
            Map.ofEntries(
                    simple(
                            String.class,
                            Schema.of("string"),
                            Json.Str.class,
                            Json.Str::value,
                            Json::of),
                    simple(long.class, int64(), Json.Int.class, Json.Int::value, Json::of),
                    simple(Long.class, int64(), Json.Int.class, Json.Int::value, Json::of),
                    Map.entry(int.class, int32()),
                    Map.entry(Integer.class, int32()),
                    Map.entry(double.class, decimal()),
                    Map.entry(Double.class, decimal()),
                    simple(
                            boolean.class,
                            Schema.of("boolean"),
                            Json.Bool.class,
                            Json.Bool::value,
                            Json::of),
                    simple(
                            Boolean.class,
                            Schema.of("boolean"),
                            Json.Bool.class,
                            Json.Bool::value,
                            Json::of),
                    simple(
                            Instant.class,
                            Schema.of("string").with("format", Json.of("date-time")),
                            Json.Str.class,
                            text -> Times.instant(text.value()),
                            value -> Json.of(Times.text(value))),
                    simple(
                            Duration.class,
                            Schema.of("string").with("format", Json.of("duration")),
                            Json.Str.class,
                            text -> Times.duration(text.value()),
                            value -> Json.of(Times.text(value))),
                    simple(
                            Json.Obj.class,
                            Schema.ANY,
                            Json.Obj.class,
                            value -> value,
                            value -> value),
                    simple(
                            Json.class,
                            Schema.of("")
                                    .with("x-kubernetes-preserve-unknown-fields", Json.of(true)),
                            Json.class,
                            value -> value,
                            value -> value),
                    Map.entry(
                            Metadata.class,
                            new Mapper(
                                    Schema.of("object"),
                                    Metadata.of("", ""),
                                    (json, path) ->
                                            MetadataJson.read(
                                                    cast(Json.Obj.class, json, path), path),
                                    value -> MetadataJson.write((Metadata) value))));

    /// The mapper of a type.
    ///
    /// @param where the component, for errors
    static Mapper of(Type type, String where) {
        if (type instanceof ParameterizedType generic) {
            return generic(generic, where);
        }
        if (!(type instanceof Class<?> raw)) {
            throw new IllegalArgumentException(where + ": " + type + " has no JSON form");
        }
        var simple = SIMPLE.get(raw);
        if (simple != null) {
            return simple;
        }
        if (raw.isEnum()) {
            return choice(raw);
        }
        if (raw.isRecord()) {
            return record(raw, where);
        }
        throw new IllegalArgumentException(where + ": " + raw.getName() + " has no JSON form");
    }

    private static Mapper generic(ParameterizedType type, String where) {
        var arguments = type.getActualTypeArguments();
        if (type.getRawType() == List.class) {
            return list(of(arguments[0], where), arguments[0] == Condition.class);
        }
        if (type.getRawType() == Map.class && arguments[0] == String.class) {
            return map(of(arguments[1], where));
        }
        throw new IllegalArgumentException(
                where + ": " + type + " has no JSON form; lists and maps from strings have");
    }

    private static Mapper list(Mapper item, boolean conditions) {
        var schema = Schema.list(item.schema);
        if (conditions) {
            schema =
                    schema.with("x-kubernetes-list-type", Json.of("map"))
                            .with("x-kubernetes-list-map-keys", Json.strings(List.of("type")));
        }
        return new Mapper(
                schema,
                List.of(),
                (json, path) -> {
                    var items = cast(Json.Arr.class, json, path).items();
                    var values = new ArrayList<>(items.size());
                    for (int i = 0; i < items.size(); i++) {
                        values.add(item.read.apply(items.get(i), path + "[" + i + "]"));
                    }
                    return List.copyOf(values);
                },
                value -> {
                    var items = new ArrayList<Json>();
                    for (var each : (List<?>) value) {
                        var json = item.write.apply(each);
                        items.add(json == null ? Json.NULL : json);
                    }
                    return items.isEmpty() ? null : new Json.Arr(items);
                });
    }

    private static Mapper map(Mapper each) {
        return new Mapper(
                Schema.map(each.schema),
                Map.of(),
                (json, path) -> {
                    var values = new LinkedHashMap<String, Object>();
                    cast(Json.Obj.class, json, path)
                            .members()
                            .forEach((key, value) ->
                                    values.put(key, each.read.apply(value, path + "." + key)));
                    return java.util.Collections.unmodifiableMap(values);
                },
                value -> {
                    var members = new LinkedHashMap<String, Json>();
                    ((Map<?, ?>) value)
                            .entrySet().stream()
                                    .sorted(
                                            java.util.Comparator.comparing(
                                                    entry -> (String) entry.getKey()))
                                    .forEach(entry -> {
                                        var json = each.write.apply(entry.getValue());
                                        members.put(
                                                (String) entry.getKey(),
                                                json == null ? Json.NULL : json);
                                    });
                    return members.isEmpty() ? null : new Json.Obj(members);
                });
    }

    private static Mapper choice(Class<?> type) {
        var constants = new LinkedHashMap<String, Object>();
        for (var constant : type.getEnumConstants()) {
            constants.put(((Enum<?>) constant).name(), constant);
        }
        return new Mapper(
                Schema.choice(List.copyOf(constants.keySet())),
                null,
                (json, path) -> {
                    var value = constants.get(cast(Json.Str.class, json, path).value());
                    if (value == null) {
                        throw new JsonException(
                                path
                                        + ": expected one of "
                                        + constants.keySet()
                                        + ", found "
                                        + new String(
                                                json.bytes(),
                                                java.nio.charset.StandardCharsets.UTF_8));
                    }
                    return value;
                },
                value -> Json.of(((Enum<?>) value).name()));
    }

    private static Mapper record(Class<?> type, String where) {
        var shape = Shape.of(type, where);
        return new Mapper(
                shape.schema(),
                null,
                (json, path) -> shape.read(cast(Json.Obj.class, json, path), path),
                value -> shape.write(value, new LinkedHashMap<>()));
    }

    /// The value as that sort of JSON.
    static <T extends Json> T cast(Class<T> type, Json json, String path) {
        if (!type.isInstance(json)) {
            var expected =
                    type == Json.Obj.class
                            ? "object"
                            : type == Json.Arr.class
                                    ? "array"
                                    : type == Json.Str.class
                                            ? "string"
                                            : type == Json.Int.class ? "integer" : "boolean";
            throw new JsonException(path + ": expected " + expected + ", found " + json.kind());
        }
        return type.cast(json);
    }

    @SuppressWarnings("unchecked")
    private static <V, T extends Json> Map.Entry<Class<?>, Mapper> simple(
            Class<V> type,
            Schema schema,
            Class<T> form,
            Function<T, V> read,
            Function<V, Json> write) {
        return Map.entry(
                type,
                new Mapper(
                        schema,
                        null,
                        (json, path) -> {
                            try {
                                return read.apply(cast(form, json, path));
                            } catch (java.time.DateTimeException e) {
                                throw new JsonException(path + ": " + e.getMessage());
                            }
                        },
                        value -> write.apply((V) value)));
    }

    private static Schema int64() {
        return Schema.of("integer").with("format", Json.of("int64"));
    }

    private static Mapper int32() {
        return new Mapper(
                Schema.of("integer").with("format", Json.of("int32")),
                null,
                (json, path) -> {
                    long value = cast(Json.Int.class, json, path).value();
                    if (value != (int) value) {
                        throw new JsonException(
                                path + ": expected an integer of 32 bits, found " + value);
                    }
                    return (int) value;
                },
                value -> Json.of((Integer) value));
    }

    private static Mapper decimal() {
        return new Mapper(
                Schema.of("number"),
                null,
                (json, path) ->
                        switch (json) {
                            case Json.Int number -> (double) number.value();
                            case Json.Dec number -> number.value();
                            default ->
                                    throw new JsonException(
                                            path + ": expected number, found " + json.kind());
                        },
                value -> {
                    double number = (Double) value;
                    return number == Math.rint(number) && Math.abs(number) < 1L << 53
                            ? Json.of((long) number)
                            : new Json.Dec(number);
                });
    }

    /// A record's components with their mappers, and its canonical constructor.
    private record Shape(List<Part> parts, MethodHandle constructor) {
        static Shape of(Class<?> type, String where) {
            var lookup = lookup(type);
            var parts = new ArrayList<Part>();
            for (var component : type.getRecordComponents()) {
                parts.add(Part.of(component, lookup, where + "." + component.getName()));
            }
            var types =
                    Arrays.stream(type.getRecordComponents())
                            .map(RecordComponent::getType)
                            .toArray(Class<?>[]::new);
            try {
                var handle =
                        lookup.findConstructor(
                                type, java.lang.invoke.MethodType.methodType(void.class, types));
                return new Shape(
                        List.copyOf(parts),
                        handle.asType(handle.type().generic())
                                .asSpreader(Object[].class, types.length));
            } catch (ReflectiveOperationException e) {
                throw closed(type, e);
            }
        }

        private static MethodHandles.Lookup lookup(Class<?> type) {
            try {
                return MethodHandles.privateLookupIn(type, MethodHandles.lookup());
            } catch (IllegalAccessException e) {
                throw closed(type, e);
            }
        }

        private static IllegalArgumentException closed(Class<?> type, Exception cause) {
            return new IllegalArgumentException(
                    type.getName()
                            + " cannot be read: its module has to open or export "
                            + type.getPackageName()
                            + " to dev.weir.resource",
                    cause);
        }

        Schema schema() {
            var properties = new LinkedHashMap<String, Schema>();
            var required = new ArrayList<String>();
            for (var part : parts) {
                properties.put(part.name, part.mapper.schema);
                if (part.required()) {
                    required.add(part.name);
                }
            }
            return Schema.object(properties, required);
        }

        Object read(Json.Obj json, String path) {
            var arguments = new @Nullable Object[parts.size()];
            for (int i = 0; i < arguments.length; i++) {
                arguments[i] = parts.get(i).read(json, path);
            }
            try {
                return constructor.invoke(arguments);
            } catch (IllegalArgumentException e) {
                throw new JsonException(path + ": " + e.getMessage());
            } catch (RuntimeException | Error e) {
                throw e;
            } catch (Throwable e) {
                throw new IllegalStateException(path, e);
            }
        }

        Json.Obj write(Object value, LinkedHashMap<String, Json> members) {
            for (var part : parts) {
                var json = part.write(value);
                if (json != null) {
                    members.put(part.name, json);
                }
            }
            return new Json.Obj(members);
        }
    }

    /// One component.
    private record Part(String name, Mapper mapper, MethodHandle accessor, boolean nullable) {
        static Part of(RecordComponent component, MethodHandles.Lookup lookup, String where) {
            var field = component.getAnnotation(Field.class);
            var mapper = Mapper.of(component.getGenericType(), where);
            if (field != null) {
                var schema = mapper.schema.with(field);
                var given = schema.defaultValue();
                var absent = given == null ? mapper.absent : mapper.read.apply(given, where);
                mapper = new Mapper(schema, absent, mapper.read, mapper.write);
            }
            try {
                var accessor = lookup.unreflect(component.getAccessor());
                return new Part(
                        component.getName(),
                        mapper,
                        accessor.asType(accessor.type().generic()),
                        component.getAnnotatedType().isAnnotationPresent(Nullable.class));
            } catch (IllegalAccessException e) {
                throw Shape.closed(component.getDeclaringRecord(), e);
            }
        }

        boolean required() {
            return !nullable && mapper.absent == null;
        }

        @Nullable Object read(Json.Obj json, String path) {
            var value = json.get(name);
            if (value != null && !(value instanceof Json.Null)) {
                return mapper.read.apply(value, path.isEmpty() ? name : path + "." + name);
            }
            if (mapper.absent == null && !nullable) {
                throw new JsonException(
                        (path.isEmpty() ? name : path + "." + name) + ": required, but missing");
            }
            return mapper.absent;
        }

        @Nullable Json write(Object record) {
            try {
                Object value = accessor.invokeExact(record);
                return value == null ? null : mapper.write.apply(value);
            } catch (RuntimeException | Error e) {
                throw e;
            } catch (Throwable e) {
                throw new IllegalStateException(name, e);
            }
        }
    }
}
