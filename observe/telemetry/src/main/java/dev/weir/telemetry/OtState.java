package dev.weir.telemetry;

import io.opentelemetry.api.trace.TraceState;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The member `ot` of a trace state: sub-keys and their values, as `th:8;rv:00ff00ff00ff00`.
///
/// @param members sub-keys with their values, in order
record OtState(List<String> members) {
    static final String KEY = "ot";
    private static final String THRESHOLD = "th:";
    private static final String RANDOM = "rv:";
    private static final int RANDOM_DIGITS = 14;
    private static final int LONGEST = 256;

    OtState {
        members = List.copyOf(members);
    }

    /// The members of a value; what is no member is left out.
    static OtState parse(@Nullable String value) {
        if (value == null || value.isEmpty() || value.length() > LONGEST) {
            return new OtState(List.of());
        }
        var members = new ArrayList<String>();
        for (var member : value.split(";")) {
            if (member.indexOf(':') > 0) {
                members.add(member);
            }
        }
        return new OtState(members);
    }

    /// The explicit randomness, 56 bits, or -1 where there is none that is valid.
    long random() {
        for (var member : members) {
            if (member.startsWith(RANDOM)) {
                var digits = member.substring(RANDOM.length());
                return digits.length() == RANDOM_DIGITS && isLowerHex(digits)
                        ? HexFormat.fromHexDigitsToLong(digits)
                        : -1;
            }
        }
        return -1;
    }

    /// The same with another threshold, or without one where it is null.
    OtState withThreshold(@Nullable String digits) {
        var changed = new ArrayList<String>();
        if (digits != null) {
            changed.add(THRESHOLD + digits);
        }
        for (var member : members) {
            if (!member.startsWith(THRESHOLD)) {
                changed.add(member);
            }
        }
        return new OtState(changed);
    }

    /// The trace state with these members as its `ot`; the same object where nothing changes.
    TraceState in(TraceState state) {
        var value = String.join(";", members);
        var before = state.get(KEY);
        if (value.isEmpty()) {
            return before == null ? state : state.toBuilder().remove(KEY).build();
        }
        return value.equals(before) ? state : state.toBuilder().put(KEY, value).build();
    }

    private static boolean isLowerHex(String digits) {
        return digits.chars().allMatch(c -> c >= '0' && c <= '9' || c >= 'a' && c <= 'f');
    }
}
