package dev.weir.kubernetes;

import java.net.URI;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// Where an API server is, and how to be known to it. The text form shows no secrets.
///
/// @param server an `https` address, with a path where the API is below one
/// @param namespace what to use where a command names none
/// @param authority certificates that the server's may come from, PEM; empty for the JVM's own
/// @param insecure whether to accept any certificate of the server
/// @param certificate the client's certificate chain, PEM; empty for none
/// @param key the client's private key, PEM: PKCS#8, PKCS#1 or SEC 1
/// @param token a bearer token; empty for none
/// @param tokenFile a file that holds the token and may change; null for none
public record Connection(
        URI server,
        String namespace,
        String authority,
        boolean insecure,
        String certificate,
        String key,
        String token,
        @Nullable Path tokenFile) {

    /// A connection with a bearer token.
    public static Connection ofToken(URI server, String authority, String token) {
        return new Connection(server, "default", authority, false, "", "", token, null);
    }

    /// The connection of a pod in a Kubernetes cluster.
    ///
    /// @param directory where the service account is mounted, on any cluster
    ///   `/var/run/secrets/kubernetes.io/serviceaccount`
    /// @param server the value of `https://$KUBERNETES_SERVICE_HOST:$KUBERNETES_SERVICE_PORT`
    /// @throws KubeconfigException `UNREADABLE` when a file is missing
    public static Connection inCluster(Path directory, URI server) {
        return new Connection(
                server,
                Kubeconfig.text(directory.resolve("namespace")).strip(),
                Kubeconfig.text(directory.resolve("ca.crt")),
                false,
                "",
                "",
                "",
                directory.resolve("token"));
    }

    @Override
    public String toString() {
        return "Connection[" + server + ", namespace=" + namespace + "]";
    }
}
