package dev.weir.resource;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.AccessibleObject;
import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A record's components with their mappers, and its canonical constructor.
///
/// Method handles are made at their first use: a program that starts knows many kinds, and reads
/// objects of few.
final class RecordShape {
    private final List<Part> parts;
    private final Constructor<?> canonical;
    private volatile @Nullable MethodHandle constructor;

    private RecordShape(List<Part> parts, Constructor<?> canonical) {
        this.parts = parts;
        this.canonical = canonical;
    }

    /// The shape of a record whose components all have JSON forms.
    ///
    /// @param where what the record is a part of, for errors
    static RecordShape of(Class<?> type, String where) {
        requireNullness();
        try {
            var parts = new ArrayList<Part>();
            for (var component : type.getRecordComponents()) {
                parts.add(new Part(component, where + "." + component.getName()));
            }
            return new RecordShape(List.copyOf(parts), canonical(type));
        } catch (ReflectiveOperationException e) {
            throw closed(type, e);
        }
    }

    /// Without the annotation's class, the JVM drops the annotation, and every component would
    /// count as required.
    private static void requireNullness() {
        try {
            Class.forName("org.jspecify.annotations.Nullable");
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(
                    "org.jspecify has to be on the class path or module path of a program with"
                            + " resource kinds",
                    e);
        }
    }

    private static Constructor<?> canonical(Class<?> type) throws ReflectiveOperationException {
        var types =
                Arrays.stream(type.getRecordComponents())
                        .map(RecordComponent::getType)
                        .toArray(Class<?>[]::new);
        return open(type, type.getDeclaredConstructor(types));
    }

    private static <A extends AccessibleObject> A open(Class<?> type, A member) {
        if (!member.trySetAccessible()) {
            throw closed(type, null);
        }
        return member;
    }

    private static IllegalArgumentException closed(Class<?> type, @Nullable Exception cause) {
        return new IllegalArgumentException(
                type.getName()
                        + " cannot be read: make it public in an exported package, or open "
                        + type.getPackageName()
                        + " to dev.weir.resource",
                cause);
    }

    Schema schema() {
        var properties = new LinkedHashMap<String, Schema>();
        var required = new ArrayList<String>();
        for (var part : parts) {
            properties.put(part.name, part.mapper.schema());
            if (part.required()) {
                required.add(part.name);
            }
        }
        return Schema.object(properties, required);
    }

    Object read(Json.Obj json) {
        var arguments = new @Nullable Object[parts.size()];
        for (int i = 0; i < arguments.length; i++) {
            arguments[i] = parts.get(i).read(json);
        }
        return make(arguments);
    }

    /// The record with another first component.
    Object withFirst(Object record, Object first) {
        var arguments = new @Nullable Object[parts.size()];
        for (int i = 1; i < arguments.length; i++) {
            arguments[i] = parts.get(i).value(record);
        }
        arguments[0] = first;
        return make(arguments);
    }

    private Object make(@Nullable Object[] arguments) {
        try {
            return (Object) constructor().invokeExact(arguments);
        } catch (IllegalArgumentException | DateTimeException e) {
            throw new JsonException(String.valueOf(e.getMessage()));
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    private MethodHandle constructor() throws IllegalAccessException {
        var made = constructor;
        if (made == null) {
            var handle = MethodHandles.lookup().unreflectConstructor(canonical);
            made = handle.asType(handle.type().generic()).asSpreader(Object[].class, parts.size());
            constructor = made;
        }
        return made;
    }

    LinkedHashMap<String, Json> write(Object record, LinkedHashMap<String, Json> members) {
        for (var part : parts) {
            var value = part.value(record);
            var json = value == null ? null : part.mapper.write().apply(value);
            if (json != null) {
                members.put(part.name, json);
            }
        }
        return members;
    }

    /// One component.
    private static final class Part {
        private final String name;
        private final Mapper mapper;
        private final boolean nullable;
        private final Method getter;
        private volatile @Nullable MethodHandle accessor;

        Part(RecordComponent component, String where) {
            name = component.getName();
            mapper = mapper(component, where);
            nullable = component.getAnnotatedType().isAnnotationPresent(Nullable.class);
            getter = open(component.getDeclaringRecord(), component.getAccessor());
        }

        private static Mapper mapper(RecordComponent component, String where) {
            var mapper = Mapper.of(component.getGenericType(), where);
            var field = component.getAnnotation(Field.class);
            if (field == null) {
                return mapper;
            }
            if (field.format().equals("micro-time") && component.getType() == Instant.class) {
                return Scalars.MICRO_TIME;
            }
            var schema = mapper.schema().with(field);
            var given = schema.defaultValue();
            var absent = given == null ? mapper.absent() : mapper.read().apply(given);
            return new Mapper(schema, absent, mapper.read(), mapper.write());
        }

        boolean required() {
            return !nullable && mapper.absent() == null;
        }

        @Nullable Object read(Json.Obj json) {
            var value = json.get(name);
            if (value == null || value == Json.NULL) {
                if (required()) {
                    throw new JsonException("required, but missing").in(name);
                }
                return mapper.absent();
            }
            try {
                return mapper.read().apply(value);
            } catch (JsonException e) {
                throw e.in(name);
            } catch (DateTimeException e) {
                throw new JsonException(String.valueOf(e.getMessage())).in(name);
            }
        }

        @Nullable Object value(Object record) {
            try {
                return (@Nullable Object) accessor().invokeExact(record);
            } catch (RuntimeException | Error e) {
                throw e;
            } catch (Throwable e) {
                throw new IllegalStateException(name, e);
            }
        }

        private MethodHandle accessor() throws IllegalAccessException {
            var made = accessor;
            if (made == null) {
                var handle = MethodHandles.lookup().unreflect(getter);
                made = handle.asType(handle.type().generic());
                accessor = made;
            }
            return made;
        }
    }
}
