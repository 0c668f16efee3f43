package dev.weir.telemetry.otlp;

import dev.weir.telemetry.TelemetryException;
import dev.weir.telemetry.TelemetryException.Code;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Certificates and private keys in a PEM file (RFC 7468).
final class Pem {
    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----([^-]*)-----END \\1-----");

    private static final byte[] RSA = oid("2a864886f70d010101");
    private static final byte[] EC = oid("2a8648ce3d0201");
    private static final byte[] ED25519 = oid("2b6570");
    private static final byte[] NULL = {5, 0};
    private static final byte[] ZERO = {2, 1, 0};

    private final Path file;
    private final String text;

    private Pem(Path file, String text) {
        this.file = file;
        this.text = text;
    }

    static Pem read(Path file) {
        try {
            return new Pem(file, Files.readString(file, StandardCharsets.ISO_8859_1));
        } catch (IOException e) {
            throw new TelemetryException(
                    Code.CONFIGURATION, file + " cannot be read; expected a PEM file", e);
        }
    }

    /// The certificates in it, one or more.
    List<Certificate> certificates() {
        var certificates = new ArrayList<Certificate>();
        try {
            var factory = CertificateFactory.getInstance("X.509");
            for (var block = BLOCK.matcher(text); block.find(); ) {
                if (block.group(1).endsWith("CERTIFICATE")) {
                    certificates.add(
                            factory.generateCertificate(new ByteArrayInputStream(bytes(block))));
                }
            }
        } catch (CertificateException e) {
            throw bad("a certificate cannot be read: " + e.getMessage(), e);
        }
        if (certificates.isEmpty()) {
            throw bad("expected a PEM certificate, found none");
        }
        return certificates;
    }

    /// The private key in it: `PRIVATE KEY` (PKCS #8), `RSA PRIVATE KEY` (PKCS #1) or `EC PRIVATE
    /// KEY` (SEC 1).
    PrivateKey key() {
        for (var block = BLOCK.matcher(text); block.find(); ) {
            switch (block.group(1)) {
                case "PRIVATE KEY" -> {
                    return key(bytes(block));
                }
                case "RSA PRIVATE KEY" -> {
                    return key(pkcs8(sequence(RSA, NULL), bytes(block)));
                }
                case "EC PRIVATE KEY" -> {
                    var sec1 = bytes(block);
                    return key(pkcs8(sequence(EC, curve(sec1)), sec1));
                }
                case "ENCRYPTED PRIVATE KEY" ->
                        throw bad("the private key is encrypted; expected a plain one");
                default -> {}
            }
        }
        throw bad("expected a PEM private key, found none");
    }

    private PrivateKey key(byte[] pkcs8) {
        var algorithm = contains(pkcs8, RSA) ? "RSA" : contains(pkcs8, EC) ? "EC" : "Ed25519";
        if (algorithm.equals("Ed25519") && !contains(pkcs8, ED25519)) {
            throw bad("expected an RSA, EC or Ed25519 private key");
        }
        try {
            return KeyFactory.getInstance(algorithm)
                    .generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
        } catch (GeneralSecurityException e) {
            throw bad("the private key cannot be read: " + e.getMessage(), e);
        }
    }

    private byte[] bytes(Matcher block) {
        try {
            return Base64.getMimeDecoder()
                    .decode(block.group(2).getBytes(StandardCharsets.ISO_8859_1));
        } catch (IllegalArgumentException e) {
            throw bad("the " + block.group(1) + " is not base64", e);
        }
    }

    /// The curve in an `ECPrivateKey` (RFC 5915 §3): the content of its element `[0]`, behind the
    /// sequence's head, the version and the key.
    private byte[] curve(byte[] sec1) {
        int at = content(sec1, 0);
        while (at + 1 < sec1.length) {
            int start = content(sec1, at);
            int end = start + length(sec1, at);
            if (end < start || end > sec1.length) {
                break;
            }
            if (sec1[at] == (byte) 0xa0) {
                return Arrays.copyOfRange(sec1, start, end);
            }
            at = end;
        }
        throw bad("the EC private key does not name its curve; expected PKCS #8");
    }

    private static int length(byte[] der, int at) {
        int first = der[at + 1] & 0xff;
        if (first < 0x80) {
            return first;
        }
        int length = 0;
        for (int i = 0; i < (first & 3) && at + 2 + i < der.length; i++) {
            length = length << 8 | der[at + 2 + i] & 0xff;
        }
        return length;
    }

    private int content(byte[] der, int at) {
        if (at + 1 >= der.length) {
            throw bad("the EC private key is cut short");
        }
        int first = der[at + 1] & 0xff;
        return at + 2 + (first < 0x80 ? 0 : first & 3);
    }

    /// `PrivateKeyInfo` (RFC 5208 §5).
    private static byte[] pkcs8(byte[] algorithm, byte[] key) {
        return sequence(ZERO, algorithm, wrap(4, key));
    }

    private static byte[] sequence(byte[]... parts) {
        var body = new ByteArrayOutputStream();
        for (var part : parts) {
            body.writeBytes(part);
        }
        return wrap(0x30, body.toByteArray());
    }

    /// A DER element of up to 65,535 bytes.
    private static byte[] wrap(int tag, byte[] body) {
        var out = new ByteArrayOutputStream();
        out.write(tag);
        if (body.length < 0x80) {
            out.write(body.length);
        } else if (body.length < 0x100) {
            out.write(0x81);
            out.write(body.length);
        } else {
            out.write(0x82);
            out.write(body.length >> 8);
            out.write(body.length);
        }
        out.writeBytes(body);
        return out.toByteArray();
    }

    private static byte[] oid(String hex) {
        return wrap(6, HexFormat.of().parseHex(hex));
    }

    private static boolean contains(byte[] text, byte[] part) {
        for (int at = 0; at + part.length <= Math.min(text.length, 40); at++) {
            if (Arrays.equals(text, at, at + part.length, part, 0, part.length)) {
                return true;
            }
        }
        return false;
    }

    private TelemetryException bad(String message) {
        return new TelemetryException(Code.CONFIGURATION, file + ": " + message);
    }

    private TelemetryException bad(String message, Exception cause) {
        return new TelemetryException(Code.CONFIGURATION, file + ": " + message, cause);
    }
}
