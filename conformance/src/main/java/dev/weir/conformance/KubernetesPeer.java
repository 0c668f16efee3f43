package dev.weir.conformance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/// The real thing: kube-apiserver on etcd, on free loopback ports and a temporary folder.
///
/// The binaries are named by `WEIR_ETCD` and `WEIR_KUBE_APISERVER`, else they are looked up in
/// `WEIR_PEERS` and where `conformance/peers/kubernetes.sh` puts them.
final class KubernetesPeer implements AutoCloseable {
    private static final int ATTEMPTS = 3;
    private static final String HINT =
            "needs etcd and kube-apiserver: run conformance/peers/kubernetes.sh, or name them in"
                    + " WEIR_ETCD and WEIR_KUBE_APISERVER";

    private final PeerProcesses processes = new PeerProcesses();
    private final String token = HexFormat.of().formatHex(SecureRandom.getSeed(16));
    private final int port = freePort();

    /// A started peer whose `/readyz` says ok.
    ///
    /// @throws AbsentException where a binary is missing
    static KubernetesPeer start() throws InterruptedException {
        var etcd = binary("WEIR_ETCD", "etcd");
        var apiserver = binary("WEIR_KUBE_APISERVER", "kube-apiserver");
        for (int attempt = 1; ; attempt++) {
            var peer = new KubernetesPeer();
            try {
                peer.start(etcd, apiserver);
                return peer;
            } catch (IOException | RuntimeException e) {
                var log = peer.processes.log("kube-apiserver");
                peer.close();
                // Between finding a free port and listening on it somebody else may have taken it.
                if (attempt == ATTEMPTS) {
                    throw new IllegalStateException("kube-apiserver did not start:\n" + log, e);
                }
            }
        }
    }

    /// An administrator's client; the caller closes it.
    ServerClient client() throws IOException {
        try {
            var authority = processes.folder().resolve("cert/apiserver.crt");
            return ServerClient.of(URI.create("https://127.0.0.1:" + port), authority, token);
        } catch (GeneralSecurityException e) {
            throw new IOException(e);
        }
    }

    @Override
    public void close() {
        processes.close();
    }

    private void start(Path etcd, Path apiserver) throws IOException, InterruptedException {
        var client = "http://127.0.0.1:" + freePort();
        var raft = "http://127.0.0.1:" + freePort();
        var store = processes.start("etcd", etcdCommand(etcd, client, raft));
        write("tokens.csv", token + ",admin,admin,system:masters\n");
        write("sa.key", privateKey());
        var server = processes.start("kube-apiserver", apiserverCommand(apiserver, client));
        var end = System.nanoTime() + Duration.ofMinutes(1).toNanos();
        while (!ready()) {
            if (!store.isAlive() || !server.isAlive() || System.nanoTime() > end) {
                throw new IllegalStateException("not ready within a minute, or ended");
            }
            Thread.sleep(200);
        }
    }

    private boolean ready() throws InterruptedException {
        if (!Files.exists(processes.folder().resolve("cert/apiserver.crt"))) {
            return false;
        }
        try (var client = client()) {
            return client.send(client.request("/readyz")).statusCode() == 200;
        } catch (IOException _) {
            return false;
        }
    }

    private static List<String> etcdCommand(Path etcd, String client, String raft) {
        return List.of(
                etcd.toString(),
                "--data-dir=etcd",
                "--listen-client-urls=" + client,
                "--advertise-client-urls=" + client,
                "--listen-peer-urls=" + raft,
                "--initial-advertise-peer-urls=" + raft,
                "--initial-cluster=default=" + raft,
                "--unsafe-no-fsync");
    }

    private List<String> apiserverCommand(Path apiserver, String etcd) {
        var command = new ArrayList<String>();
        command.add(apiserver.toString());
        command.add("--etcd-servers=" + etcd);
        command.add("--secure-port=" + port);
        command.add("--bind-address=127.0.0.1");
        command.add("--cert-dir=cert");
        command.add("--service-account-issuer=https://peer");
        command.add("--service-account-key-file=sa.key");
        command.add("--service-account-signing-key-file=sa.key");
        command.add("--token-auth-file=tokens.csv");
        command.add("--authorization-mode=RBAC");
        command.add("--service-cluster-ip-range=10.0.0.0/24");
        command.add("--disable-admission-plugins=ServiceAccount");
        command.add("--watch-cache=true");
        return command;
    }

    private static Path binary(String variable, String name) {
        var named = Optional.ofNullable(System.getenv(variable)).map(Path::of);
        var file = named.orElseGet(() -> folder().resolve(name));
        if (!Files.isExecutable(file)) {
            throw new AbsentException(HINT);
        }
        return file;
    }

    /// Where the scripts in `conformance/peers` put what they make.
    static Path folder() {
        var cache =
                Optional.ofNullable(System.getenv("XDG_CACHE_HOME"))
                        .map(Path::of)
                        .orElse(Path.of(System.getProperty("user.home"), ".cache"));
        return Optional.ofNullable(System.getenv("WEIR_PEERS"))
                .map(Path::of)
                .orElse(cache.resolve("weir/peers"));
    }

    private static String privateKey() {
        try {
            var generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(2048);
            var key = generator.generateKeyPair().getPrivate().getEncoded();
            var text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(key);
            return "-----BEGIN PRIVATE KEY-----\n" + text + "\n-----END PRIVATE KEY-----\n";
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /// A port of the loopback address that nobody listens on; somebody may, a moment later.
    static int freePort() {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void write(String file, String text) throws IOException {
        Files.write(processes.folder().resolve(file), text.getBytes(StandardCharsets.UTF_8));
    }
}
