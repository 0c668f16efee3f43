package dev.weir.saga;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.RecordComponent;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.HashMap;
import org.jspecify.annotations.Nullable;

/// A record as lines `name=value`; in values, `\` is `\\`, a line feed `\n`, a carriage return
/// `\r`.
final class RecordCodec<R extends Record> implements Codec<R> {
    private final Class<R> type;
    private final RecordComponent[] components;
    private final MethodHandle[] accessors;
    private final MethodHandle constructor;

    RecordCodec(Class<R> type) {
        this.type = type;
        this.components = type.getRecordComponents();
        // A private lookup is refused where the caller's module does not read the type's.
        RecordCodec.class.getModule().addReads(type.getModule());
        try {
            var lookup = MethodHandles.privateLookupIn(type, MethodHandles.lookup());
            var types =
                    Arrays.stream(components).map(RecordComponent::getType).toArray(Class[]::new);
            var made = type.getDeclaredConstructor(types);
            made.setAccessible(true);
            this.constructor = lookup.unreflectConstructor(made);
            this.accessors = new MethodHandle[components.length];
            for (int i = 0; i < components.length; i++) {
                require(components[i]);
                var accessor = components[i].getAccessor();
                accessor.setAccessible(true);
                accessors[i] = lookup.unreflect(accessor);
            }
        } catch (ReflectiveOperationException | RuntimeException e) {
            throw new IllegalArgumentException(
                    type.getName()
                            + ": "
                            + e.getMessage()
                            + "; is its package open to dev.weir.saga?",
                    e);
        }
    }

    private static void require(RecordComponent component) {
        var type = component.getType();
        boolean known =
                type == String.class
                        || type == BigDecimal.class
                        || type == int.class
                        || type == long.class
                        || type == double.class
                        || type == boolean.class
                        || type.isEnum();
        if (!known) {
            throw new IllegalArgumentException(
                    component.getName()
                            + ": expected String, BigDecimal, int, long, double, boolean or an enum, found "
                            + type.getName());
        }
    }

    @Override
    public String encode(R context) {
        var text = new StringBuilder();
        for (int i = 0; i < components.length; i++) {
            var value = value(accessors[i], context);
            if (value != null) {
                text.append(components[i].getName()).append('=');
                text.append(escape(value instanceof Enum<?> e ? e.name() : value.toString()));
                text.append('\n');
            }
        }
        return text.toString();
    }

    @Override
    public R decode(String text) {
        var lines = new HashMap<String, String>();
        for (var line : text.split("\n")) {
            int equals = line.indexOf('=');
            if (equals > 0) {
                lines.put(line.substring(0, equals), unescape(line.substring(equals + 1)));
            }
        }
        var values = new @Nullable Object[components.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = parse(components[i].getType(), lines.get(components[i].getName()));
        }
        return make(values);
    }

    private static @Nullable Object value(MethodHandle accessor, Record context) {
        try {
            return accessor.invoke(context);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    private R make(@Nullable Object[] values) {
        try {
            return type.cast(constructor.invokeWithArguments(values));
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    private static @Nullable Object parse(Class<?> type, @Nullable String value) {
        if (value == null) {
            return absent(type);
        }
        if (type == String.class) {
            return value;
        } else if (type == int.class) {
            return Integer.valueOf(value);
        } else if (type == long.class) {
            return Long.valueOf(value);
        } else if (type == double.class) {
            return Double.valueOf(value);
        } else if (type == boolean.class) {
            return Boolean.valueOf(value);
        } else if (type == BigDecimal.class) {
            return new BigDecimal(value);
        }
        for (var constant : type.getEnumConstants()) {
            if (((Enum<?>) constant).name().equals(value)) {
                return constant;
            }
        }
        throw new IllegalArgumentException(
                "expected a " + type.getSimpleName() + ", found " + value);
    }

    private static @Nullable Object absent(Class<?> type) {
        if (type == int.class) {
            return 0;
        } else if (type == long.class) {
            return 0L;
        } else if (type == double.class) {
            return 0.0;
        }
        return type == boolean.class ? Boolean.FALSE : null;
    }

    private static String escape(String value) {
        return value.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r");
    }

    private static String unescape(String value) {
        var text = new StringBuilder(value.length());
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '\\' && i + 1 < value.length()) {
                char next = value.charAt(++i);
                text.append(next == 'n' ? '\n' : next == 'r' ? '\r' : next);
            } else {
                text.append(c);
            }
        }
        return text.toString();
    }
}
