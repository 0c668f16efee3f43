package dev.weir.telemetry;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What a test says that the outside says.
record MapSurroundings(Map<String, String> properties, Map<String, String> variables)
        implements Surroundings {
    @Override
    public @Nullable String property(String name) {
        return properties.get(name);
    }

    @Override
    public @Nullable String variable(String name) {
        return variables.get(name);
    }
}
