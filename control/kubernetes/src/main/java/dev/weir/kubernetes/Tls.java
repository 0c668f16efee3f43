package dev.weir.kubernetes;

import dev.weir.kubernetes.KubeconfigException.Code;
import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/// The TLS settings of a [Connection].
final class Tls {
    private static final char[] NO_PASSWORD = {};

    private Tls() {}

    static SSLContext context(Connection connection) {
        try {
            var context = SSLContext.getInstance("TLS");
            context.init(keys(connection), trust(connection), null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new KubeconfigException(
                    Code.MALFORMED,
                    "TLS cannot be set up for " + connection.server() + ": " + e.getMessage(),
                    e);
        }
    }

    private static KeyManager @Nullable [] keys(Connection connection)
            throws GeneralSecurityException, IOException {
        if (connection.certificate().isEmpty()) {
            return null;
        }
        var chain = Pem.certificates(connection.certificate()).toArray(Certificate[]::new);
        var store = emptyStore();
        store.setKeyEntry("client", Pem.key(connection.key()), NO_PASSWORD, chain);
        var factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(store, NO_PASSWORD);
        return factory.getKeyManagers();
    }

    private static TrustManager @Nullable [] trust(Connection connection)
            throws GeneralSecurityException, IOException {
        if (connection.insecure()) {
            return new TrustManager[] {new TrustAnything()};
        }
        if (connection.authority().isEmpty()) {
            return null;
        }
        var store = emptyStore();
        int number = 0;
        for (var certificate : Pem.certificates(connection.authority())) {
            store.setCertificateEntry("ca" + number++, certificate);
        }
        var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return factory.getTrustManagers();
    }

    private static KeyStore emptyStore() throws GeneralSecurityException, IOException {
        var store = KeyStore.getInstance("PKCS12");
        store.load(null, NO_PASSWORD);
        return store;
    }

    /// What `insecure-skip-tls-verify` asks for.
    private static final class TrustAnything extends X509ExtendedTrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
