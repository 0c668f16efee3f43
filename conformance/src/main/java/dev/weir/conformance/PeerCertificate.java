package dev.weir.conformance;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// A certificate of `localhost` that signs itself, made by the JDK's keytool, as PEM files.
///
/// @param key in PKCS #8
record PeerCertificate(Path certificate, Path key) {
    private static final String PASSWORD = "changeit";

    /// @param algorithm `RSA` or `EC`
    static PeerCertificate make(Path folder, String name, String algorithm)
            throws IOException, InterruptedException, GeneralSecurityException {
        var file = folder.resolve(name + ".p12");
        keytool(file, algorithm);
        var password = PASSWORD.toCharArray();
        var store = KeyStore.getInstance(file.toFile(), password);
        var certificate = folder.resolve(name + ".crt");
        var key = folder.resolve(name + ".key");
        Files.writeString(
                certificate, pem("CERTIFICATE", store.getCertificate("key").getEncoded()));
        Files.writeString(key, pem("PRIVATE KEY", store.getKey("key", password).getEncoded()));
        return new PeerCertificate(certificate, key);
    }

    private static void keytool(Path file, String algorithm)
            throws IOException, InterruptedException {
        var command =
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                        "-genkeypair",
                        "-alias",
                        "key",
                        "-keyalg",
                        algorithm,
                        "-dname",
                        "CN=localhost",
                        "-ext",
                        "san=dns:localhost",
                        "-storepass",
                        PASSWORD,
                        "-keystore",
                        file.toString());
        var process = new ProcessBuilder(command).redirectErrorStream(true).start();
        var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
            throw new IOException("keytool: " + said);
        }
    }

    private static String pem(String label, byte[] bytes) {
        var text = Base64.getMimeEncoder().encodeToString(bytes);
        return "-----BEGIN %s-----\n%s\n-----END %s-----\n".formatted(label, text, label);
    }
}
