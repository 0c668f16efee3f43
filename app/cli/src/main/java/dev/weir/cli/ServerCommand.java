package dev.weir.cli;

import dev.weir.server.ControlPlane;
import dev.weir.server.ServerOptions;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/// `weir server`: runs a control plane until it is stopped.
@Command(
        name = "server",
        description = "Runs a control plane: its store, its API over HTTPS, and all controllers.",
        footer = {"", "Ends on Ctrl-C or SIGTERM; what was acknowledged is on disk."})
final class ServerCommand implements Runnable {
    private static final Duration READY_WITHIN = Duration.ofSeconds(30);
    private static final String TOKENS = "credentials/tokens";
    private static final Duration STEP = Duration.ofMillis(5);

    @ParentCommand private @Nullable Weir weir;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description =
                    "Where it keeps everything. Default: weir in XDG_STATE_HOME, else in"
                            + " ~/.local/state.")
    private @Nullable Path data;

    @Option(
            names = "--listen",
            paramLabel = "HOST:PORT",
            converter = Listen.class,
            description =
                    "An address to serve on, more than once for several; port 0 takes a free one."
                            + " Default: 127.0.0.1:6443.")
    private List<InetSocketAddress> listen = List.of();

    @Option(
            names = "--no-controllers",
            description = "Leaves the controllers to others: see weir controllers.")
    private boolean uncontrolled;

    @Option(names = "--set", paramLabel = "KEY=VALUE", description = "A setting of a controller.")
    private Map<String, String> settings = Map.of();

    @Override
    public void run() {
        var shell = Weir.of(weir).shell;
        var options = ServerOptions.in(data == null ? shell.stateFolder() : data).with(settings);
        if (uncontrolled) {
            options = options.withoutControllers();
        }
        if (!listen.isEmpty()) {
            options = options.on(listen);
        }
        ProgramTelemetry.start(shell, "weir-server");
        var plane = ControlPlane.start(options);
        Endings.closeAtExit(plane);
        announce(shell, plane, awaitReady(plane));
        if (options.console().page("index.html").isPresent()) {
            shell.out().println("  console     " + plane.uri() + "/console/");
            shell.out().println("  its tokens  " + plane.kubeconfig().resolveSibling(TOKENS));
        }
        shell.out().flush();
        // Recovery and start leave more behind than the server needs from now on.
        System.gc();
        Endings.sleep();
    }

    private static void announce(Shell shell, ControlPlane plane, boolean ready) {
        var state = ready ? " is ready after " : " is not ready yet, after ";
        shell.out().println(shell.bold("weir server") + state + Uptime.millis() + " ms");
        shell.out().println("  address     " + plane.uri());
        shell.out().println("  kubeconfig  " + plane.kubeconfig());
        shell.out().println("  to use it   export KUBECONFIG=" + plane.kubeconfig());
    }

    private static boolean awaitReady(ControlPlane plane) {
        long deadline = System.nanoTime() + READY_WITHIN.toNanos();
        while (!plane.ready() && System.nanoTime() < deadline) {
            try {
                Thread.sleep(STEP);
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
                break;
            }
        }
        return plane.ready();
    }
}
