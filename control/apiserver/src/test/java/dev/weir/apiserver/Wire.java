package dev.weir.apiserver;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManagerFactory;

/// Connections on which tests send what no HTTP client would.
final class Wire {
    private final SSLSocketFactory sockets;
    private final int port;
    private final String token;

    Wire(ApiServer server, Path credentials) throws IOException {
        this.sockets = sockets(credentials);
        this.port = server.uri().getPort();
        this.token = Web.token(credentials, "weir:admin");
    }

    private static SSLSocketFactory sockets(Path credentials) throws IOException {
        var authority = Files.readAllBytes(credentials.resolve("ca.crt"));
        try {
            var trusted = KeyStore.getInstance("PKCS12");
            trusted.load(null, null);
            trusted.setCertificateEntry(
                    "ca",
                    CertificateFactory.getInstance("X.509")
                            .generateCertificate(new ByteArrayInputStream(authority)));
            var trust = TrustManagerFactory.getInstance("PKIX");
            trust.init(trusted);
            var context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            return context.getSocketFactory();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /// A connection after the TLS handshake; reads wait 20 s at most.
    SSLSocket open() throws IOException {
        var socket = (SSLSocket) sockets.createSocket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(20_000);
        socket.startHandshake();
        return socket;
    }

    /// The head of a request without its last, empty line.
    String head(String line, String... headers) {
        return line
                + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer "
                + token
                + "\r\n"
                + String.join("", java.util.Arrays.stream(headers).map(h -> h + "\r\n").toList());
    }

    static void send(SSLSocket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    }

    /// The status line that comes.
    static String status(SSLSocket socket) throws IOException {
        var line = new StringBuilder();
        for (int c = socket.getInputStream().read();
                c != '\n';
                c = socket.getInputStream().read()) {
            if (c < 0) {
                return line + "END";
            }
            line.append((char) c);
        }
        return line.toString().strip();
    }

    /// What comes up to the end of the connection.
    static String rest(SSLSocket socket) throws IOException {
        return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    /// Whether the server ends the connection, and sends nothing more, within the patience of
    /// reads.
    static boolean ended(SSLSocket socket) {
        return ended(socket, 0);
    }

    /// Whether the server ends the connection, after whatever it still sends, within the patience
    /// of reads.
    static boolean drained(SSLSocket socket) {
        return ended(socket, Long.MAX_VALUE);
    }

    private static boolean ended(SSLSocket socket, long most) {
        try {
            return socket.getInputStream().skip(most) <= most && socket.getInputStream().read() < 0;
        } catch (java.net.SocketTimeoutException _) {
            return false;
        } catch (IOException _) {
            return true;
        }
    }
}
