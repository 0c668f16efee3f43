package dev.weir.server;

import dev.weir.resource.Extension;
import dev.weir.resource.Json;
import dev.weir.resource.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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

    /// The parts of all programs, under the names of their extensions; of two with one name, the
    /// first that something is wrong with. The first of all is whether every program was started.
    List<Program.Check> checks() {
        var checks = new LinkedHashMap<String, Program.Check>();
        add(checks, new Program.Check("controllers", complete ? "" : "not all started", false));
        for (var named : running) {
            parts(named).forEach(part -> add(checks, part));
        }
        return List.copyOf(checks.values());
    }

    boolean ready() {
        return checks().stream().allMatch(Program.Check::passed);
    }

    private static void add(Map<String, Program.Check> checks, Program.Check check) {
        checks.merge(check.name(), check, (old, other) -> old.passed() ? other : old);
    }

    private static List<Program.Check> parts(Named named) {
        try {
            var parts = named.program.checks();
            return parts.isEmpty()
                    ? List.of(check(named.name, named.program.ready() ? "" : "not ready", false))
                    : parts.stream()
                            .map(part ->
                                    check(
                                            named.name + "/" + part.name(),
                                            part.problem(),
                                            part.vital()))
                            .toList();
        } catch (RuntimeException e) {
            return List.of(check(named.name, "cannot tell: " + e, false));
        }
    }

    private static Program.Check check(String name, String problem, boolean vital) {
        return new Program.Check(name, problem, vital);
    }

    String metrics() {
        var text = new StringBuilder();
        for (var named : running) {
            text.append(metrics(named));
        }
        return text.toString();
    }

    /// The view at `<extension>/<path>` of the first program of that extension that has one.
    Optional<Json> view(String path, Map<String, String> query) {
        int slash = path.indexOf('/');
        if (slash < 0) {
            return Optional.empty();
        }
        return running.stream()
                .filter(named -> named.name.equals(path.substring(0, slash)))
                .map(named -> named.program.view(path.substring(slash + 1), query))
                .flatMap(Optional::stream)
                .findFirst();
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
