package dev.weir.databases;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A folder and a port for a server, and the user that its programs run as: they refuse to be root.
///
/// @param user null where this process is not root
record Place(Path folder, int port, @Nullable String user) {
    private static final long SLOWEST_SECONDS = 120;

    static Place of(String name, String user) throws IOException, InterruptedException {
        var folder = Files.createTempDirectory("weir-" + name);
        boolean root = "root".equals(System.getProperty("user.name"));
        var place = new Place(folder, freePort(), root ? user : null);
        if (root && !user.isEmpty()) {
            place.await(place.launch(List.of("chown", user, folder.toString())));
        }
        return place;
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /// Runs a program to its end, as the user.
    void run(String... command) throws IOException, InterruptedException {
        await(start(command));
    }

    /// Starts a program as the user.
    Process start(String... command) throws IOException {
        var whole = new ArrayList<String>();
        if (user != null && !user.isEmpty()) {
            whole.addAll(
                    List.of("setpriv", "--reuid=" + user, "--regid=" + user, "--clear-groups"));
        }
        whole.addAll(List.of(command));
        return launch(whole);
    }

    private Process launch(List<String> command) throws IOException {
        return new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(output().toFile()))
                .start();
    }

    private Path output() {
        return folder.resolveSibling(folder.getFileName() + ".out");
    }

    private void await(Process process) throws IOException, InterruptedException {
        if (!process.waitFor(SLOWEST_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
            process.destroyForcibly();
            throw new IOException(process.info() + ": " + said());
        }
    }

    /// What the programs printed.
    String said() throws IOException {
        return Files.exists(output()) ? Files.readString(output()) : "";
    }

    /// Waits until a server listens.
    void awaitListener(Process server) throws IOException, InterruptedException {
        long since = System.nanoTime();
        while (true) {
            try (var socket = new Socket()) {
                socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
                return;
            } catch (IOException e) {
                boolean late = System.nanoTime() - since > SLOWEST_SECONDS * 1_000_000_000L;
                if (late || !server.isAlive()) {
                    throw new IOException("server does not listen: " + said(), e);
                }
                Thread.sleep(50);
            }
        }
    }

    void remove() throws IOException {
        try (var files = Files.walk(folder)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
        Files.deleteIfExists(output());
    }
}
