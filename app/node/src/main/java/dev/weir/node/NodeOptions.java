package dev.weir.node;

import dev.weir.kubernetes.Connection;
import dev.weir.resource.Extension;
import dev.weir.resource.Program;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;

/// How a node is started.
///
/// @param connection the control plane
/// @param name the node's name, unique among the nodes of a control plane: a DNS label
/// @param directory where workloads keep what survives restarts; made where it is missing
/// @param settings what workloads see as the options of their host
/// @param extensions whose programs it runs
/// @param role which of their programs
/// @param probes where it answers for its health and its figures, over HTTP and to everyone; empty
///   for nowhere
public record NodeOptions(
        Connection connection,
        String name,
        Path directory,
        Map<String, String> settings,
        List<Extension> extensions,
        Role role,
        Optional<InetSocketAddress> probes) {

    /// What a node runs of an extension.
    public enum Role {
        /// What belongs on every node.
        Workloads,
        /// What a server runs otherwise: its controllers, over HTTPS.
        Controllers;

        List<Program> programs(Extension extension) {
            return this == Workloads ? extension.workloads() : extension.controllers();
        }
    }

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

    /// A node that runs the programs of all extensions on the module path.
    public static NodeOptions of(
            Role role,
            Connection connection,
            String name,
            Path directory,
            Map<String, String> settings) {
        var extensions =
                ServiceLoader.load(Extension.class).stream()
                        .map(ServiceLoader.Provider::get)
                        .toList();
        return new NodeOptions(
                connection, name, directory, settings, extensions, role, Optional.empty());
    }

    /// The same, answering at an address; port 0 takes a free one.
    public NodeOptions probedAt(InetSocketAddress address) {
        return new NodeOptions(
                connection, name, directory, settings, extensions, role, Optional.of(address));
    }
}
