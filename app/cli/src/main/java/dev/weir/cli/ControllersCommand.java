package dev.weir.cli;

import dev.weir.node.NodeOptions;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParentCommand;

/// `weir controllers`: runs the controllers apart from their server until it is stopped.
@Command(
        name = "controllers",
        description = "Runs all controllers over HTTPS, in a process of their own.",
        footer = {
            "",
            "The server is to run without them: weir server --no-controllers. With a Lease named by",
            "--set leader-election=NAME, one of several such processes works, and the others stand by.",
            "",
            "Example:",
            "  weir controllers --join admin.kubeconfig --set leader-election=payments"
        })
final class ControllersCommand implements Runnable {
    @ParentCommand private @Nullable Weir weir;

    @Mixin private NodeProgram program = new NodeProgram();

    @Override
    public void run() {
        program.run(Weir.of(weir), NodeOptions.Role.Controllers, "controllers", "controllers-");
    }
}
