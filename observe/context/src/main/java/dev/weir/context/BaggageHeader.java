package dev.weir.context;

import io.opentelemetry.api.baggage.Baggage;
import io.opentelemetry.api.baggage.BaggageBuilder;
import io.opentelemetry.api.baggage.BaggageEntry;
import io.opentelemetry.api.baggage.BaggageEntryMetadata;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/// A `baggage` header (W3C Baggage, §3) that is parsed when somebody looks into it, and sent on as
/// it came.
///
/// It may have 64 members in 8,192 bytes; members behind that, and members that break the grammar,
/// are left out. Values and metadata are decoded as they are asked for; octets that are no UTF-8
/// become U+FFFD. Of a key that stands twice the last counts.
///
/// Immutable but for what it remembers about itself; thread-safe.
public final class BaggageHeader implements Baggage {
    static final BaggageHeader EMPTY = new BaggageHeader("");

    private final String received;
    private @Nullable String header;

    private record Entry(String value, BaggageEntryMetadata metadata) implements BaggageEntry {
        @Override
        public String getValue() {
            return value;
        }

        @Override
        public BaggageEntryMetadata getMetadata() {
            return metadata;
        }
    }

    private BaggageHeader(String received) {
        this.received = received;
    }

    /// The baggage of a header; null and what is empty become the empty baggage.
    public static BaggageHeader of(@Nullable String header) {
        return header == null || header.isEmpty() ? EMPTY : new BaggageHeader(header);
    }

    /// The baggage of all headers of that name, in the order in which they came.
    public static BaggageHeader of(Iterator<String> headers) {
        if (!headers.hasNext()) {
            return EMPTY;
        }
        var first = headers.next();
        if (!headers.hasNext()) {
            return of(first);
        }
        var joined = new StringBuilder(first);
        while (headers.hasNext()) {
            joined.append(',').append(headers.next());
        }
        return of(joined.toString());
    }

    /// Any baggage as a header: what a header cannot hold of values and metadata is encoded,
    /// entries with a key that is no token (RFC 9110 §5.6.2) or beyond the limits are left out.
    public static BaggageHeader of(Baggage baggage) {
        if (baggage instanceof BaggageHeader header) {
            return header;
        }
        var text = new BaggageText();
        baggage.forEach(text::add);
        return of(text.toString());
    }

    /// What to send; empty where there is nothing to send.
    public String header() {
        var known = header;
        if (known == null) {
            known = check(received);
            header = known;
        }
        return known;
    }

    private static String check(String received) {
        var members = new BaggageMembers(received);
        while (members.next()) {}
        if (members.canonical) {
            return received;
        }
        var rewritten = new StringBuilder();
        members = new BaggageMembers(received);
        while (members.next()) {
            rewritten.append(rewritten.isEmpty() ? "" : ",");
            members.appendTo(rewritten);
        }
        return rewritten.toString();
    }

    @Override
    public int size() {
        return asMap().size();
    }

    @Override
    public boolean isEmpty() {
        return received.isEmpty() || !new BaggageMembers(received).next();
    }

    @Override
    public void forEach(@Nullable BiConsumer<? super String, ? super BaggageEntry> consumer) {
        if (consumer != null) {
            asMap().forEach(consumer);
        }
    }

    @Override
    public Map<String, BaggageEntry> asMap() {
        var map = new LinkedHashMap<String, BaggageEntry>();
        var members = new BaggageMembers(received);
        while (members.next()) {
            map.put(members.key(), entry(members.value(), members.metadata()));
        }
        return Collections.unmodifiableMap(map);
    }

    @Override
    public @Nullable String getEntryValue(@Nullable String key) {
        String value = null;
        if (key != null) {
            var members = new BaggageMembers(received);
            while (members.next()) {
                value = members.keyIs(key) ? members.value() : value;
            }
        }
        return value;
    }

    @Override
    public @Nullable BaggageEntry getEntry(@Nullable String key) {
        BaggageEntry found = null;
        if (key != null) {
            var members = new BaggageMembers(received);
            while (members.next()) {
                if (members.keyIs(key)) {
                    found = entry(members.value(), members.metadata());
                }
            }
        }
        return found;
    }

    private static BaggageEntry entry(String value, @Nullable String metadata) {
        return new Entry(
                value,
                metadata == null
                        ? BaggageEntryMetadata.empty()
                        : BaggageEntryMetadata.create(metadata));
    }

    /// OpenTelemetry's builder with these entries; what it builds goes back by [#of(Baggage)].
    @Override
    public BaggageBuilder toBuilder() {
        var builder = Baggage.builder();
        forEach((key, entry) -> builder.put(key, entry.getValue(), entry.getMetadata()));
        return builder;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof BaggageHeader baggage && header().equals(baggage.header());
    }

    @Override
    public int hashCode() {
        return header().hashCode();
    }

    /// What [#header] says.
    @Override
    public String toString() {
        return header();
    }
}
