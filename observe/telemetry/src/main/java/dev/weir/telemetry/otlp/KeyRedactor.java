package dev.weir.telemetry.otlp;

import dev.weir.telemetry.Redaction;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Applies [Redaction], remembering for each key which rule it has. Thread-safe.
public final class KeyRedactor implements Redactor {
    private static final String MASK = "***";
    private static final int HASH_BYTES = 16;
    private static final int REMEMBERED = 4096;

    private enum Verdict {
        KEEP,
        DROP,
        MASK,
        HASH
    }

    private record Matcher(Pattern pattern, Verdict verdict) {}

    private final List<Matcher> matchers;
    private final byte[] salt;
    private final ConcurrentHashMap<String, Verdict> verdicts = new ConcurrentHashMap<>();

    private KeyRedactor(Redaction redaction) {
        matchers = redaction.rules().stream().map(KeyRedactor::matcher).toList();
        salt = redaction.salt().getBytes(StandardCharsets.UTF_8);
    }

    /// What rules ask for.
    public static Redactor of(Redaction redaction) {
        return redaction.rules().isEmpty() ? Redactor.NONE : new KeyRedactor(redaction);
    }

    private static Matcher matcher(Redaction.Rule rule) {
        var regex = new StringBuilder();
        for (var literal : rule.pattern().split("\\*", -1)) {
            regex.append(regex.isEmpty() ? "" : ".*").append(Pattern.quote(literal));
        }
        return new Matcher(
                Pattern.compile(regex.toString(), Pattern.DOTALL),
                switch (rule.action()) {
                    case DROP -> Verdict.DROP;
                    case MASK -> Verdict.MASK;
                    case HASH -> Verdict.HASH;
                });
    }

    @Override
    public boolean matches(String key) {
        return verdict(key) != Verdict.KEEP;
    }

    @Override
    public @Nullable String replace(String key, Object value) {
        return switch (verdict(key)) {
            case KEEP -> String.valueOf(value);
            case DROP -> null;
            case MASK -> MASK;
            case HASH -> hash(String.valueOf(value));
        };
    }

    private Verdict verdict(String key) {
        var known = verdicts.get(key);
        if (known != null) {
            return known;
        }
        var verdict = decide(key);
        // Keys are few; where they are not, they are decided anew instead of being remembered.
        if (verdicts.size() < REMEMBERED) {
            verdicts.put(key, verdict);
        }
        return verdict;
    }

    private Verdict decide(String key) {
        for (var matcher : matchers) {
            if (matcher.pattern.matcher(key).matches()) {
                return matcher.verdict;
            }
        }
        return Verdict.KEEP;
    }

    private String hash(String value) {
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            digest.update(salt);
            var bytes = digest.digest(value.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(bytes, 0, HASH_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-256: every JDK has it", e);
        }
    }
}
