package dev.weir.cli;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/// The root of all commands, with the options that all of them take.
@Command(
        name = "weir",
        description = "Runs a control plane and its nodes, and talks to any Kubernetes API server.",
        synopsisSubcommandLabel = "COMMAND")
final class Weir implements Runnable {
    /// The commands by their names, in the order of the help.
    private static final Map<String, Class<?>> COMMANDS = commands();

    /// Those that tell of the others.
    private static final Set<String> NEED_ALL = Set.of("help", "completion", "train", "reference");

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

    private static Map<String, Class<?>> commands() {
        var commands = new LinkedHashMap<String, Class<?>>();
        commands.put("help", HelpCommand.class);
        commands.put("server", ServerCommand.class);
        commands.put("node", NodeCommand.class);
        commands.put("controllers", ControllersCommand.class);
        commands.put("apply", ApplyCommand.class);
        commands.put("get", GetCommand.class);
        commands.put("describe", DescribeCommand.class);
        commands.put("edit", EditCommand.class);
        commands.put("delete", DeleteCommand.class);
        commands.put("kubeconfig", KubeconfigCommand.class);
        commands.put("completion", CompletionCommand.class);
        commands.put("wasm", WasmCommand.class);
        commands.put("version", VersionCommand.class);
        commands.put("train", TrainCommand.class);
        commands.put("reference", ReferenceCommand.class);
        return commands;
    }

    /// Gives the root its commands: the one that the command line begins with, or else all. To read
    /// the annotations of all takes longer than most commands run.
    static void addCommands(CommandLine root, String... arguments) {
        var first = arguments.length == 0 ? "" : arguments[0];
        var one = COMMANDS.get(first);
        if (one != null && !NEED_ALL.contains(first)) {
            root.addSubcommand(first, one);
        } else {
            COMMANDS.forEach(root::addSubcommand);
        }
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
