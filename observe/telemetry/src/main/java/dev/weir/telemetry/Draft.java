package dev.weir.telemetry;

import dev.weir.telemetry.otlp.Redactor;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.TraceState;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a recording span holds until it ends: an OTLP `Span` message in the making
/// (opentelemetry/proto/trace/v1/trace.proto), and what is only known at its end as fields.
///
/// Bytes are only ever appended, by one thread; a key that is set again is appended again, and the
/// earlier ones are left out when the span ends. So a thread that wants to end a span which another
/// thread is writing needs no lock to read what is there (see [RecordingSpan]).
///
/// Whether a key was set before is asked of 64 bits first, one for each hash: most spans have few
/// attributes, and nothing else is done for those. Drafts are used again; what they keep of a span
/// that ended is overwritten by the next.
final class Draft extends AttributeBuffer {
    /// Room before the message for its tag and length.
    static final int HEAD = 8;

    private static final int CAPACITY = 512;
    private static final int KEPT_CAPACITY = 8 << 10;
    private static final int BLOATED = 16 << 10;

    /// The field `spans` of `ScopeSpans`.
    private static final int SPANS = 0x12;

    // Span
    private static final int TRACE_STATE = 0x1a;
    private static final int PARENT = 0x22;
    private static final int NAME = 0x2a;
    private static final int KIND = 0x30;
    private static final int START = 0x39;
    private static final int END = 0x41;
    private static final int ATTRIBUTE = 0x4a;
    private static final int DROPPED_ATTRIBUTES = 0x50;
    private static final int EVENT = 0x5a;
    private static final int DROPPED_EVENTS = 0x60;
    private static final int LINK = 0x6a;
    private static final int DROPPED_LINKS = 0x70;
    private static final int STATUS = 0x7a;
    private static final int HAS_IS_REMOTE = 0x100;
    private static final int IS_REMOTE = 0x200;
    // Event, Link
    private static final int EVENT_ATTRIBUTE = 0x1a;
    private static final int EVENT_DROPPED = 0x20;
    private static final int LINK_ATTRIBUTE = 0x22;
    private static final int LINK_DROPPED = 0x28;

    private static final byte[] OK_STATUS = {STATUS, 2, 0x18, 1};
    private static final byte[] ERROR_STATUS = {STATUS, 2, 0x18, 2};

    /// A status, with its description where it is an error.
    record Status(StatusCode code, @Nullable String description) {
        static final Status OK = new Status(StatusCode.OK, null);
        static final Status ERROR = new Status(StatusCode.ERROR, null);
    }

    /// What a copy started from, so that it can tell what its original got later.
    private record Base(
            int end,
            String name,
            @Nullable Status status,
            int droppedAttributes,
            int droppedEvents,
            int droppedLinks) {}

    final SpanLimits limits;
    private final int maxAttributes;
    private final AttributeCache common;

    /// Who may write; set before the span is seen by anyone.
    @Nullable Thread owner;

    /// Where the draft goes back to.
    @Nullable Home home;

    String name = "";
    @Nullable Status status;

    /// What turns the machine's nanoTime into nanoseconds since 1970 throughout this span.
    long clockOffset;

    long startEpoch;

    /// Whether no span of this process is above it.
    boolean localRoot;

    private long keys;
    private boolean repeated;
    private int attributes;
    private int droppedAttributes;
    private int events;
    private int droppedEvents;
    private int links;
    private int droppedLinks;
    private int tidyAt = BLOATED;
    private @Nullable Base base;

    /// The span as it goes on when a second thread has touched it; guarded by the span.
    @Nullable Draft shared;

    Draft(SpanLimits limits, Redactor redactor, TextCache texts, AttributeCache common) {
        super(CAPACITY, texts, redactor, limits.valueLength());
        this.limits = limits;
        this.common = common;
        maxAttributes = limits.attributes();
    }

    /// Begins a span.
    ///
    /// @param parentId 0 for a root
    void begin(SpanIds ids, long parentId, boolean remote, SpanKind kind, String name, long epoch) {
        // A draft mostly comes back to spans of one name, and to compare costs less than the
        // barrier of the garbage collector for a reference from old to old.
        if (this.name != name) {
            this.name = name;
        }
        startEpoch = epoch;
        localRoot = parentId == 0 || remote;
        status = null;
        keys = 0;
        repeated = false;
        attributes = 0;
        droppedAttributes = 0;
        events = 0;
        droppedEvents = 0;
        links = 0;
        droppedLinks = 0;
        var b = bytes;
        b[HEAD] = 0x0a;
        b[HEAD + 1] = 16;
        BIG_ENDIAN.set(b, HEAD + 2, ids.traceHigh);
        BIG_ENDIAN.set(b, HEAD + 10, ids.traceLow);
        b[HEAD + 18] = 0x12;
        b[HEAD + 19] = 8;
        BIG_ENDIAN.set(b, HEAD + 20, ids.spanId);
        b[HEAD + 28] = (byte) 0x85;
        b[HEAD + 29] = 0x01;
        int flags = ids.flags() | (remote ? HAS_IS_REMOTE | IS_REMOTE : HAS_IS_REMOTE);
        LITTLE_ENDIAN_32.set(b, HEAD + 30, flags);
        b[HEAD + 34] = KIND;
        b[HEAD + 35] = (byte) (kind.ordinal() + 1);
        b[HEAD + 36] = START;
        LITTLE_ENDIAN.set(b, HEAD + 37, epoch);
        position = HEAD + 45;
        if (parentId != 0) {
            b[HEAD + 45] = PARENT;
            b[HEAD + 46] = 8;
            BIG_ENDIAN.set(b, HEAD + 47, parentId);
            position = HEAD + 55;
        }
        var state = ids.getTraceState();
        if (!state.isEmpty()) {
            string(TRACE_STATE, header(state));
        }
        publish();
    }

    /// Sets what a builder was told: an attribute by its key, or a link by its context.
    void tell(Object subject, Object value) {
        if (subject instanceof SpanContext context) {
            link(context, (Attributes) value);
            return;
        }
        var key = subject instanceof AttributeKey<?> typed ? typed.getKey() : (String) subject;
        switch (value) {
            case String text -> set(key, text);
            case Long number -> set(key, (long) number);
            case Double number -> set(key, (double) number);
            case Boolean truth -> set(key, (boolean) truth);
            default -> set((AttributeKey<?>) subject, value);
        }
    }

    void set(String key, String value) {
        set(key, STRING_VALUE, value, 0);
    }

    void set(String key, long value) {
        set(key, INT_VALUE, null, value);
    }

    void set(String key, double value) {
        set(key, DOUBLE_VALUE, null, Double.doubleToRawLongBits(value));
    }

    void set(String key, boolean value) {
        set(key, BOOL_VALUE, null, value ? 1 : 0);
    }

    /// Sets an attribute of a type that is common.
    ///
    /// One method for all of it, above the size that the JIT compiler inlines (`FreqInlineSize`),
    /// on purpose: what calls it stays small wherever that is inlined, so a number boxed for the
    /// API needs no memory.
    ///
    /// @param type the tag of the value within `AnyValue`
    /// @param text the value where that is a string
    /// @param bits the value where it is anything else
    private void set(String key, int type, @Nullable String text, long bits) {
        if (redacts && redactor.matches(key)) {
            setRedacted(key, text != null ? text : box(type, bits));
            return;
        }
        long bit = bit(key);
        if ((keys & bit) == 0 && attributes < maxAttributes) {
            keys |= bit;
            attributes++;
        } else if (!admit(texts.encode(key), bit)) {
            return;
        }
        var known = common.get(key, type, text, bits);
        int from = position;
        if (known != null) {
            var field = known.field();
            int length = field.length;
            room(length);
            var b = bytes;
            // Most have two to five words.
            LITTLE_ENDIAN.set(b, from, (long) LITTLE_ENDIAN.get(field, 0));
            if (length > 8) {
                LITTLE_ENDIAN.set(b, from + 8, (long) LITTLE_ENDIAN.get(field, 8));
                if (length > 16) {
                    LITTLE_ENDIAN.set(b, from + 16, (long) LITTLE_ENDIAN.get(field, 16));
                    if (length > 24) {
                        LITTLE_ENDIAN.set(b, from + 24, (long) LITTLE_ENDIAN.get(field, 24));
                        if (length > 32) {
                            LITTLE_ENDIAN.set(b, from + 32, (long) LITTLE_ENDIAN.get(field, 32));
                            if (length > 40) {
                                System.arraycopy(field, 40, b, from + 40, length - 40);
                            }
                        }
                    }
                }
            }
            position = from + known.length();
        } else {
            var k = texts.encode(key);
            if (text != null) {
                write(ATTRIBUTE, k, cut(text));
            } else {
                switch (type) {
                    case BOOL_VALUE -> write(ATTRIBUTE, k, bits != 0);
                    case DOUBLE_VALUE -> write(ATTRIBUTE, k, Double.longBitsToDouble(bits));
                    default -> write(ATTRIBUTE, k, bits);
                }
            }
            common.show(key, type, text, bits, bytes, from, position);
        }
        publish();
    }

    /// The bit of a key among the 64. Found by trying factors: the keys that the semantic
    /// conventions name for one span have different bits, whichever kind of span it is.
    static long bit(String key) {
        return 1L << (key.hashCode() * 0x3e130f7f >>> 26);
    }

    private static Object box(int type, long bits) {
        return switch (type) {
            case BOOL_VALUE -> bits != 0;
            case DOUBLE_VALUE -> Double.longBitsToDouble(bits);
            default -> bits;
        };
    }

    /// Sets an attribute of a type that is rare.
    void set(AttributeKey<?> key, Object value) {
        if (redacts && redactor.matches(key.getKey())) {
            setRedacted(key.getKey(), value);
            return;
        }
        var k = admit(key.getKey());
        if (k != null) {
            write(ATTRIBUTE, key, value);
            publish();
        }
    }

    private void setRedacted(String key, Object value) {
        var replacement = redactor.replace(key, value);
        if (replacement == null) {
            return;
        }
        var k = admit(key);
        if (k != null) {
            write(ATTRIBUTE, k, cut(replacement));
            publish();
        }
    }

    /// The key encoded, or null where the span holds as many as it may and not this one.
    private TextCache.@Nullable Entry admit(String key) {
        var entry = texts.encode(key);
        return admit(entry, bit(key)) ? entry : null;
    }

    private boolean admit(TextCache.Entry key, long bit) {
        if ((keys & bit) != 0 && holds(key, position)) {
            repeated = true;
            return true;
        }
        if (attributes >= maxAttributes) {
            droppedAttributes++;
            return false;
        }
        keys |= bit;
        attributes++;
        return true;
    }

    private boolean holds(TextCache.Entry key, int end) {
        for (int at = HEAD; at < end; at = fieldEnd(bytes, at)) {
            if (bytes[at] == ATTRIBUTE && keyEquals(at, key)) {
                return true;
            }
        }
        return false;
    }

    /// The string that an attribute was set to last, or null.
    @Nullable String string(String key) {
        var entry = texts.encode(key);
        String found = null;
        for (int at = HEAD; at < position; at = fieldEnd(bytes, at)) {
            if (bytes[at] == ATTRIBUTE && keyEquals(at, entry)) {
                int value = at + 1 + varintSize(length(bytes, at + 1)) + entry.length();
                int content = value + 1 + varintSize(length(bytes, value + 1));
                if (bytes[content] == STRING_VALUE) {
                    int length = length(bytes, content + 1);
                    int from = content + 1 + varintSize(length);
                    found = new String(bytes, from, length, StandardCharsets.UTF_8);
                }
            }
        }
        return found;
    }

    void event(String name, Attributes attributes, long epoch) {
        if (events >= limits.events()) {
            droppedEvents++;
            return;
        }
        events++;
        int mark = openEvent(name, epoch);
        int most = limits.attributesPerEvent();
        int dropped = attributes(EVENT_ATTRIBUTE, attributes, most);
        closePart(mark, EVENT_DROPPED, dropped);
    }

    /// An event whose attributes are only known now, with the limit of a span's.
    void exception(List<AttributeKey<?>> keys, List<Object> values, int dropped, long epoch) {
        if (events >= limits.events()) {
            droppedEvents++;
            return;
        }
        events++;
        int mark = openEvent("exception", epoch);
        for (int i = 0; i < keys.size(); i++) {
            attribute(EVENT_ATTRIBUTE, keys.get(i), values.get(i));
        }
        closePart(mark, EVENT_DROPPED, dropped);
    }

    private int openEvent(String name, long epoch) {
        int mark = begin(EVENT);
        room(9);
        fixed64(0x09, epoch);
        if (!name.isEmpty()) {
            string(VALUE, name);
        }
        return mark;
    }

    void link(SpanContext context, Attributes attributes) {
        if (links >= limits.links()) {
            droppedLinks++;
            return;
        }
        links++;
        int mark = begin(LINK);
        room(40);
        if (context.isValid()) {
            bytes(0x0a, context.getTraceIdBytes());
            bytes(0x12, context.getSpanIdBytes());
        } else {
            bytes(0x0a, new byte[16]);
            bytes(0x12, new byte[8]);
        }
        if (!context.getTraceState().isEmpty()) {
            string(TRACE_STATE, header(context.getTraceState()));
        }
        int dropped = attributes(LINK_ATTRIBUTE, attributes, limits.attributesPerLink());
        room(5);
        put(0x35);
        int flags = context.getTraceFlags().asByte() & 0xff;
        flags |= context.isRemote() ? HAS_IS_REMOTE | IS_REMOTE : HAS_IS_REMOTE;
        LITTLE_ENDIAN_32.set(bytes, position, flags);
        position += 4;
        closePart(mark, LINK_DROPPED, dropped);
    }

    private void closePart(int mark, int tag, int dropped) {
        if (dropped > 0) {
            room(6);
            put(tag);
            varint(dropped);
        }
        end(mark);
        publish();
    }

    void rename(String name) {
        this.name = name;
        publish();
    }

    /// Sets the status by the rules of the API: OK stays, UNSET changes nothing.
    void status(StatusCode code, @Nullable String description) {
        if (code == StatusCode.UNSET || status == Status.OK) {
            return;
        }
        if (code == StatusCode.OK) {
            status = Status.OK;
        } else if (description == null || description.isEmpty()) {
            status = Status.ERROR;
        } else {
            status = new Status(code, description);
        }
        publish();
    }

    boolean isError() {
        return status != null && status.code == StatusCode.ERROR;
    }

    /// Completes the message, with its tag and length before it.
    ///
    /// @return where it begins; it ends at the position
    int finish(long endEpoch) {
        if (repeated) {
            removeRepeated();
        }
        var end = status;
        if (end != null) {
            writeStatus(end);
        }
        if ((droppedAttributes | droppedEvents | droppedLinks) != 0) {
            room(3 * 6);
            dropped(DROPPED_ATTRIBUTES, droppedAttributes);
            dropped(DROPPED_EVENTS, droppedEvents);
            dropped(DROPPED_LINKS, droppedLinks);
        }
        if (!name.isEmpty()) {
            string(NAME, name);
        }
        room(9);
        var b = bytes;
        int p = position;
        b[p] = END;
        LITTLE_ENDIAN.set(b, p + 1, endEpoch);
        p += 9;
        position = p;
        int length = p - HEAD;
        if (length < 1 << 14) {
            // Two bytes of length also where one would do: the message begins at a fixed place.
            b[HEAD - 3] = SPANS;
            b[HEAD - 2] = (byte) (length | 0x80);
            b[HEAD - 1] = (byte) (length >>> 7);
            return HEAD - 3;
        }
        int from = HEAD - 1 - varintSize(length);
        b[from] = SPANS;
        putVarint(b, from + 1, length);
        return from;
    }

    private void writeStatus(Status status) {
        if (status.description != null) {
            int mark = begin(STATUS);
            string(VALUE, status.description);
            room(2);
            put(0x18);
            put(2);
            end(mark);
        } else {
            raw(status.code == StatusCode.OK ? OK_STATUS : ERROR_STATUS, 0, 4);
        }
    }

    private void dropped(int tag, int count) {
        if (count > 0) {
            put(tag);
            varint(count);
        }
    }

    /// Leaves out each attribute whose key comes again later.
    private void removeRepeated() {
        var starts = new int[64];
        int count = 0;
        for (int at = HEAD; at < position; at = fieldEnd(bytes, at)) {
            if (count == starts.length) {
                starts = Arrays.copyOf(starts, 2 * count);
            }
            starts[count++] = at;
        }
        var seen = new HashSet<ByteBuffer>();
        var kept = new byte[position - HEAD];
        int from = kept.length;
        int end = position;
        for (int i = count - 1; i >= 0; i--) {
            int at = starts[i];
            if (bytes[at] != ATTRIBUTE || seen.add(key(at))) {
                from -= end - at;
                System.arraycopy(bytes, at, kept, from, end - at);
            }
            end = at;
        }
        position = HEAD;
        raw(kept, from, kept.length - from);
        repeated = false;
    }

    private ByteBuffer key(int at) {
        int from = at + 1 + varintSize(length(bytes, at + 1));
        return ByteBuffer.wrap(Arrays.copyOfRange(bytes, from, fieldEnd(bytes, from)));
    }

    /// A copy of what was published, to go on with under a lock.
    Draft copy() {
        int end = published();
        var source = array();
        var copy = new Draft(limits, redactor, texts, common);
        copy.position = 0;
        copy.raw(source, 0, end);
        copy.name = name;
        copy.status = status;
        copy.clockOffset = clockOffset;
        copy.startEpoch = startEpoch;
        copy.localRoot = localRoot;
        copy.keys = keys;
        copy.repeated = repeated;
        copy.attributes = attributes;
        copy.droppedAttributes = droppedAttributes;
        copy.events = events;
        copy.droppedEvents = droppedEvents;
        copy.links = links;
        copy.droppedLinks = droppedLinks;
        copy.base = new Base(end, name, status, droppedAttributes, droppedEvents, droppedLinks);
        return copy;
    }

    /// Takes over what the owner wrote after the copy was made, as it had not seen that yet.
    void takeOver(Draft late) {
        int end = late.published();
        var source = late.array();
        var since = base;
        if (since == null) {
            return;
        }
        for (int at = since.end; at < end; at = fieldEnd(source, at)) {
            int length = fieldEnd(source, at) - at;
            switch (source[at]) {
                case ATTRIBUTE -> takeAttribute(source, at, length);
                case EVENT -> {
                    if (events++ < limits.events()) {
                        raw(source, at, length);
                    } else {
                        droppedEvents++;
                    }
                }
                default -> {
                    if (links++ < limits.links()) {
                        raw(source, at, length);
                    } else {
                        droppedLinks++;
                    }
                }
            }
        }
        takeFields(late, since);
    }

    private void takeFields(Draft late, Base since) {
        if (name.equals(since.name)) {
            name = late.name;
        }
        var lateStatus = late.status;
        if (lateStatus != null && lateStatus != since.status) {
            status(lateStatus.code, lateStatus.description);
        }
        droppedAttributes += late.droppedAttributes - since.droppedAttributes;
        droppedEvents += late.droppedEvents - since.droppedEvents;
        droppedLinks += late.droppedLinks - since.droppedLinks;
    }

    private void takeAttribute(byte[] source, int at, int length) {
        int keyAt = at + 1 + varintSize(length(source, at + 1));
        int textAt = keyAt + 1 + varintSize(length(source, keyAt + 1));
        int textEnd = fieldEnd(source, keyAt);
        var key = new String(source, textAt, textEnd - textAt, StandardCharsets.UTF_8);
        if (admit(key) != null) {
            raw(source, at, length);
        }
    }

    /// Whether keys set again fill much of the draft, which only a copy under a lock can mend.
    boolean bloated() {
        return repeated && position > BLOATED;
    }

    /// Leaves out what was set again, where that is much. For a draft that a lock guards.
    void tidy() {
        if (repeated && position > tidyAt) {
            removeRepeated();
            tidyAt = Math.max(BLOATED, 2 * position);
        }
    }

    /// Whether the draft has grown too large to be kept for the next span.
    boolean outgrown() {
        return bytes.length > KEPT_CAPACITY;
    }

    private static String header(TraceState state) {
        var text = new StringBuilder();
        state.forEach((key, value) -> {
            if (!text.isEmpty()) {
                text.append(',');
            }
            text.append(key).append('=').append(value);
        });
        return text.toString();
    }
}
