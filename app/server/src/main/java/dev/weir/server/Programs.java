package dev.weir.server;

import dev.weir.resource.Extension;
import dev.weir.resource.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

/// The controllers that run in this process, by the names of their extensions.
///
/// Started and closed by one thread; read by those that serve readiness and metrics.
final class Programs {
    private static final System.Logger LOG = System.getLogger(Programs.class.getName());

    private final List<Named> running = new CopyOnWriteArrayList<>();
    private volatile boolean complete;

    private record Named(String name, Program.Running program) {}

    void start(List<Extension> extensions, Function<String, Program.Host> hosts) {
        for (var extension : extensions) {
            for (var program : extension.controllers()) {
                running.add(new Named(extension.name(), start(extension, program, hosts)));
            }
        }
        complete = true;
    }

    private static Program.Running start(
            Extension extension, Program program, Function<String, Program.Host> hosts) {
        var host = hosts.apply(extension.name());
        try {
            Files.createDirectories(host.directory());
        } catch (IOException e) {
            throw DataDirectory.unusable(host.directory(), e);
        }
        try {
            return program.start(host);
        } catch (Exception e) {
            throw new ServerException(
                    ServerException.Code.EXTENSION,
                    "a controller of " + extension.name() + " does not start: " + e.getMessage(),
                    e);
        }
    }

    /// Whether each extension's programs are ready; all of them together as `controllers`.
    Map<String, Boolean> checks() {
        var checks = new LinkedHashMap<String, Boolean>();
        checks.put("controllers", complete);
        for (var named : running) {
            checks.merge(named.name, named.program.ready(), Boolean::logicalAnd);
        }
        return checks;
    }

    String metrics() {
        var text = new StringBuilder();
        for (var named : running) {
            text.append(metrics(named));
        }
        return text.toString();
    }

    private static String metrics(Named named) {
        try {
            var text = named.program.metrics();
            return text.isEmpty() || text.endsWith("\n") ? text : text + "\n";
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.WARNING, "no figures from " + named.name, e);
            return "";
        }
    }

    /// The closing of each program, the last started first.
    List<Closing> closings() {
        return running.reversed().stream()
                .map(named -> new Closing(named.name, named.program::close))
                .toList();
    }
}
