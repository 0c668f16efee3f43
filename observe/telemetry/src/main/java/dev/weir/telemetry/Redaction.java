package dev.weir.telemetry;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/// Which attributes of spans, events, links and log records are changed before they leave the
/// process.
///
/// The first rule whose pattern matches the whole key counts.
///
/// @param rules in the order in which they are tried
/// @param salt put before a value that is hashed, so that hashes cannot be looked up
public record Redaction(List<Rule> rules, String salt) {
    /// Changes nothing.
    public static final Redaction NONE = new Redaction(List.of(), "");

    /// Copies the rules.
    public Redaction {
        Objects.requireNonNull(salt, "salt");
        rules = List.copyOf(rules);
    }

    /// What is done to an attribute.
    public enum Action {
        /// It is left out.
        DROP,
        /// Its value becomes `***`.
        MASK,
        /// Its value becomes the first 32 hex digits of its SHA-256.
        HASH
    }

    /// What is done to which attributes.
    ///
    /// @param pattern a key, where `*` stands for any characters
    /// @param action what is done
    public record Rule(String pattern, Action action) {
        /// Refuses an empty pattern.
        public Rule {
            Objects.requireNonNull(action, "action");
            if (pattern.isBlank()) {
                throw new IllegalArgumentException("pattern: expected a key, found nothing");
            }
        }
    }

    /// The same, with one more rule at the end.
    public Redaction and(String pattern, Action action) {
        var more = new ArrayList<>(rules);
        more.add(new Rule(pattern, action));
        return new Redaction(more, salt);
    }
}
