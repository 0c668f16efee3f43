package dev.weir.apiserver;

import dev.weir.resource.Json;
import dev.weir.resource.Status;
import dev.weir.resource.StatusException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/// A media type with its parameters, as in `Accept` and `Content-Type`.
record Media(String type, Map<String, String> parameters) {
    static final String JSON = "application/json";
    static final String YAML = "application/yaml";

    static Media parse(String text) {
        var parts = text.split(";");
        var parameters = new LinkedHashMap<String, String>();
        for (int i = 1; i < parts.length; i++) {
            var pair = parts[i].split("=", 2);
            if (pair.length == 2) {
                parameters.put(pair[0].strip(), pair[1].strip());
            }
        }
        return new Media(parts[0].strip().toLowerCase(Locale.ROOT), parameters);
    }

    String parameter(String name) {
        return parameters.getOrDefault(name, "");
    }

    boolean json() {
        return type.equals(JSON) || type.equals("*/*") || type.equals("application/*");
    }

    boolean yaml() {
        return type.equals(YAML);
    }

    /// Whether objects are asked for in another shape: `Table`, `PartialObjectMetadata`, ...
    String as() {
        return parameter("g").isEmpty() ? "" : parameter("as");
    }

    /// What `choose` makes of the first type in an `Accept` header that it can serve.
    static <T> T negotiate(String accept, Function<Media, Optional<T>> choose) {
        for (var part : (accept.isBlank() ? "*/*" : accept).split(",")) {
            var found = choose.apply(parse(part));
            if (found.isPresent()) {
                return found.get();
            }
        }
        throw StatusException.of(
                Status.Reason.NotAcceptable,
                "only the following media types are accepted: application/json,"
                        + " application/yaml");
    }

    /// A value in this type.
    byte[] write(Json value) {
        return yaml() ? Yaml.write(value) : value.bytes();
    }

    /// The type without the parameters that only negotiate.
    String name() {
        return yaml() ? YAML : JSON;
    }
}
