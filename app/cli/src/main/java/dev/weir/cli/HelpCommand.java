package dev.weir.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/// `weir help`: shows what there is, or one command.
@Command(name = "help", description = "Shows the commands, or the help of one.")
final class HelpCommand implements Runnable {
    @ParentCommand private @Nullable Weir weir;

    @Spec private @Nullable CommandSpec spec;

    @Parameters(arity = "0..1", paramLabel = "COMMAND", description = "The command.")
    private @Nullable String command;

    @Override
    public void run() {
        if (spec == null || spec.parent() == null) {
            throw new IllegalStateException("a command without its parent");
        }
        var root = spec.parent().commandLine();
        var chosen = command == null ? root : root.getSubcommands().get(command);
        if (chosen == null) {
            throw new ParameterException(root, "there is no command \"" + command + "\"");
        }
        chosen.usage(Weir.of(weir).shell.out());
    }
}
