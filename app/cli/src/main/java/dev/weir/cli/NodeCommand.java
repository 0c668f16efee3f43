package dev.weir.cli;

import dev.weir.node.NodeOptions;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParentCommand;

/// `weir node`: runs an edge node until it is stopped.
@Command(
        name = "node",
        description = "Runs a node: joins a control plane and runs all workloads.",
        footer = {
            "",
            "Starts without the control plane, too, and joins it once it answers.",
            "",
            "Examples:",
            "  weir node --join node.kubeconfig --name till-7 --set region=north",
            "  WEIR_TOKEN=... weir node --join https://plane:6443 --ca ca.crt --name till-7"
        })
final class NodeCommand implements Runnable {
    @ParentCommand private @Nullable Weir weir;

    @Mixin private NodeProgram program = new NodeProgram();

    @Override
    public void run() {
        program.run(Weir.of(weir), NodeOptions.Role.Workloads, "node", "");
    }
}
