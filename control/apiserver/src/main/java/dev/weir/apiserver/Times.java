package dev.weir.apiserver;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// RFC 3339 times, in the forms that Kubernetes writes.
final class Times {
    private static final DateTimeFormatter SECONDS =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss'Z'", Locale.ROOT)
                    .withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter MICROS =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'", Locale.ROOT)
                    .withZone(ZoneOffset.UTC);
    private static final long FIRST = Instant.parse("0001-01-01T00:00:00Z").getEpochSecond();
    private static final long LAST = Instant.parse("9999-12-31T23:59:59Z").getEpochSecond();

    private Times() {}

    /// The time in a text, or null where it is none.
    static @Nullable Instant parse(String text) {
        try {
            if (text.length() < 20 || text.charAt(10) != 'T') {
                return null;
            }
            return OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeException _) {
            return null;
        }
    }

    /// Whether the time has four digits for the year.
    static boolean isWritable(long epochSecond) {
        return epochSecond >= FIRST && epochSecond <= LAST;
    }

    /// The time to the second.
    static String seconds(Instant time) {
        return SECONDS.format(time);
    }

    /// The time to the microsecond.
    static String micros(Instant time) {
        return MICROS.format(time);
    }
}
