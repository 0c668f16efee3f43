package dev.weir.console;

import dev.weir.apiserver.ApiServer;
import dev.weir.server.Console;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/// The console's files, as they are in the jar: no build step, no file from another host.
///
/// Thread-safe.
public final class WebConsole implements Console {
    private static final Pattern NAME = Pattern.compile("[a-z]{1,32}\\.(html|css|js|svg)");
    private static final Map<String, String> MEDIA_TYPES =
            Map.of(
                    "html", "text/html; charset=utf-8",
                    "css", "text/css; charset=utf-8",
                    "js", "text/javascript; charset=utf-8",
                    "svg", "image/svg+xml");

    /// For the `ServiceLoader`.
    public WebConsole() {}

    @Override
    public Optional<ApiServer.Page> page(String path) {
        var name = NAME.matcher(path);
        if (!name.matches()) {
            return Optional.empty();
        }
        try (var in = WebConsole.class.getResourceAsStream(path)) {
            var type = MEDIA_TYPES.getOrDefault(name.group(1), "application/octet-stream");
            return in == null
                    ? Optional.empty()
                    : Optional.of(new ApiServer.Page(type, in.readAllBytes()));
        } catch (IOException e) {
            throw new UncheckedIOException("the console's file " + path, e);
        }
    }
}
