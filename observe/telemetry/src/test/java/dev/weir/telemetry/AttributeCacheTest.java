package dev.weir.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/// Attributes that are kept encoded: only for the very same key, type and value.
class AttributeCacheTest {
    private static final int TEXT = AttributeBuffer.STRING_VALUE;
    private static final int WHOLE = AttributeBuffer.INT_VALUE;

    private final AttributeCache cache = new AttributeCache();

    private void show(String key, int type, String text, long bits, String encoded) {
        var bytes = encoded.getBytes(StandardCharsets.UTF_8);
        cache.show(key, type, text, bits, bytes, 0, bytes.length);
    }

    @Test
    void keepsWhatIsSeenTwice() {
        show("method", TEXT, "GET", 0, "encoded");
        assertThat(cache.get("method", TEXT, "GET", 0)).isNull();
        show("method", TEXT, "GET", 0, "encoded");
        var known = cache.get(new String("method"), TEXT, new String("GET"), 0);
        assertThat(known).isNotNull();
        assertThat(known.length()).isEqualTo(7);
        assertThat(known.field()).hasSize(8).startsWith("encoded".getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void tellsKeysTypesAndValuesApart() {
        show("status", WHOLE, null, 200, "encoded");
        show("status", WHOLE, null, 200, "encoded");
        assertThat(cache.get("status", WHOLE, null, 200)).isNotNull();
        assertThat(cache.get("status", WHOLE, null, 201)).isNull();
        assertThat(cache.get("status", AttributeBuffer.BOOL_VALUE, null, 200)).isNull();
        assertThat(cache.get("statut", WHOLE, null, 200)).isNull();
        // Same hash, other key and value: 31 * "Aa" + "x" is 31 * "BB" + "x".
        show("Aa", TEXT, "x", 0, "one");
        show("Aa", TEXT, "x", 0, "one");
        assertThat(cache.get("BB", TEXT, "x", 0)).isNull();
        assertThat(cache.get("Aa", WHOLE, null, "x".hashCode())).isNull();
    }

    @Test
    void keepsNothingLong() {
        var encoded = "x".repeat(200);
        show("key", TEXT, "value", 0, encoded);
        show("key", TEXT, "value", 0, encoded);
        assertThat(cache.get("key", TEXT, "value", 0)).isNull();
    }
}
