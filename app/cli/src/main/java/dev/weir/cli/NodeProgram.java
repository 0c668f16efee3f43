package dev.weir.cli;

import dev.weir.kubernetes.Connection;
import dev.weir.kubernetes.Kubeconfig;
import dev.weir.node.Node;
import dev.weir.node.NodeOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// The options of what joins a control plane, and its run until it is stopped.
final class NodeProgram {
    @Option(
            names = "--join",
            paramLabel = "FILE|URL",
            description =
                    "The control plane: a kubeconfig or an https address. Default: as"
                            + " --kubeconfig.")
    private @Nullable String join;

    @Option(
            names = "--token",
            paramLabel = "TOKEN",
            description =
                    "The token for an address. Others on this machine can see it: better set"
                            + " WEIR_TOKEN.")
    private @Nullable String token;

    @Option(
            names = "--ca",
            paramLabel = "FILE",
            description = "The authority of the address's certificate, PEM.")
    private @Nullable Path authority;

    @Option(
            names = "--name",
            paramLabel = "NAME",
            description = "Its name, that of its Lease. Default: the host's.")
    private @Nullable String name;

    @Option(names = "--set", paramLabel = "KEY=VALUE", description = "A setting of its programs.")
    private Map<String, String> settings = Map.of();

    @Option(
            names = "--directory",
            paramLabel = "DIR",
            description =
                    "Where its programs keep what survives restarts. Default: nodes/NAME in the"
                            + " data directory of a server.")
    private @Nullable Path directory;

    @Option(
            names = "--probes",
            paramLabel = "HOST:PORT",
            converter = Listen.class,
            description =
                    "Where it answers /metrics, /livez, /readyz and /healthz over HTTP, to everyone"
                            + " who can reach it; port 0 takes a free one. Default: nowhere.")
    private @Nullable InetSocketAddress probes;

    /// Runs until the process is ended.
    ///
    /// @param kind what the terminal calls it
    /// @param prefix of its name where none is given
    void run(Weir parent, NodeOptions.Role role, String kind, String prefix) {
        var own = name == null ? prefix + hostName() : name;
        var folder =
                directory == null
                        ? parent.shell.stateFolder().resolve("nodes").resolve(own)
                        : directory;
        ProgramTelemetry.start(parent.shell, own);
        Node node;
        try {
            Files.createDirectories(folder);
            var options = NodeOptions.of(role, connection(parent), own, folder, settings);
            if (probes != null) {
                options = options.probedAt(probes);
            }
            node = Node.start(options, event -> tell(parent.shell, kind + " " + own, event));
        } catch (IOException e) {
            throw new Problem(folder + " cannot be used: " + e + "; name another: --directory", e);
        } catch (IllegalArgumentException e) {
            throw new Problem(e.getMessage() + "; set it with --name", e);
        } catch (UncheckedIOException e) {
            throw new Problem(e.getMessage() + "; name another with --probes", e);
        }
        node.probes().ifPresent(uri -> say(parent.shell, kind + " " + own, "answers at " + uri));
        Endings.closeAtExit(node);
        Endings.sleep();
    }

    private static void tell(Shell shell, String who, Node.Event event) {
        var text =
                switch (event) {
                    case Node.Event.Joined _ -> "joined the control plane";
                    case Node.Event.Apart(var why) -> "apart from the control plane: " + why;
                    case Node.Event.Started(var program) -> "runs " + program;
                    case Node.Event.NotStarted(var program, var why) ->
                            program + " does not start: " + why;
                };
        say(shell, who, text);
    }

    private static void say(Shell shell, String who, String text) {
        shell.out().println(shell.bold(who) + " " + Shell.visible(text));
        shell.out().flush();
    }

    private Connection connection(Weir parent) {
        if (join == null) {
            var config = parent.kubeconfigs().load();
            return parent.context == null ? config.connection() : config.connection(parent.context);
        }
        if (!join.startsWith("https:")) {
            return Kubeconfig.load(List.of(Path.of(join))).connection();
        }
        var secret = token == null ? parent.shell.variable("WEIR_TOKEN") : token;
        if (secret.isEmpty()) {
            throw new Problem("an address needs a token; set WEIR_TOKEN, or join by a kubeconfig");
        }
        return Connection.ofToken(URI.create(join), certificate(), secret);
    }

    private String certificate() {
        try {
            return authority == null ? "" : Files.readString(authority);
        } catch (IOException e) {
            throw new Problem("--ca " + authority + " cannot be read: " + e, e);
        }
    }

    private static String hostName() {
        try {
            return InetAddress.getLocalHost().getHostName().toLowerCase(Locale.ROOT);
        } catch (UnknownHostException e) {
            throw new Problem("this host has no name; set one with --name", e);
        }
    }
}
