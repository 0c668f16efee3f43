package dev.weir.apiserver;

import dev.weir.resource.Client;
import dev.weir.resource.Extension;
import dev.weir.store.Store;
import java.time.Clock;
import java.util.Collection;
import java.util.random.RandomGenerator;

/// An API server without threads, time and chance of its own: whoever holds it says when garbage is
/// collected, what the time is, and what is random. For tests that are to run in the same way each
/// time, such as those of `dev.weir.simulate`. Rules, kinds and errors are those of an [ApiServer];
/// events do not expire. One thread uses it.
public final class SteppedServer implements AutoCloseable {
    private final Collector collector;
    private final LocalClient client;

    private SteppedServer(Collector collector, LocalClient client) {
        this.collector = collector;
        this.client = client;
    }

    /// A server on a store that nobody else uses; the store stays open when it closes.
    ///
    /// @param extensions whose kinds and admission rules are served
    /// @param random makes identities, and names where objects wish for one
    public static SteppedServer of(
            Store store,
            Collection<? extends Extension> extensions,
            Clock clock,
            RandomGenerator random) {
        var kinds = new Kinds(store);
        var objects = new Objects(store, kinds, new Admission(extensions), clock, random::nextLong);
        objects.namespaces().create(objects);
        new Installation(kinds, objects).install(extensions);
        return new SteppedServer(
                new Collector(store, kinds, objects), new LocalClient(store, kinds, objects));
    }

    /// The administrator's client; its watches do not wait where they are told so.
    public Client client() {
        return client;
    }

    /// Collects the garbage of what changed since the last call.
    ///
    /// @return whether anything had changed
    public boolean collect() {
        try {
            return collector.step();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    @Override
    public void close() {
        client.close();
        collector.close();
    }
}
