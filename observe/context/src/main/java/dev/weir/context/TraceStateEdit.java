package dev.weir.context;

import io.opentelemetry.api.trace.TraceStateBuilder;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A `tracestate` under change (W3C Trace Context, level 2, §3.5). Not thread-safe.
final class TraceStateEdit implements TraceStateBuilder {
    private record Member(String key, String value) {}

    private final List<Member> members = new ArrayList<>();

    /// Adds a member behind the others, unless it is there, breaks the grammar, or is one too many.
    void append(String key, String value) {
        if (members.size() < Members.MOST
                && Members.isKey(key)
                && Members.isValue(value)
                && members.stream().noneMatch(member -> member.key.equals(key))) {
            members.add(new Member(key, value));
        }
    }

    @Override
    public TraceStateEdit put(@Nullable String key, @Nullable String value) {
        if (key == null || value == null || !Members.isKey(key) || !Members.isValue(value)) {
            return this;
        }
        remove(key);
        members.addFirst(new Member(key, value));
        if (members.size() > Members.MOST) {
            members.removeLast();
        }
        return this;
    }

    @Override
    public TraceStateEdit remove(@Nullable String key) {
        members.removeIf(member -> member.key.equals(key));
        return this;
    }

    String header() {
        var header = new StringBuilder();
        for (var member : members) {
            header.append(header.isEmpty() ? "" : ",");
            header.append(member.key).append('=').append(member.value);
        }
        return header.toString();
    }

    @Override
    public TraceStateHeader build() {
        return TraceStateHeader.of(header());
    }
}
