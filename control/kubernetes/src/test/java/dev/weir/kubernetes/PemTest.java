package dev.weir.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.weir.kubernetes.KubeconfigException.Code;
import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.interfaces.ECPrivateKey;
import java.security.spec.ECGenParameterSpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PemTest {
    private static final int PKCS1_OFFSET = 26;

    @ParameterizedTest
    @ValueSource(strings = {"RSA", "EC", "Ed25519"})
    void readsPkcs8(String algorithm) throws GeneralSecurityException {
        var key = KeyPairGenerator.getInstance(algorithm).generateKeyPair().getPrivate();

        assertThat(Pem.key(pem("PRIVATE KEY", key.getEncoded()))).isEqualTo(key);
    }

    @Test
    void readsPkcs1() throws GeneralSecurityException {
        var generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        PrivateKey key = generator.generateKeyPair().getPrivate();
        var pkcs8 = key.getEncoded();
        var pkcs1 = Arrays.copyOfRange(pkcs8, PKCS1_OFFSET, pkcs8.length);

        assertThat(Pem.key(pem("RSA PRIVATE KEY", pkcs1))).isEqualTo(key);
    }

    @Test
    void readsSec1BehindItsParameters() throws GeneralSecurityException {
        var generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        var key = (ECPrivateKey) generator.generateKeyPair().getPrivate();
        var curve = HexFormat.of().parseHex("06082a8648ce3d030107");
        var text = pem("EC PARAMETERS", curve) + pem("EC PRIVATE KEY", sec1(key, curve));

        assertThat(((ECPrivateKey) Pem.key(text)).getS()).isEqualTo(key.getS());
    }

    /// RFC 5915 §3, without the public key.
    private static byte[] sec1(ECPrivateKey key, byte[] curve) {
        var body = new ByteArrayOutputStream();
        body.writeBytes(new byte[] {2, 1, 1, 4, 32});
        body.writeBytes(unsigned(key.getS()));
        body.writeBytes(new byte[] {(byte) 0xa0, (byte) curve.length});
        body.writeBytes(curve);
        var whole = new ByteArrayOutputStream();
        whole.writeBytes(new byte[] {0x30, (byte) body.size()});
        whole.writeBytes(body.toByteArray());
        return whole.toByteArray();
    }

    private static byte[] unsigned(BigInteger value) {
        var bytes = value.toByteArray();
        var result = new byte[32];
        int length = Math.min(32, bytes.length);
        System.arraycopy(bytes, bytes.length - length, result, 32 - length, length);
        return result;
    }

    @Test
    void saysWhatItCannotRead() {
        assertThat(code("")).isEqualTo(Code.MALFORMED);
        assertThat(code(pem("PRIVATE KEY", new byte[] {1, 2, 3}))).isEqualTo(Code.UNSUPPORTED);
        assertThat(code(pem("RSA PRIVATE KEY", new byte[] {1, 2}))).isEqualTo(Code.MALFORMED);
        assertThat(code(pem("EC PRIVATE KEY", new byte[] {0x30}))).isEqualTo(Code.MALFORMED);
        assertThat(code(pem("EC PRIVATE KEY", new byte[] {0x30, 0}))).isEqualTo(Code.UNSUPPORTED);
        assertThat(code(pem("ENCRYPTED PRIVATE KEY", new byte[9]))).isEqualTo(Code.UNSUPPORTED);
        assertThat(catchThrowableOfType(KubeconfigException.class, () -> Pem.certificates("x")))
                .hasMessageContaining("expected a PEM certificate");
    }

    private static Code code(String pem) {
        return catchThrowableOfType(KubeconfigException.class, () -> Pem.key(pem)).code();
    }

    private static String pem(String label, byte[] bytes) {
        var text = Base64.getMimeEncoder().encodeToString(bytes);
        return "-----BEGIN %s-----\n%s\n-----END %s-----\n".formatted(label, text, label);
    }
}
