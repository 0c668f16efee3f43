package dev.weir.telemetry;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;

/// What the build has set: the class-path resource `META-INF/weir/telemetry.properties`, written by
/// the Maven plugin. Everything that is set when the process runs wins over it.
final class Baked {
    static final String RESOURCE = "META-INF/weir/telemetry.properties";
    private static final String ENDPOINT = "weir.otlp.endpoint";

    private Baked() {}

    /// The settings by their names as system properties; empty where nothing was baked in.
    static Map<String, String> read(ClassLoader loader) {
        try (var in = loader.getResourceAsStream(RESOURCE)) {
            if (in == null) {
                return Map.of();
            }
            var properties = new Properties();
            properties.load(new java.io.InputStreamReader(in, StandardCharsets.UTF_8));
            var settings = new HashMap<String, String>();
            for (var name : properties.stringPropertyNames()) {
                settings.put(name, properties.getProperty(name));
            }
            var endpoint = settings.get(ENDPOINT);
            if (endpoint != null) {
                settings.putIfAbsent("otel.exporter.otlp.endpoint", endpoint);
            }
            return settings;
        } catch (IOException e) {
            throw new UncheckedIOException(RESOURCE + " cannot be read", e);
        }
    }
}
