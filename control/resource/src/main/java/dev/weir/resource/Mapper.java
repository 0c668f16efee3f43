package dev.weir.resource;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The way between a Java type and JSON, with the schema of the JSON: built once per type, then
/// called without looking anything up.
///
/// @param absent the value of a component whose member is missing, or null where it must be there
///   or may be null
/// @param read the value in a JSON form; throws a [JsonException] whose path starts here
/// @param write the JSON form of a value, or null where nothing is written
record Mapper(
        Schema schema,
        @Nullable Object absent,
        Function<Json, Object> read,
        Function<Object, @Nullable Json> write) {

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
        var scalar = Scalars.find(raw);
        if (scalar != null) {
            return scalar;
        }
        if (raw.isEnum()) {
            return choice(raw);
        }
        if (raw.isRecord()) {
            return record(RecordShape.of(raw, where));
        }
        throw new IllegalArgumentException(where + ": " + raw.getName() + " has no JSON form");
    }

    /// The mapper of a record of this shape.
    static Mapper record(RecordShape shape) {
        return new Mapper(
                shape.schema(),
                null,
                json -> shape.read(Scalars.cast(Json.Obj.class, json)),
                value -> new Json.Obj(shape.write(value, new LinkedHashMap<>())));
    }

    private static Mapper generic(ParameterizedType type, String where) {
        var arguments = type.getActualTypeArguments();
        if (type.getRawType() == List.class) {
            return list(of(arguments[0], where), arguments[0] == Condition.class);
        }
        if (type.getRawType() == Map.class && arguments[0] == String.class) {
            return map(of(arguments[1], where));
        }
        if (type.getRawType() == Optional.class) {
            return optional(of(arguments[0], where));
        }
        throw new IllegalArgumentException(
                where + ": " + type + " has no JSON form; lists and maps from strings have");
    }

    private static Mapper optional(Mapper value) {
        return new Mapper(
                value.schema,
                Optional.empty(),
                json -> Optional.of(value.read.apply(json)),
                optional -> {
                    var inner = ((Optional<?>) optional).orElse(null);
                    return inner == null ? null : value.write.apply(inner);
                });
    }

    private static Mapper list(Mapper item, boolean conditions) {
        var schema = Schema.list(item.schema);
        if (conditions) {
            schema =
                    schema.with("x-kubernetes-list-type", Json.of("map"))
                            .with("x-kubernetes-list-map-keys", Json.strings(List.of("type")));
        }
        return new Mapper(
                schema, List.of(), json -> readList(item, json), value -> writeList(item, value));
    }

    private static List<Object> readList(Mapper item, Json json) {
        var values = new ArrayList<>();
        for (var each : Scalars.cast(Json.Arr.class, json).items()) {
            try {
                values.add(item.read.apply(each));
            } catch (JsonException e) {
                throw e.in(values.size());
            }
        }
        return List.copyOf(values);
    }

    private static @Nullable Json writeList(Mapper item, Object list) {
        var items = new ArrayList<Json>();
        for (var each : (List<?>) list) {
            var json = item.write.apply(each);
            items.add(json == null ? Json.NULL : json);
        }
        return items.isEmpty() ? null : new Json.Arr(items);
    }

    private static Mapper map(Mapper each) {
        return new Mapper(
                Schema.map(each.schema),
                Map.of(),
                json -> readMap(each, json),
                value -> writeMap(each, value));
    }

    private static Map<String, Object> readMap(Mapper each, Json json) {
        var values = new LinkedHashMap<String, Object>();
        for (var member : Scalars.cast(Json.Obj.class, json).members().entrySet()) {
            try {
                values.put(member.getKey(), each.read.apply(member.getValue()));
            } catch (JsonException e) {
                throw e.in(member.getKey());
            }
        }
        return Collections.unmodifiableMap(values);
    }

    private static @Nullable Json writeMap(Mapper each, Object map) {
        var members = new TreeMap<String, Json>();
        for (var entry : ((Map<?, ?>) map).entrySet()) {
            var json = each.write.apply(entry.getValue());
            members.put((String) entry.getKey(), json == null ? Json.NULL : json);
        }
        return members.isEmpty() ? null : new Json.Obj(members);
    }

    private static Mapper choice(Class<?> type) {
        var constants = new LinkedHashMap<String, Object>();
        for (var constant : type.getEnumConstants()) {
            constants.put(((Enum<?>) constant).name(), constant);
        }
        return new Mapper(
                Schema.choice(List.copyOf(constants.keySet())),
                null,
                json -> {
                    var name = Scalars.cast(Json.Str.class, json).value();
                    var value = constants.get(name);
                    if (value == null) {
                        throw new JsonException(
                                "expected one of %s, found \"%s\""
                                        .formatted(constants.keySet(), name));
                    }
                    return value;
                },
                value -> Json.of(((Enum<?>) value).name()));
    }
}
