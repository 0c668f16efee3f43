package dev.weir.apiserver;

import java.time.Duration;

/// Durations as kubectl shows them: `90s`, `3m20s`, `5h`, `12d`
/// (k8s.io/apimachinery/pkg/util/duration).
final class HumanDuration {
    private HumanDuration() {}

    static String of(Duration duration) {
        var seconds = duration.toSeconds();
        if (duration.isNegative()) {
            return duration.toMillis() <= -2000 ? "<invalid>" : "0s";
        }
        if (seconds < 2 * 60) {
            return seconds + "s";
        }
        var minutes = seconds / 60;
        if (minutes < 10) {
            return pair(minutes, "m", seconds % 60, "s");
        }
        if (minutes < 3 * 60) {
            return minutes + "m";
        }
        var hours = minutes / 60;
        if (hours < 8) {
            return pair(hours, "h", minutes % 60, "m");
        }
        if (hours < 48) {
            return hours + "h";
        }
        return days(hours);
    }

    private static String days(long hours) {
        var days = hours / 24;
        if (days < 8) {
            return pair(days, "d", hours % 24, "h");
        }
        if (days < 2 * 365) {
            return days + "d";
        }
        return days < 8 * 365 ? pair(days / 365, "y", days % 365, "d") : days / 365 + "y";
    }

    private static String pair(long much, String unit, long little, String littleUnit) {
        return little == 0 ? much + unit : much + unit + little + littleUnit;
    }
}
