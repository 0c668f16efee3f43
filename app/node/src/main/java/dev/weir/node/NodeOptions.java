package dev.weir.node;

import dev.weir.kubernetes.Connection;
import dev.weir.resource.Extension;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;

/// How a node is started.
///
/// @param connection the control plane
/// @param name the node's name, unique among the nodes of a control plane: a DNS label
/// @param directory where workloads keep what survives restarts; made where it is missing
/// @param settings what workloads see as the options of their host
/// @param extensions whose workloads it runs
public record NodeOptions(
        Connection connection,
        String name,
        Path directory,
        Map<String, String> settings,
        List<Extension> extensions) {

    /// Copies the collections.
    ///
    /// @throws IllegalArgumentException when the name is no DNS subdomain (RFC 1123)
    public NodeOptions {
        if (name.length() > 253 || !name.matches("[a-z0-9]([-a-z0-9.]*[a-z0-9])?")) {
            throw new IllegalArgumentException(
                    "a node's name has lower case letters, digits, '-' and '.', found \""
                            + name
                            + "\"");
        }
        settings = Map.copyOf(settings);
        extensions = List.copyOf(extensions);
    }

    /// A node that runs the workloads of all extensions on the module path.
    public static NodeOptions of(
            Connection connection, String name, Path directory, Map<String, String> settings) {
        var extensions =
                ServiceLoader.load(Extension.class).stream()
                        .map(ServiceLoader.Provider::get)
                        .toList();
        return new NodeOptions(connection, name, directory, settings, extensions);
    }
}
