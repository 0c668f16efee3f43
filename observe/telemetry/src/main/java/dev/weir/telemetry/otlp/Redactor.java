package dev.weir.telemetry.otlp;

import org.jspecify.annotations.Nullable;

/// Decides which attributes leave the process as they are. Thread-safe.
public interface Redactor {
    /// Lets everything through.
    Redactor NONE =
            new Redactor() {
                @Override
                public boolean matches(String key) {
                    return false;
                }

                @Override
                public @Nullable String replace(String key, Object value) {
                    throw new AssertionError(key);
                }
            };

    /// Whether the attribute of this key is replaced.
    boolean matches(String key);

    /// What is sent instead of the value; null: nothing.
    @Nullable String replace(String key, Object value);
}
