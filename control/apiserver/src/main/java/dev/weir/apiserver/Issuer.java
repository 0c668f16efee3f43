package dev.weir.apiserver;

import java.io.ByteArrayInputStream;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Writes X.509 v3 certificates (RFC 5280) for elliptic keys on P-256, signed with SHA-256.
final class Issuer {
    private static final byte[] ECDSA_SHA256 = Der.sequence(Der.oid("1.2.840.10045.4.3.2"));
    private static final SecureRandom RANDOM = new SecureRandom();

    private Issuer() {}

    /// A key with its certificate.
    record Identity(PrivateKey key, X509Certificate certificate) {}

    /// What a certificate is for.
    enum Use {
        AUTHORITY,
        SERVER,
        CLIENT
    }

    /// Who a certificate names, and for how long.
    ///
    /// @param organizations the groups of a client
    /// @param hosts names and addresses of a server
    record Subject(
            String commonName,
            List<String> organizations,
            List<String> hosts,
            Use use,
            Instant from,
            Duration lifetime) {}

    static KeyPair newKey() {
        try {
            var generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK makes no P-256 keys", e);
        }
    }

    /// A new key and its own certificate.
    static Identity authority(Subject subject) {
        var pair = newKey();
        var name = name(subject);
        return new Identity(
                pair.getPrivate(),
                sign(subject, name, pair.getPublic(), pair.getPublic(), pair.getPrivate()));
    }

    /// A new key with a certificate by the authority.
    static Identity issue(Subject subject, Identity authority) {
        var pair = newKey();
        var issuer = authority.certificate().getSubjectX500Principal().getEncoded();
        return new Identity(
                pair.getPrivate(),
                sign(
                        subject,
                        issuer,
                        pair.getPublic(),
                        authority.certificate().getPublicKey(),
                        authority.key()));
    }

    private static X509Certificate sign(
            Subject subject, byte[] issuer, PublicKey key, PublicKey issuerKey, PrivateKey signer) {
        var body =
                Der.sequence(
                        Der.tagged(0xA0, Der.integer(BigInteger.TWO)),
                        Der.integer(new BigInteger(127, RANDOM).add(BigInteger.ONE)),
                        ECDSA_SHA256,
                        issuer,
                        Der.sequence(
                                Der.time(subject.from()),
                                Der.time(subject.from().plus(subject.lifetime()))),
                        name(subject),
                        key.getEncoded(),
                        Der.tagged(0xA3, extensions(subject, key, issuerKey)));
        try {
            var signature = Signature.getInstance("SHA256withECDSA");
            signature.initSign(signer);
            signature.update(body);
            var text = Der.sequence(body, ECDSA_SHA256, Der.bits(0, signature.sign()));
            return (X509Certificate)
                    CertificateFactory.getInstance("X.509")
                            .generateCertificate(new ByteArrayInputStream(text));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("cannot sign a certificate", e);
        }
    }

    private static byte[] name(Subject subject) {
        var parts = new ArrayList<byte[]>();
        for (var organization : subject.organizations()) {
            parts.add(attribute("2.5.4.10", organization));
        }
        parts.add(attribute("2.5.4.3", subject.commonName()));
        return Der.sequence(parts.toArray(byte[][]::new));
    }

    private static byte[] attribute(String oid, String value) {
        return Der.set(Der.sequence(Der.oid(oid), Der.utf8(value)));
    }

    private static byte[] extensions(Subject subject, PublicKey key, PublicKey issuerKey) {
        boolean authority = subject.use() == Use.AUTHORITY;
        var all = new ArrayList<byte[]>();
        all.add(
                extension(
                        "2.5.29.19",
                        true,
                        authority ? Der.sequence(Der.bool(true)) : Der.sequence()));
        // keyCertSign and cRLSign, or digitalSignature: bits 5 and 6, or bit 0.
        all.add(
                extension(
                        "2.5.29.15",
                        true,
                        authority
                                ? Der.bits(1, new byte[] {0x06})
                                : Der.bits(7, new byte[] {(byte) 0x80})));
        all.add(extension("2.5.29.14", false, Der.octets(keyId(key))));
        all.add(extension("2.5.29.35", false, Der.sequence(Der.tagged(0x80, keyId(issuerKey)))));
        if (!authority) {
            var use = subject.use() == Use.SERVER ? "1.3.6.1.5.5.7.3.1" : "1.3.6.1.5.5.7.3.2";
            all.add(extension("2.5.29.37", false, Der.sequence(Der.oid(use))));
        }
        if (!subject.hosts().isEmpty()) {
            all.add(extension("2.5.29.17", false, alternatives(subject.hosts())));
        }
        return Der.sequence(all.toArray(byte[][]::new));
    }

    private static byte[] extension(String oid, boolean critical, byte[] value) {
        return critical
                ? Der.sequence(Der.oid(oid), Der.bool(true), Der.octets(value))
                : Der.sequence(Der.oid(oid), Der.octets(value));
    }

    private static byte[] alternatives(List<String> hosts) {
        return Der.sequence(hosts.stream().map(Issuer::alternative).toArray(byte[][]::new));
    }

    private static byte[] alternative(String host) {
        return isAddress(host)
                ? Der.tagged(0x87, address(host))
                : Der.tagged(0x82, host.getBytes(StandardCharsets.US_ASCII));
    }

    private static boolean isAddress(String host) {
        return host.indexOf(':') >= 0 || host.matches("[0-9.]+");
    }

    private static byte[] address(String host) {
        try {
            return InetAddress.getByName(host).getAddress();
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("no address: " + host, e);
        }
    }

    // RFC 5280 §4.2.1.2, method 1: the SHA-1 of the public point.
    private static byte[] keyId(PublicKey key) {
        try {
            return MessageDigest.getInstance("SHA-1").digest(point(key));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK has no SHA-1", e);
        }
    }

    /// The uncompressed point of an elliptic key, with which its encoding ends.
    static byte[] point(PublicKey key) {
        int bits = ((ECPublicKey) key).getParams().getCurve().getField().getFieldSize();
        var encoded = key.getEncoded();
        int length = 1 + 2 * ((bits + 7) / 8);
        return Arrays.copyOfRange(encoded, encoded.length - length, encoded.length);
    }

    /// A key as PKCS #8 with its public point (RFC 5915 §3), as OpenSSL writes it, so that a reader
    /// sees to which certificate it belongs.
    static byte[] encoded(Identity identity) {
        var key = (ECPrivateKey) identity.key();
        var point = point(identity.certificate().getPublicKey());
        var secret = new byte[point.length / 2];
        var bytes = key.getS().toByteArray();
        int length = Math.min(bytes.length, secret.length);
        System.arraycopy(bytes, bytes.length - length, secret, secret.length - length, length);
        var content =
                Der.sequence(
                        Der.integer(BigInteger.ONE),
                        Der.octets(secret),
                        Der.tagged(0xA1, Der.bits(0, point)));
        return Der.sequence(
                Der.integer(BigInteger.ZERO),
                Der.sequence(Der.oid("1.2.840.10045.2.1"), Der.oid("1.2.840.10045.3.1.7")),
                Der.octets(content));
    }

    /// Whether a certificate names this authority as its issuer, by name and key.
    static boolean names(X509Certificate certificate, X509Certificate authority) {
        var issuer = certificate.getExtensionValue("2.5.29.35");
        var id = Der.octets(Der.sequence(Der.tagged(0x80, keyId(authority.getPublicKey()))));
        return certificate.getIssuerX500Principal().equals(authority.getSubjectX500Principal())
                && Arrays.equals(issuer, id);
    }
}
