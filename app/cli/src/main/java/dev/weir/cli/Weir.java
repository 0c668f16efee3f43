package dev.weir.cli;

import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/// The root of all commands, with the options that all of them take.
@Command(
        name = "weir",
        description = "Runs a control plane and its nodes, and talks to any Kubernetes API server.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            HelpCommand.class,
            ServerCommand.class,
            NodeCommand.class,
            ControllersCommand.class,
            ApplyCommand.class,
            GetCommand.class,
            DescribeCommand.class,
            EditCommand.class,
            DeleteCommand.class,
            KubeconfigCommand.class,
            CompletionCommand.class,
            WasmCommand.class,
            VersionCommand.class,
            TrainCommand.class,
            ReferenceCommand.class
        })
final class Weir implements Runnable {
    final Shell shell;

    @Option(
            names = "--kubeconfig",
            paramLabel = "FILE",
            scope = ScopeType.INHERIT,
            order = 100,
            description =
                    "The kubeconfig to use. Default: WEIR_KUBECONFIG, KUBECONFIG, that of the"
                            + " server on this machine, ~/.kube/config.")
    @Nullable Path kubeconfig;

    @Option(
            names = "--context",
            paramLabel = "NAME",
            scope = ScopeType.INHERIT,
            order = 101,
            description = "The context of the kubeconfig. Default: its current one.")
    @Nullable String context;

    @Option(
            names = {"-n", "--namespace"},
            paramLabel = "NAME",
            scope = ScopeType.INHERIT,
            order = 102,
            description = "The namespace. Default: that of the context.")
    @Nullable String namespace;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            scope = ScopeType.INHERIT,
            order = 103,
            description = "Show this help.")
    private boolean help;

    @Spec private @Nullable CommandSpec spec;

    Weir(Shell shell) {
        this.shell = shell;
    }

    /// The root that a subcommand was given.
    static Weir of(@Nullable Weir parent) {
        return Objects.requireNonNull(parent, "a command without its parent");
    }

    @Override
    public void run() {
        if (spec != null) {
            spec.commandLine().usage(shell.out());
        }
    }

    /// Where `--kubeconfig` and the environment point.
    Kubeconfigs kubeconfigs() {
        return new Kubeconfigs(shell, kubeconfig);
    }

    /// A session with the server that the options choose.
    Session connect() {
        Logs.warnings();
        var config = kubeconfigs().load();
        var connection = context == null ? config.connection() : config.connection(context);
        return new Session(
                connection,
                namespace == null ? connection.namespace() : namespace,
                namespace != null);
    }
}
