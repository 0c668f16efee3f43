package dev.weir.context;

import io.opentelemetry.context.propagation.TextMapGetter;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/// What getters tell of headers that stand in a carrier more than once.
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

    /// The only value of a header; null where there is none or another.
    static @Nullable String single(@Nullable Iterator<String> values) {
        if (values == null || !values.hasNext()) {
            return null;
        }
        var value = values.next();
        return values.hasNext() ? null : value;
    }
}
