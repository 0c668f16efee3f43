package dev.weir.telemetry.otlp;

import dev.weir.telemetry.TelemetryException;
import dev.weir.telemetry.TelemetryException.Code;
import dev.weir.telemetry.otlp.OtlpEndpoint.TlsFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/// The TLS settings of an endpoint. Its files are read again before a connection when they have
/// changed, as certificates are renewed while processes run. Used by one thread.
final class Tls {
    private static final char[] NO_PASSWORD = {};

    private final TlsFiles files;
    private List<FileTime> read = List.of();
    private SSLContext context;

    /// @throws TelemetryException `CONFIGURATION` where a file cannot be used
    Tls(TlsFiles files) {
        this.files = files;
        read = times();
        context = context();
    }

    SSLEngine engine(String host, int port) {
        var now = times();
        if (!now.equals(read)) {
            context = context();
            read = now;
        }
        return context.createSSLEngine(host, port);
    }

    private List<FileTime> times() {
        var times = new ArrayList<FileTime>();
        for (var file : new Path[] {files.trusted(), files.certificate(), files.key()}) {
            if (file != null) {
                times.add(time(file));
            }
        }
        return times;
    }

    private static FileTime time(Path file) {
        try {
            return Files.getLastModifiedTime(file);
        } catch (IOException e) {
            throw new TelemetryException(
                    Code.CONFIGURATION, file + " cannot be read; expected a PEM file", e);
        }
    }

    private SSLContext context() {
        try {
            var fresh = SSLContext.getInstance("TLS");
            fresh.init(keys(), trust(), null);
            return fresh;
        } catch (GeneralSecurityException | IOException e) {
            throw new TelemetryException(
                    Code.CONFIGURATION,
                    "TLS cannot be set up with " + files + ": " + e.getMessage(),
                    e);
        }
    }

    private KeyManager @Nullable [] keys() throws GeneralSecurityException, IOException {
        if (files.certificate() == null || files.key() == null) {
            return null;
        }
        var chain = Pem.read(files.certificate()).certificates().toArray(Certificate[]::new);
        var store = emptyStore();
        store.setKeyEntry("client", Pem.read(files.key()).key(), NO_PASSWORD, chain);
        var factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(store, NO_PASSWORD);
        return factory.getKeyManagers();
    }

    private TrustManager @Nullable [] trust() throws GeneralSecurityException, IOException {
        if (files.trusted() == null) {
            return null;
        }
        var store = emptyStore();
        int number = 0;
        for (var certificate : Pem.read(files.trusted()).certificates()) {
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
}
