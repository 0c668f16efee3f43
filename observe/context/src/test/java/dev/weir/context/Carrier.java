package dev.weir.context;

import io.opentelemetry.context.propagation.TextMapGetter;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/// Getters of maps, with one value for a name and with several.
@SuppressWarnings("deprecation") // keys has no body, though nothing calls it any more
final class Carrier {
    static final TextMapGetter<Map<String, String>> SINGLE =
            new TextMapGetter<>() {
                @Override
                public Iterable<String> keys(Map<String, String> carrier) {
                    return carrier.keySet();
                }

                @Override
                public String get(Map<String, String> carrier, String key) {
                    return carrier.get(key);
                }
            };

    static final TextMapGetter<Map<String, List<String>>> MULTI =
            new TextMapGetter<>() {
                @Override
                public Iterable<String> keys(Map<String, List<String>> carrier) {
                    return carrier.keySet();
                }

                @Override
                public String get(Map<String, List<String>> carrier, String key) {
                    var values = carrier.get(key);
                    return values == null ? null : values.getFirst();
                }

                @Override
                public Iterator<String> getAll(Map<String, List<String>> carrier, String key) {
                    return carrier.getOrDefault(key, List.of()).iterator();
                }
            };

    private Carrier() {}
}
