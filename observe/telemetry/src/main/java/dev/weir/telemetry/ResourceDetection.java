package dev.weir.telemetry;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Finds out what runs here: host, operating system, container, Kubernetes, process and JVM, by the
/// names of the semantic conventions 1.45.
///
/// @param root the root of the file system
record ResourceDetection(Path root, Surroundings surroundings) {
    /// Hexadecimal digits of a container's id.
    private static final int CONTAINER = 64;

    /// Where a container's own files are mounted from, as `/var/lib/docker/containers/ID/hostname`.
    private static final List<String> MOUNTS = List.of("/containers/", "/overlay-containers/");

    /// How long a command line may get in the resource.
    private static final int LONGEST_COMMAND = 4096;

    static ResourceDetection system() {
        return new ResourceDetection(Path.of("/"), Surroundings.SYSTEM);
    }

    /// All that was found.
    Attributes attributes() {
        var found = Attributes.builder();
        sdk(found);
        host(found);
        process(found);
        put(found, "container.id", container());
        if (variable("KUBERNETES_SERVICE_HOST") != null) {
            kubernetes(found);
        }
        put(found, "service.instance.id", instance());
        return found.build();
    }

    /// The kernel's random numbers, where it gives them as text: those of the JDK take a while to
    /// be ready.
    private String instance() {
        var id = line("proc/sys/kernel/random/uuid");
        return id == null ? UUID.randomUUID().toString() : id;
    }

    private static void sdk(AttributesBuilder found) {
        found.put("telemetry.sdk.name", "weir");
        found.put("telemetry.sdk.language", "java");
        var version = ResourceDetection.class.getPackage().getImplementationVersion();
        found.put("telemetry.sdk.version", version == null ? "0.1.0" : version);
    }

    private void host(AttributesBuilder found) {
        put(
                found,
                "host.name",
                first(
                        line("proc/sys/kernel/hostname"),
                        variable("HOSTNAME"),
                        variable("COMPUTERNAME")));
        put(found, "host.id", line("etc/machine-id"));
        var arch = property("os.arch");
        put(found, "host.arch", arch == null ? null : architecture(arch));
        var name = property("os.name");
        put(found, "os.type", name == null ? null : systemType(name));
        put(found, "os.name", name);
        put(found, "os.version", property("os.version"));
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
        put(found, "process.executable.path", info.command().orElse(null));
        var line = info.commandLine().orElse(null);
        put(
                found,
                "process.command_line",
                line == null ? null : ValueLengths.cut(line, LONGEST_COMMAND));
        put(found, "process.runtime.name", property("java.runtime.name"));
        put(found, "process.runtime.version", property("java.runtime.version"));
        var vendor = property("java.vm.vendor");
        var name = property("java.vm.name");
        if (name != null) {
            var description = vendor == null ? name : vendor + " " + name;
            put(found, "process.runtime.description", description);
        }
    }

    /// The container's id: the last part of the first control group that is one (version 1), or out
    /// of a mount (version 2).
    private @Nullable String container() {
        for (var line : lines("proc/self/cgroup")) {
            var last = line.substring(line.lastIndexOf('/') + 1);
            for (int at = 0; at + CONTAINER <= last.length(); at++) {
                if (isContainer(last, at)) {
                    return last.substring(at, at + CONTAINER);
                }
            }
        }
        for (var line : lines("proc/self/mountinfo")) {
            for (var mount : MOUNTS) {
                int at = line.lastIndexOf(mount) + mount.length();
                if (at >= mount.length() && isContainer(line, at)) {
                    return line.substring(at, at + CONTAINER);
                }
            }
        }
        return null;
    }

    private static boolean isContainer(String text, int from) {
        int end = from + CONTAINER;
        if (end > text.length()) {
            return false;
        }
        for (int i = from; i < end; i++) {
            char c = text.charAt(i);
            if (!(c >= '0' && c <= '9' || c >= 'a' && c <= 'f')) {
                return false;
            }
        }
        return true;
    }

    private void kubernetes(AttributesBuilder found) {
        put(
                found,
                "k8s.pod.name",
                first(variable("K8S_POD_NAME"), variable("POD_NAME"), variable("HOSTNAME")));
        put(
                found,
                "k8s.namespace.name",
                first(
                        variable("K8S_NAMESPACE_NAME"),
                        variable("POD_NAMESPACE"),
                        line("var/run/secrets/kubernetes.io/serviceaccount/namespace")));
        put(found, "k8s.node.name", first(variable("K8S_NODE_NAME"), variable("NODE_NAME")));
        put(found, "k8s.pod.uid", first(variable("K8S_POD_UID"), variable("POD_UID")));
        put(found, "k8s.container.name", variable("K8S_CONTAINER_NAME"));
    }

    private static void put(AttributesBuilder found, String key, @Nullable String value) {
        if (value != null) {
            found.put(key, value);
        }
    }

    private static @Nullable String first(@Nullable String... values) {
        for (var value : values) {
            if (value != null) {
                return value;
            }
        }
        return null;
    }

    private @Nullable String line(String file) {
        var lines = lines(file);
        return lines.isEmpty() ? null : known(lines.getFirst().strip());
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

    private @Nullable String variable(String name) {
        return known(surroundings.variable(name));
    }

    private @Nullable String property(String name) {
        return known(surroundings.property(name));
    }

    private static @Nullable String known(@Nullable String value) {
        return value == null || value.isBlank() ? null : value;
    }
}
