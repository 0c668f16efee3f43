package dev.weir.context;

import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.api.trace.TraceStateBuilder;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/// A `tracestate` header (W3C Trace Context, level 2, §3.3) that is parsed when somebody looks into
/// it, and sent on as it came.
///
/// It may have 32 members, keys and values of 256 characters. One that breaks the grammar or has
/// more is empty, as the rules say; of a key that stands twice the first counts. Empty members and
/// white space between members are accepted, and not sent on.
///
/// Immutable but for what it remembers about itself; thread-safe.
public final class TraceStateHeader implements TraceState {
    /// The longest header that is looked at, in characters: 32 of the longest members.
    public static final int MAX_LENGTH = 32 * (256 + 1 + 256) + 31;

    private static final TraceStateHeader EMPTY = new TraceStateHeader("");
    private static final String OTEL = "ot";

    private final String received;
    private @Nullable String header;

    private TraceStateHeader(String received) {
        this.received = received;
    }

    /// The state of a header; null and what is empty become the empty state.
    public static TraceStateHeader of(@Nullable String header) {
        return header == null || header.isEmpty() ? EMPTY : new TraceStateHeader(header);
    }

    /// The state of all headers of that name, in the order in which they came (RFC 9110 §5.3).
    public static TraceStateHeader of(Iterator<String> headers) {
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

    /// Any state as a header.
    public static TraceStateHeader of(TraceState state) {
        if (state instanceof TraceStateHeader header) {
            return header;
        }
        var edit = new TraceStateEdit();
        state.forEach(edit::append);
        return edit.build();
    }

    /// What to send; empty where there is nothing to send. What came without white space and twice
    /// the same key is sent as it came.
    public String header() {
        var known = header;
        if (known == null) {
            known = check(received);
            header = known;
        }
        return known;
    }

    private static String check(String received) {
        if (received.length() > MAX_LENGTH) {
            return "";
        }
        var members = new Members(received);
        int count = 0;
        long seen = 0;
        boolean repeated = false;
        while (members.next()) {
            if (++count > Members.MOST) {
                return "";
            }
            // A bit for the length and first letter of a key: a second look only where it is set.
            int length = members.keyEnd - members.keyStart;
            long bit = 1L << (received.charAt(members.keyStart) * 7 + length);
            repeated |= (seen & bit) != 0 && members.isRepeated();
            seen |= bit;
        }
        if (members.broken || count == 0) {
            return "";
        }
        return members.canonical && !repeated ? received : rewrite(received);
    }

    private static String rewrite(String received) {
        var edit = new TraceStateEdit();
        var members = new Members(received);
        while (members.next()) {
            edit.append(members.key(), members.value());
        }
        return edit.header();
    }

    @Override
    public @Nullable String get(@Nullable String key) {
        if (key == null) {
            return null;
        }
        var members = new Members(header());
        while (members.next()) {
            if (members.keyIs(key)) {
                return members.value();
            }
        }
        return null;
    }

    @Override
    public int size() {
        var members = new Members(header());
        int size = 0;
        while (members.next()) {
            size++;
        }
        return size;
    }

    @Override
    public boolean isEmpty() {
        return header().isEmpty();
    }

    @Override
    public void forEach(@Nullable BiConsumer<String, String> consumer) {
        if (consumer == null) {
            return;
        }
        var members = new Members(header());
        while (members.next()) {
            consumer.accept(members.key(), members.value());
        }
    }

    @Override
    public Map<String, String> asMap() {
        var map = new LinkedHashMap<String, String>();
        forEach(map::put);
        return Collections.unmodifiableMap(map);
    }

    /// A builder that keeps to the grammar of level 2: what is put comes first, what breaks the
    /// grammar is not put, and of more than 32 members the last goes.
    @Override
    public TraceStateBuilder toBuilder() {
        var edit = new TraceStateEdit();
        forEach(edit::append);
        return edit;
    }

    /// The threshold `th` of OpenTelemetry's member `ot`, 56 bits: traces whose random value is
    /// below are not sampled. -1 where there is none.
    public long samplingThreshold() {
        return OtelMember.threshold(get(OTEL));
    }

    /// The random value `rv` of OpenTelemetry's member `ot`, 56 bits, or -1.
    public long randomValue() {
        return OtelMember.randomValue(get(OTEL));
    }

    /// This state with another threshold, and `ot` in front.
    ///
    /// @param threshold of 56 bits; negative for none
    public TraceStateHeader withSamplingThreshold(long threshold) {
        return withOtel(OtelMember.withThreshold(get(OTEL), threshold));
    }

    /// This state with another random value, and `ot` in front.
    ///
    /// @param value of 56 bits; negative for none
    public TraceStateHeader withRandomValue(long value) {
        return withOtel(OtelMember.withRandomValue(get(OTEL), value));
    }

    private TraceStateHeader withOtel(String member) {
        var edit = new TraceStateEdit();
        forEach(edit::append);
        return (member.isEmpty() ? edit.remove(OTEL) : edit.put(OTEL, member)).build();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof TraceStateHeader state && header().equals(state.header());
    }

    @Override
    public int hashCode() {
        return Objects.hashCode(header());
    }

    /// What [#header] says.
    @Override
    public String toString() {
        return header();
    }
}
