package dev.weir.telemetry;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.DoubleConsumer;
import org.jspecify.annotations.Nullable;

/// Looks now and then whether the sampling ratio was changed from outside: by the system property
/// `weir.sampling.ratio`, or by a file with nothing but the number in it.
///
/// What changed last counts, also where the ratio was set by other means since. One thread.
final class SamplingWatch {
    static final String PROPERTY = "weir.sampling.ratio";

    private final @Nullable Path file;
    private final Surroundings surroundings;
    private final DoubleConsumer change;
    private @Nullable String fileBefore;
    private @Nullable String propertyBefore;

    SamplingWatch(@Nullable Path file, Surroundings surroundings, DoubleConsumer change) {
        this.file = file;
        this.surroundings = surroundings;
        this.change = change;
    }

    /// Looks, and tells a ratio that was not there the last time.
    void look() {
        var property = surroundings.property(PROPERTY);
        if (property != null && !property.equals(propertyBefore)) {
            apply(PROPERTY, property);
        }
        propertyBefore = property;
        var content = content();
        if (content != null && !content.equals(fileBefore)) {
            apply(String.valueOf(file), content);
        }
        if (content != null) {
            fileBefore = content;
        }
    }

    private @Nullable String content() {
        if (file == null || !Files.isRegularFile(file)) {
            return null;
        }
        try {
            var text = Files.readString(file).strip();
            // Who writes the file may have emptied it first.
            return text.isEmpty() ? null : text;
        } catch (IOException _) {
            return null;
        }
    }

    private void apply(String name, String value) {
        var ratio = Settings.of(Map.of(name, value)).real(name, 0, 1);
        if (ratio.isPresent()) {
            change.accept(ratio.get());
        }
    }
}
