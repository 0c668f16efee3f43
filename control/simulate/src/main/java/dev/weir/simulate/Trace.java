package dev.weir.simulate;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/// What happened, a line each, with the virtual time. Identities are left out: they say nothing.
final class Trace {
    private static final Pattern UID = Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");

    private final VirtualTime time;
    private final List<Line> lines = new ArrayList<>();

    Trace(VirtualTime time) {
        this.time = time;
    }

    /// Lines are put into words only where somebody reads them, which is rare.
    private record Line(long nanos, int depth, String what, String on) {
        @Override
        public String toString() {
            var text = on.isEmpty() ? what : what + " " + on;
            return String.format(
                    Locale.ROOT,
                    "%14.6f s  %s%s",
                    nanos / 1e9,
                    "  ".repeat(depth),
                    UID.matcher(text).replaceAll("UID"));
        }
    }

    void add(int depth, String what, String on) {
        lines.add(new Line(time.nanos(), depth, what, on));
    }

    int size() {
        return lines.size();
    }

    /// The last so many lines.
    String tail(int most) {
        var text = new StringBuilder();
        var shown = lines.subList(Math.max(0, lines.size() - most), lines.size());
        if (shown.size() < lines.size()) {
            text.append("  ... ").append(lines.size() - shown.size()).append(" lines before\n");
        }
        shown.forEach(line -> text.append(line).append('\n'));
        return text.toString();
    }

    @Override
    public String toString() {
        return tail(lines.size());
    }
}
