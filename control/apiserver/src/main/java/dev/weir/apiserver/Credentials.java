package dev.weir.apiserver;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.Supplier;

/// The files by which a server and its callers know each other: an authority, a certificate for the
/// server, certificates and tokens for the administrator and for a reader.
///
/// What is missing, near its end or for other hosts is made anew; what is there is kept.
final class Credentials {
    private static final Duration AUTHORITY_LIFETIME = Duration.ofDays(3650);
    private static final Duration LIFETIME = Duration.ofDays(365);
    private static final Duration RENEW = Duration.ofDays(30);
    private static final Duration CLOCK_SKEW = Duration.ofHours(1);

    private final Path directory;
    private final Clock clock;
    private final Issuer.Identity authority;
    private final Issuer.Identity server;
    private final Map<String, Caller> tokens;

    private Credentials(Path directory, Clock clock, List<String> hosts) throws IOException {
        this.directory = directory;
        this.clock = clock;
        makeDirectory();
        authority =
                identity(
                        "ca",
                        this::lasts,
                        () ->
                                Issuer.authority(
                                        subject(
                                                "weir-ca",
                                                List.of(),
                                                List.of(),
                                                Issuer.Use.AUTHORITY)));
        server =
                identity(
                        "server",
                        c -> issued(c) && names(c).equals(java.util.Set.copyOf(hosts)),
                        () ->
                                Issuer.issue(
                                        subject("weir", List.of(), hosts, Issuer.Use.SERVER),
                                        authority));
        client("admin", Caller.MASTERS);
        client("reader", Caller.READERS);
        tokens = readTokens();
    }

    /// Reads the files of a directory, making what is missing.
    static Credentials open(Path directory, Clock clock, List<String> hosts) {
        try {
            return new Credentials(directory, clock, hosts);
        } catch (IOException e) {
            throw new UncheckedIOException("credentials in " + directory + ": " + e, e);
        }
    }

    Issuer.Identity authority() {
        return authority;
    }

    Issuer.Identity server() {
        return server;
    }

    /// The callers by token.
    Map<String, Caller> tokens() {
        return tokens;
    }

    private void client(String name, String group) throws IOException {
        identity(
                name,
                this::issued,
                () ->
                        Issuer.issue(
                                subject(
                                        "weir:" + name,
                                        List.of(group),
                                        List.of(),
                                        Issuer.Use.CLIENT),
                                authority));
    }

    private Issuer.Subject subject(
            String name, List<String> groups, List<String> hosts, Issuer.Use use) {
        var lifetime = use == Issuer.Use.AUTHORITY ? AUTHORITY_LIFETIME : LIFETIME;
        return new Issuer.Subject(
                name, groups, hosts, use, clock.instant().minus(CLOCK_SKEW), lifetime);
    }

    private boolean lasts(X509Certificate certificate) {
        return certificate.getNotAfter().toInstant().isAfter(clock.instant().plus(RENEW));
    }

    private boolean issued(X509Certificate certificate) {
        return Issuer.names(certificate, authority.certificate()) && lasts(certificate);
    }

    private static java.util.Set<String> names(X509Certificate certificate) {
        var result = new java.util.HashSet<String>();
        try {
            var names = certificate.getSubjectAlternativeNames();
            if (names != null) {
                names.forEach(name -> result.add(String.valueOf(name.get(1))));
            }
        } catch (GeneralSecurityException _) {
            return java.util.Set.of();
        }
        return result;
    }

    private Issuer.Identity identity(
            String name, Predicate<X509Certificate> good, Supplier<Issuer.Identity> make)
            throws IOException {
        var certificateFile = directory.resolve(name + ".crt");
        var keyFile = directory.resolve(name + ".key");
        if (Files.exists(certificateFile) && Files.exists(keyFile)) {
            var content = keyContent(keyFile);
            var found = read(certificateFile, keyFile, content);
            if (isPair(found, content) && good.test(found.certificate())) {
                return found;
            }
        }
        var made = make.get();
        write(keyFile, pem("PRIVATE KEY", Issuer.encoded(made)));
        write(certificateFile, certificateText(made.certificate()));
        return made;
    }

    private static boolean isPair(Issuer.Identity identity, byte[] key) {
        var point = Issuer.point(identity.certificate().getPublicKey());
        return endsWith(key, point) || signs(identity);
    }

    private static boolean endsWith(byte[] bytes, byte[] end) {
        int from = bytes.length - end.length;
        return from >= 0 && Arrays.equals(bytes, from, bytes.length, end, 0, end.length);
    }

    /// The long way, for a key that does not say what its public point is.
    private static boolean signs(Issuer.Identity identity) {
        var text = "weir".getBytes(StandardCharsets.US_ASCII);
        try {
            var signer = Signature.getInstance("SHA256withECDSA");
            signer.initSign(identity.key());
            signer.update(text);
            var signature = signer.sign();
            signer.initVerify(identity.certificate().getPublicKey());
            signer.update(text);
            return signer.verify(signature);
        } catch (GeneralSecurityException _) {
            return false;
        }
    }

    private static Issuer.Identity read(Path certificateFile, Path keyFile, byte[] key)
            throws IOException {
        try {
            var secret = KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(key));
            return new Issuer.Identity(secret, certificate(certificateFile));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new IOException(
                    "cannot read " + certificateFile + " and " + keyFile.getFileName(), e);
        }
    }

    private static byte[] keyContent(Path file) throws IOException {
        var text = Files.readString(file).replaceAll("-----[A-Z ]+-----", "").replaceAll("\\s", "");
        try {
            return Base64.getDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            throw new IOException("cannot read " + file, e);
        }
    }

    private static X509Certificate certificate(Path file)
            throws IOException, GeneralSecurityException {
        return (X509Certificate)
                CertificateFactory.getInstance("X.509")
                        .generateCertificate(new ByteArrayInputStream(Files.readAllBytes(file)));
    }

    private Map<String, Caller> readTokens() throws IOException {
        var file = directory.resolve("tokens");
        if (Files.notExists(file)) {
            write(
                    file,
                    "# token user group\n"
                            + newToken()
                            + " weir:admin "
                            + Caller.MASTERS
                            + "\n"
                            + newToken()
                            + " weir:reader "
                            + Caller.READERS
                            + "\n");
        }
        var result = new LinkedHashMap<String, Caller>();
        for (var line : Files.readAllLines(file)) {
            var words = line.strip().split("\\s+");
            if (words.length == 3 && !line.startsWith("#")) {
                result.put(words[0], Caller.of(words[1], List.of(words[2])));
            }
        }
        return result;
    }

    private static String newToken() {
        var bytes = new byte[32];
        new SecureRandom().nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private void makeDirectory() throws IOException {
        Files.createDirectories(directory);
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
    }

    private void write(Path file, String text) throws IOException {
        var next = directory.resolve(file.getFileName() + ".new");
        Files.deleteIfExists(next);
        Files.createFile(
                next,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(next, text, StandardOpenOption.WRITE, StandardOpenOption.DSYNC);
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
    }

    private static String pem(String label, byte[] content) {
        var lines =
                Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII))
                        .encodeToString(content);
        return "-----BEGIN " + label + "-----\n" + lines + "\n-----END " + label + "-----\n";
    }

    private static String certificateText(X509Certificate certificate) {
        try {
            return pem("CERTIFICATE", certificate.getEncoded());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("a certificate that was made cannot be written", e);
        }
    }

    /// The administrator's kubeconfig for a server at an address. It holds a token, as not every
    /// client can read elliptic keys.
    String kubeconfig(String address) {
        return """
        apiVersion: v1
        kind: Config
        clusters:
        - name: weir
          cluster:
            server: %s
            certificate-authority-data: %s
        users:
        - name: admin
          user:
            token: %s
        contexts:
        - name: weir
          context:
            cluster: weir
            user: admin
            namespace: default
        current-context: weir
        """
                .formatted(address, base64(certificateText(authority.certificate())), adminToken());
    }

    private String adminToken() {
        return tokens.entrySet().stream()
                .filter(entry -> entry.getValue().groups().contains(Caller.MASTERS))
                .map(Map.Entry::getKey)
                .findFirst()
                .orElseThrow(() ->
                        new IllegalStateException(
                                directory.resolve("tokens")
                                        + " has no token of the group "
                                        + Caller.MASTERS));
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
