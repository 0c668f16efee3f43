package dev.weir.context;

import io.opentelemetry.context.propagation.TextMapGetter;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/// The values of headers in a carrier.
final class CarrierValues {
    // Whether a getter tells all values: most tell one, and an iterator for one costs more than the
    // header it holds.
    private static final ClassValue<Boolean> TELLS_ALL =
            new ClassValue<>() {
                @Override
                protected Boolean computeValue(Class<?> type) {
                    try {
                        var method = type.getMethod("getAll", Object.class, String.class);
                        return method.getDeclaringClass() != TextMapGetter.class;
                    } catch (NoSuchMethodException _) {
                        return false; // an OpenTelemetry API from before 1.50
                    }
                }
            };

    private CarrierValues() {}

    static boolean tellsAll(TextMapGetter<?> getter) {
        return TELLS_ALL.get(getter.getClass());
    }

    /// The value of a header that may stand once; null where it is absent or stands twice.
    static <C> @Nullable String single(@Nullable C carrier, TextMapGetter<C> getter, String name) {
        if (!tellsAll(getter)) {
            return getter.get(carrier, name);
        }
        var values = getter.getAll(carrier, name);
        if (values == null || !values.hasNext()) {
            return null;
        }
        var value = values.next();
        return values.hasNext() ? null : value;
    }

    /// All values of a header; null where the getter tells one only.
    static <C> @Nullable Iterator<String> all(
            @Nullable C carrier, TextMapGetter<C> getter, String name) {
        return tellsAll(getter) ? getter.getAll(carrier, name) : null;
    }
}
