package dev.weir.telemetry.metrics;

import dev.weir.telemetry.Selector;
import dev.weir.telemetry.otlp.Scope;
import org.jspecify.annotations.Nullable;

/// Whether a selector is for an instrument.
final class Selection {
    private Selection() {}

    static boolean matches(Selector selector, Instrument instrument, Scope meter) {
        return fits(selector.kind(), instrument.kind())
                && fits(selector.unit(), instrument.unit())
                && (selector.name() == null || wildcard(selector.name(), instrument.name()))
                && fits(selector.meterName(), meter.name())
                && fits(selector.meterVersion(), meter.version())
                && fits(selector.meterSchemaUrl(), meter.schemaUrl());
    }

    private static boolean fits(@Nullable Object wanted, @Nullable Object found) {
        return wanted == null || wanted.equals(found);
    }

    /// Matches greedily; on a mismatch the last `*` takes one character more.
    static boolean wildcard(String pattern, String text) {
        int at = 0;
        int star = -1;
        int resume = 0;
        for (int i = 0; i < text.length(); ) {
            if (at < pattern.length() && pattern.charAt(at) == '*') {
                star = at++;
                resume = i;
            } else if (at < pattern.length() && fits(pattern.charAt(at), text.charAt(i))) {
                at++;
                i++;
            } else if (star >= 0) {
                at = star + 1;
                i = ++resume;
            } else {
                return false;
            }
        }
        while (at < pattern.length() && pattern.charAt(at) == '*') {
            at++;
        }
        return at == pattern.length();
    }

    private static boolean fits(char pattern, char text) {
        return pattern == '?' || pattern == text;
    }
}
