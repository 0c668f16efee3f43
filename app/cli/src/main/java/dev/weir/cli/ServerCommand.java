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

    @Option(names = "--set", paramLabel = "KEY=VALUE", description = "A setting of a controller.")
    private Map<String, String> settings = Map.of();

    @Override
    public void run() {
        var shell = Weir.of(weir).shell;
        var options = ServerOptions.in(data == null ? shell.stateFolder() : data).with(settings);
        if (!listen.isEmpty()) {
            options = options.on(listen);
        }
        var plane = ControlPlane.start(options);
        Endings.closeAtExit(plane);
        var late = awaitReady(plane);
        var shown = shell.out();
        shown.println(
                shell.bold("weir server")
                        + (late ? " is not ready yet, after " : " is ready after ")
                        + Uptime.millis()
                        + " ms");
        shown.println("  address     " + plane.uri());
        shown.println("  kubeconfig  " + plane.kubeconfig());
        shown.println("  to use it   export KUBECONFIG=" + plane.kubeconfig());
        shown.flush();
        // Recovery and start leave more behind than the server needs from now on.
        System.gc();
        Endings.sleep();
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
        return !plane.ready();
    }
}
