package dev.weir.telemetry;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/// Finds out what runs here: host, operating system, container, Kubernetes, process and JVM, by the
/// names of the semantic conventions 1.45.
///
/// @param root the root of the file system
/// @param environment the environment
/// @param properties the system properties
record ResourceDetection(
        Path root, UnaryOperator<String> environment, UnaryOperator<String> properties) {
    private static final Pattern CONTAINER = Pattern.compile("[0-9a-f]{64}");

    /// A mount of the container's own files, as `/var/lib/docker/containers/ID/hostname`.
    private static final Pattern MOUNT =
            Pattern.compile(".*/(?:containers|overlay-containers)/([0-9a-f]{64})/.*");

    /// How long a command line may get in the resource.
    private static final int LONGEST_COMMAND = 4096;

    static ResourceDetection system() {
        return new ResourceDetection(Path.of("/"), System::getenv, System::getProperty);
    }

    /// All that was found.
    Attributes attributes() {
        var found = Attributes.builder();
        sdk(found);
        host(found);
        process(found);
        containerId().ifPresent(id -> found.put("container.id", id));
        kubernetes(found);
        found.put("service.instance.id", UUID.randomUUID().toString());
        return found.build();
    }

    private static void sdk(AttributesBuilder found) {
        found.put("telemetry.sdk.name", "weir");
        found.put("telemetry.sdk.language", "java");
        var version = ResourceDetection.class.getPackage().getImplementationVersion();
        found.put("telemetry.sdk.version", version == null ? "0.1.0" : version);
    }

    private void host(AttributesBuilder found) {
        line("proc/sys/kernel/hostname")
                .or(() -> text(environment, "HOSTNAME"))
                .or(() -> text(environment, "COMPUTERNAME"))
                .ifPresent(name -> found.put("host.name", name));
        line("etc/machine-id").ifPresent(id -> found.put("host.id", id));
        text(properties, "os.arch").ifPresent(arch -> found.put("host.arch", architecture(arch)));
        text(properties, "os.name").ifPresent(name -> found.put("os.type", systemType(name)));
        text(properties, "os.name").ifPresent(name -> found.put("os.name", name));
        text(properties, "os.version").ifPresent(version -> found.put("os.version", version));
    }

    private static String architecture(String name) {
        return switch (name) {
            case "x86_64", "amd64" -> "amd64";
            case "aarch64" -> "arm64";
            case "arm" -> "arm32";
            case "ppc64le" -> "ppc64";
            case "i386", "i686" -> "x86";
            default -> name;
        };
    }

    private static String systemType(String name) {
        var lower = name.toLowerCase(Locale.ROOT);
        for (var type : List.of("windows", "linux", "freebsd", "netbsd", "openbsd", "aix")) {
            if (lower.startsWith(type)) {
                return type;
            }
        }
        return switch (lower) {
            case "mac os x", "macos" -> "darwin";
            case "sunos" -> "solaris";
            case "hp-ux" -> "hpux";
            default -> lower;
        };
    }

    private void process(AttributesBuilder found) {
        var self = ProcessHandle.current();
        found.put("process.pid", self.pid());
        var info = self.info();
        info.command().ifPresent(path -> found.put("process.executable.path", path));
        info.commandLine()
                .map(line -> ValueLengths.cut(line, LONGEST_COMMAND))
                .ifPresent(line -> found.put("process.command_line", line));
        text(properties, "java.runtime.name")
                .ifPresent(name -> found.put("process.runtime.name", name));
        text(properties, "java.runtime.version")
                .ifPresent(version -> found.put("process.runtime.version", version));
        var vendor = text(properties, "java.vm.vendor").orElse("");
        text(properties, "java.vm.name")
                .ifPresent(name ->
                        found.put("process.runtime.description", (vendor + " " + name).strip()));
    }

    /// The container's id: the last part of the first control group that is one (version 1), or out
    /// of a mount (version 2).
    Optional<String> containerId() {
        for (var line : lines("proc/self/cgroup")) {
            var last = line.substring(line.lastIndexOf('/') + 1);
            var id = CONTAINER.matcher(last);
            if (id.find()) {
                return Optional.of(id.group());
            }
        }
        for (var line : lines("proc/self/mountinfo")) {
            var mount = MOUNT.matcher(line);
            if (mount.matches()) {
                return Optional.of(mount.group(1));
            }
        }
        return Optional.empty();
    }

    private void kubernetes(AttributesBuilder found) {
        if (text(environment, "KUBERNETES_SERVICE_HOST").isEmpty()) {
            return;
        }
        text(environment, "K8S_POD_NAME")
                .or(() -> text(environment, "POD_NAME"))
                .or(() -> text(environment, "HOSTNAME"))
                .ifPresent(name -> found.put("k8s.pod.name", name));
        text(environment, "K8S_NAMESPACE_NAME")
                .or(() -> text(environment, "POD_NAMESPACE"))
                .or(() -> line("var/run/secrets/kubernetes.io/serviceaccount/namespace"))
                .ifPresent(name -> found.put("k8s.namespace.name", name));
        text(environment, "K8S_NODE_NAME")
                .or(() -> text(environment, "NODE_NAME"))
                .ifPresent(name -> found.put("k8s.node.name", name));
        text(environment, "K8S_POD_UID")
                .or(() -> text(environment, "POD_UID"))
                .ifPresent(uid -> found.put("k8s.pod.uid", uid));
        text(environment, "K8S_CONTAINER_NAME")
                .ifPresent(name -> found.put("k8s.container.name", name));
    }

    private Optional<String> line(String file) {
        return lines(file).stream().findFirst().map(String::strip).filter(l -> !l.isEmpty());
    }

    private List<String> lines(String file) {
        var path = root.resolve(file);
        if (!Files.isReadable(path)) {
            return List.of();
        }
        try {
            return Files.readAllLines(path);
        } catch (IOException _) {
            // What cannot be read is not known; a resource with less in it is still one.
            return List.of();
        }
    }

    private static Optional<String> text(UnaryOperator<String> source, String name) {
        return Optional.ofNullable(source.apply(name)).filter(value -> !value.isBlank());
    }
}
