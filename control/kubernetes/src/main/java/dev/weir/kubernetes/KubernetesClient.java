package dev.weir.kubernetes;

/// A [dev.weir.resource.Client] over HTTPS.
public final class KubernetesClient {
    private KubernetesClient() {}
}
