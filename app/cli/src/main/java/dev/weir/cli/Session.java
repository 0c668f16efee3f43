package dev.weir.cli;

import dev.weir.kubernetes.Connection;
import dev.weir.kubernetes.KubernetesClient;
import dev.weir.resource.Dynamic;
import dev.weir.resource.Query;
import dev.weir.resource.ResourceType;

/// A connection to one server, for one command.
final class Session implements AutoCloseable {
    private final KubernetesClient client;
    private final String namespace;
    private final boolean namespaceNamed;
    private final Objects objects;
    private final Kinds kinds;

    /// @param namespace the one to use where an object names none
    /// @param namespaceNamed whether the command line names it
    Session(Connection connection, String namespace, boolean namespaceNamed) {
        this.client = KubernetesClient.connect(connection);
        this.namespace = namespace;
        this.namespaceNamed = namespaceNamed;
        this.objects = new Objects(client);
        this.kinds = new Kinds(client);
    }

    KubernetesClient client() {
        return client;
    }

    Objects objects() {
        return objects;
    }

    Kinds kinds() {
        return kinds;
    }

    String namespace() {
        return namespace;
    }

    boolean namespaceNamed() {
        return namespaceNamed;
    }

    /// The namespace for objects of a kind; empty for kinds that have none.
    String namespace(ResourceType<Dynamic> type) {
        return type.namespaced() ? namespace : "";
    }

    /// Everything of a kind, in the session's namespace or in all.
    Query query(ResourceType<Dynamic> type, boolean allNamespaces) {
        return allNamespaces || !type.namespaced() ? Query.ALL : Query.in(namespace);
    }

    @Override
    public void close() {
        client.close();
    }
}
