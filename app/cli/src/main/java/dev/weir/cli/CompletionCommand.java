package dev.weir.cli;

import org.jspecify.annotations.Nullable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/// `weir completion`: prints a script that completes commands and options.
@Command(
        name = "completion",
        description = "Prints a script by which a shell completes commands and options.",
        footer = {
            "",
            "Examples:",
            "  source <(weir completion bash)          bash and zsh, in this shell",
            "  weir completion fish | source           fish"
        })
final class CompletionCommand implements Runnable {
    @ParentCommand private @Nullable Weir weir;

    @Spec private @Nullable CommandSpec spec;

    @Parameters(paramLabel = "SHELL", description = "bash, zsh or fish.")
    private Kind kind = Kind.BASH;

    /// The shells that scripts are made for.
    enum Kind {
        BASH,
        ZSH,
        FISH
    }

    @Override
    public void run() {
        if (spec == null || spec.parent() == null) {
            throw new IllegalStateException("a command without its parent");
        }
        var root = spec.parent().commandLine();
        var script =
                switch (kind) {
                    case BASH, ZSH -> AutoComplete.bash("weir", root);
                    case FISH -> FishCompletion.script(root.getCommandSpec());
                };
        Weir.of(weir).shell.out().print(script);
    }
}
