package dev.weir.kubernetes;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;

/// An HTTPS server that gives the answers of a list, one a connection, and keeps what it was asked.
final class ScriptedServer implements AutoCloseable {
    private static final char[] PASSWORD = "changeit".toCharArray();
    private static final KeyStore KEYS = keys();

    private final SSLServerSocket socket;
    private final ConcurrentLinkedQueue<String> answers = new ConcurrentLinkedQueue<>();
    private final List<Request> requests = new CopyOnWriteArrayList<>();

    /// A request, its header names in lower case.
    record Request(String line, Map<String, String> headers, String body) {}

    ScriptedServer(String... answers) {
        this.answers.addAll(List.of(answers));
        try {
            var factory = KeyManagerFactory.getInstance("PKIX");
            factory.init(KEYS, PASSWORD);
            var tls = SSLContext.getInstance("TLS");
            tls.init(factory.getKeyManagers(), null, null);
            socket =
                    (SSLServerSocket)
                            tls.getServerSocketFactory()
                                    .createServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException(e);
        }
        Thread.ofVirtual().start(this::serve);
    }

    /// An answer of JSON with a status code.
    static String json(int code, String body) {
        return answer(code, "Content-Type: application/json\r\n", body);
    }

    /// An answer with further header lines.
    static String answer(int code, String headers, String body) {
        int length = body.getBytes(StandardCharsets.UTF_8).length;
        return "HTTP/1.1 %d X\r\nConnection: close\r\nContent-Length: %d\r\n%s\r\n%s"
                .formatted(code, length, headers, body);
    }

    /// An answer that goes on until the connection ends.
    static String stream(String body) {
        return "HTTP/1.1 200 X\r\nConnection: close\r\nContent-Type: application/json\r\n\r\n"
                + body;
    }

    Connection connection() {
        return Connection.ofToken(
                URI.create("https://localhost:" + socket.getLocalPort()), authority(), "t0ken");
    }

    List<Request> requests() {
        return requests;
    }

    static String authority() {
        try {
            var encoder = Base64.getMimeEncoder(64, new byte[] {'\n'});
            var text = encoder.encodeToString(KEYS.getCertificate("server").getEncoded());
            return "-----BEGIN CERTIFICATE-----\n" + text + "\n-----END CERTIFICATE-----\n";
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private void serve() {
        while (!socket.isClosed()) {
            try (var connection = socket.accept()) {
                answer(connection);
            } catch (IOException _) {
                // Closed, or a client that went away: the next one counts.
            }
        }
    }

    private void answer(Socket connection) throws IOException {
        var in = new BufferedInputStream(connection.getInputStream());
        var line = line(in);
        var headers = new TreeMap<String, String>();
        for (var header = line(in); !header.isEmpty(); header = line(in)) {
            int colon = header.indexOf(':');
            var name = header.substring(0, colon).toLowerCase(Locale.ROOT);
            headers.put(name, header.substring(colon + 1).strip());
        }
        int length = Integer.parseInt(headers.getOrDefault("content-length", "0"));
        var body = new String(in.readNBytes(length), StandardCharsets.UTF_8);
        requests.add(new Request(line, headers, body));
        var answer = answers.poll();
        if (answer != null) {
            connection.getOutputStream().write(answer.getBytes(StandardCharsets.UTF_8));
        }
    }

    private static String line(InputStream in) throws IOException {
        var line = new StringBuilder();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0) {
                throw new IOException("the request ended early");
            }
            line.append((char) c);
        }
        return line.toString().strip();
    }

    private static KeyStore keys() {
        try {
            var directory = Files.createTempDirectory("weir-keys");
            var file = directory.resolve("keys.p12");
            keytool(file);
            var store = KeyStore.getInstance(file.toFile(), PASSWORD);
            Files.delete(file);
            Files.delete(directory);
            return store;
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void keytool(Path file) throws IOException {
        var command =
                "-genkeypair -keyalg EC -alias server -dname CN=test -ext san=dns:localhost"
                        + " -storetype PKCS12 -storepass changeit -keystore ";
        var words = new java.util.ArrayList<String>();
        words.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        words.addAll(List.of((command + file).split(" ")));
        try {
            var process = new ProcessBuilder(words).redirectErrorStream(true).start();
            var output =
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new IllegalStateException(output);
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
