package dev.weir.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.apiserver.ApiServer;
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
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// An API server in this process, and the kinds of the tests.
final class World implements AutoCloseable {
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

    static final class Kinds implements Extension {
        @Override
        public String name() {
            return "shops";
        }

        @Override
        public List<ResourceType<?>> kinds() {
            return List.of(Shop.TYPE, Till.TYPE);
        }
    }

    private final Store store = Store.inMemory(StoreOptions.DEFAULT);
    private final ApiServer server =
            ApiServer.start(store, ApiServer.Options.inProcess(List.of(new Kinds())));

    Client client() {
        return server.client();
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
                                return method.invoke(server.client(), arguments);
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
        server.close();
        store.close();
    }
}
