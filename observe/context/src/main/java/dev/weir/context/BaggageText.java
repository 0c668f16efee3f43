package dev.weir.context;

import io.opentelemetry.api.baggage.BaggageEntry;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/// A `baggage` header in the making (W3C Baggage, §3.3.1). Not thread-safe.
final class BaggageText {
    private static final HexFormat HEX = HexFormat.of().withUpperCase();

    private final StringBuilder text = new StringBuilder();
    private int count;

    /// Adds a member, unless it has no token for a key or would break a limit.
    void add(String key, BaggageEntry entry) {
        int before = text.length();
        text.append(before == 0 ? "" : ",").append(key).append('=');
        encode(entry.getValue(), "\",;\\%");
        var metadata = entry.getMetadata().getValue();
        if (!metadata.isEmpty()) {
            text.append(';');
            encode(metadata, "\",\\%");
        }
        if (count == BaggageMembers.MOST
                || text.length() > BaggageMembers.LONGEST
                || !isToken(key)) {
            text.setLength(before);
        } else {
            count++;
        }
    }

    private static boolean isToken(String key) {
        var members = new BaggageMembers(key + "=");
        return members.next() && members.keyIs(key);
    }

    private void encode(String value, String reserved) {
        for (byte octet : value.getBytes(StandardCharsets.UTF_8)) {
            if (octet > ' ' && octet < 127 && reserved.indexOf(octet) < 0) {
                text.append((char) octet);
            } else {
                HEX.toHexDigits(text.append('%'), octet);
            }
        }
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
