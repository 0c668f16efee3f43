package dev.weir.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.apiserver.ApiServer;
import dev.weir.kubernetes.Kubeconfig;
import dev.weir.kubernetes.KubernetesClient;
import dev.weir.resource.AdmissionRule;
import dev.weir.resource.Client;
import dev.weir.resource.Condition;
import dev.weir.resource.Extension;
import dev.weir.resource.Kind;
import dev.weir.resource.Metadata;
import dev.weir.resource.Query;
import dev.weir.resource.Resource;
import dev.weir.resource.ResourceType;
import dev.weir.resource.Status;
import dev.weir.resource.StatusException;
import dev.weir.store.Store;
import dev.weir.store.StoreOptions;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// An API server in this process, the kinds of the tests, and a client of either kind.
final class World implements AutoCloseable {
    /// Which server a manager has, and how it reaches it: all that differs between its homes.
    enum Transport {
        InProcess,
        Https,
        /// The Kubernetes that `WEIR_TEST_KUBECONFIG` names.
        Kubernetes
    }

    private static final Path CREDENTIALS = Path.of("target", "test-credentials").toAbsolutePath();

    @Kind(group = "test.example.com")
    record Shop(Metadata metadata, Spec spec, @Nullable State status) implements Resource {
        static final ResourceType<Shop> TYPE = ResourceType.of(Shop.class);

        record Spec(int tills) {}

        record State(List<Condition> conditions) {}

        static Shop of(String name, int tills) {
            return new Shop(Metadata.of("default", name), new Spec(tills), null);
        }

        List<Condition> conditions() {
            return status == null ? List.of() : status.conditions();
        }
    }

    @Kind(group = "test.example.com")
    record Till(Metadata metadata, Spec spec) implements Resource {
        static final ResourceType<Till> TYPE = ResourceType.of(Till.class);

        record Spec(int number) {}

        static Till of(String name, int number) {
            return new Till(Metadata.of("default", name), new Spec(number));
        }
    }

    /// A rule that no schema can say.
    static final class NoTillZero implements AdmissionRule<Till> {
        @Override
        public ResourceType<Till> type() {
            return Till.TYPE;
        }

        @Override
        public Optional<Denial> validate(Till till, @Nullable Till old) {
            return till.spec().number() >= 0
                    ? Optional.empty()
                    : Optional.of(new Denial("spec.number", "no till is below ground"));
        }
    }

    static final class Kinds implements Extension {
        @Override
        public String name() {
            return "shops";
        }

        @Override
        public List<ResourceType<?>> kinds() {
            return List.of(Shop.TYPE, Till.TYPE);
        }

        @Override
        public List<AdmissionRule<?>> admissionRules() {
            return List.of(new NoTillZero());
        }
    }

    private final @Nullable Store store;
    private final @Nullable ApiServer server;
    private final Client client;

    World() {
        this(Transport.InProcess);
    }

    World(Transport transport) {
        if (transport == Transport.Kubernetes) {
            server = null;
            store = null;
            client = Cluster.client(List.of(Shop.TYPE, Till.TYPE));
            return;
        }
        store = Store.inMemory(StoreOptions.DEFAULT);
        boolean https = transport == Transport.Https;
        server = ApiServer.start(store, options(https));
        client =
                https
                        ? KubernetesClient.connect(
                                Kubeconfig.parse(server.kubeconfig(), CREDENTIALS).connection())
                        : server.client();
    }

    private static ApiServer.Options options(boolean https) {
        var extensions = List.of(new Kinds());
        var loopback = new InetSocketAddress("127.0.0.1", 0);
        return https
                ? ApiServer.Options.on(loopback, CREDENTIALS, extensions)
                : ApiServer.Options.inProcess(extensions);
    }

    /// Whether the server is ours: it has rules of its own, and knows fences.
    boolean isWeir() {
        return server != null;
    }

    Client client() {
        return client;
    }

    /// The client, answering nothing while the server is said to be down.
    Client client(BooleanSupplier down) {
        return (Client)
                Proxy.newProxyInstance(
                        Client.class.getClassLoader(),
                        new Class<?>[] {Client.class},
                        (_, method, arguments) -> {
                            if (!method.getName().equals("metrics") && down.getAsBoolean()) {
                                throw StatusException.of(
                                        Status.Reason.ServiceUnavailable, "down on purpose");
                            }
                            try {
                                return method.invoke(client, arguments);
                            } catch (InvocationTargetException e) {
                                throw e.getCause();
                            }
                        });
    }

    Shop shop(String name) {
        return client().get(Shop.TYPE, "default", name);
    }

    int count(ResourceType<?> type) {
        return client().list(type, Query.ALL).items().size();
    }

    static void await(BooleanSupplier condition) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("waited too long").isLessThan(end);
            Thread.onSpinWait();
        }
    }

    @Override
    public void close() {
        client.close();
        if (server != null && store != null) {
            server.close();
            store.close();
        }
    }
}
