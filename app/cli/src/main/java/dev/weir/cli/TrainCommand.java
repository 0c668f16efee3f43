package dev.weir.cli;

import dev.weir.node.Node;
import dev.weir.node.NodeOptions;
import dev.weir.server.ControlPlane;
import dev.weir.server.ServerOptions;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.Writer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/// `weir train`: does what users do, once and quickly, so that the JDK can note which classes that
/// needs. The launcher runs it when it makes its caches.
///
/// By itself it is a server, and starts itself once more, with `--kubeconfig`, to be its client.
@Command(name = "train", hidden = true, description = "Loads what usual commands need.")
final class TrainCommand implements Runnable {
    private static final Duration JOINED_WITHIN = Duration.ofSeconds(10);
    private static final Duration CLIENT_WITHIN = Duration.ofMinutes(1);
    private static final String MANIFEST =
            """
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: trained}
            data:
              text: |
                two
                lines
            """;

    @ParentCommand private @Nullable Weir weir;

    @Option(names = "--client-cache", description = "The cache that the client makes.")
    private @Nullable Path clientCache;

    @Override
    public void run() {
        var parent = Weir.of(weir);
        try {
            var folder = Files.createTempDirectory("weir-train");
            try {
                if (parent.kubeconfig == null) {
                    serve(folder);
                } else {
                    client(parent, folder);
                }
            } finally {
                Folders.delete(folder);
            }
        } catch (IOException e) {
            throw new Problem("no training: " + e, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Problem("the training was interrupted", e);
        }
    }

    private void serve(Path folder) throws IOException, InterruptedException {
        var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        var options = ServerOptions.in(folder.resolve("data")).on(List.of(address));
        ControlPlane.start(options).close();
        try (var plane = ControlPlane.start(options)) {
            var line = new ArrayList<String>();
            line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
            if (clientCache != null) {
                line.add("-XX:AOTCacheOutput=" + clientCache);
            }
            line.add("@" + System.getProperty("weir.launcher"));
            line.addAll(List.of("-m", "dev.weir.cli/dev.weir.cli.Main", "train", "--kubeconfig"));
            line.add(plane.kubeconfig().toString());
            var client = new ProcessBuilder(line).inheritIO().start();
            if (!client.waitFor(CLIENT_WITHIN.toSeconds(), TimeUnit.SECONDS)) {
                client.destroyForcibly();
            }
        }
    }

    private static void client(Weir parent, Path folder) throws IOException, InterruptedException {
        var manifest = Files.writeString(folder.resolve("manifest.yaml"), MANIFEST).toString();
        var config = String.valueOf(parent.kubeconfig);
        for (var command :
                List.of(
                        "version --server",
                        "help",
                        "get --help",
                        "apply -f " + manifest,
                        "apply -f " + manifest,
                        "get cm",
                        "get cm trained -o yaml",
                        "get cm,secrets -A -o json",
                        "get nosuchkind",
                        "describe cm trained")) {
            run(parent.shell, (command + " --kubeconfig " + config).split(" "));
        }
        var watch =
                Thread.ofVirtual()
                        .start(() -> run(parent.shell, "get", "cm", "-w", "--kubeconfig", config));
        node(parent, folder);
        run(parent.shell, "delete", "cm", "trained", "--kubeconfig", config);
        watch.interrupt();
        watch.join();
    }

    private static void node(Weir parent, Path folder) throws InterruptedException {
        var connection = parent.kubeconfigs().load().connection();
        var options =
                NodeOptions.of(
                        NodeOptions.Role.Workloads,
                        connection,
                        "trained",
                        folder.resolve("node"),
                        Map.of());
        var joined = new CountDownLatch(1);
        try (var _ =
                Node.start(
                        options,
                        event -> {
                            if (event instanceof Node.Event.Joined) {
                                joined.countDown();
                            }
                        })) {
            joined.await(JOINED_WITHIN.toSeconds(), TimeUnit.SECONDS);
        }
    }

    private static void run(Shell shell, String... arguments) {
        var nowhere = new PrintWriter(Writer.nullWriter());
        var quiet =
                new Shell(
                        Map.of(),
                        shell.home(),
                        shell.in(),
                        nowhere,
                        nowhere,
                        OutputStream.nullOutputStream(),
                        OutputStream.nullOutputStream(),
                        true);
        Main.commandLine(quiet, arguments).execute(arguments);
    }
}
