package dev.weir.clients;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/// fabric8: watches and informers, across restarts of the server.
final class Fabric8Watches {
    private final Server server;

    Fabric8Watches(Server server) {
        this.server = server;
    }

    void check(ForeignClients.Ledger ledger) throws InterruptedException {
        ledger.check("fabric8: a watch tells what is and what changes", this::watch);
        ledger.check("fabric8: a watch resumes at a version", this::resume);
        ledger.check("fabric8: a watch by label tells who enters and leaves", this::selected);
        ledger.check("fabric8: an informer resyncs and indexes", this::informer);
        ledger.check("fabric8: an informer outlives a restart of the server", this::restart);
    }

    private void watch() throws Exception {
        try (var client = Fabric8.admin(server)) {
            Fabric8.namespace(client, "watched");
            var maps = client.configMaps().inNamespace("watched");
            maps.resource(Fabric8.map("a", "k", "1")).create();
            var events = new Events();
            try (var _ = maps.watch(events)) {
                Expect.same("ADDED a", events.next());
                maps.withName("a").edit(m -> new ConfigMapBuilder(m).addToData("x", "2").build());
                Expect.same("MODIFIED a", events.next());
                maps.withName("a").delete();
                Expect.same("DELETED a", events.next());
            }
        }
    }

    private void resume() throws Exception {
        try (var client = Fabric8.admin(server)) {
            var maps = client.configMaps().inNamespace("watched");
            var first = maps.resource(Fabric8.map("b", "k", "1")).create();
            maps.resource(Fabric8.map("c", "k", "1")).create();
            var events = new Events();
            var from =
                    new ListOptionsBuilder()
                            .withResourceVersion(first.getMetadata().getResourceVersion())
                            .build();
            try (var _ = maps.watch(from, events)) {
                Expect.same("ADDED c", events.next());
                server.restart();
                maps.resource(Fabric8.map("d", "k", "1")).create();
                Expect.same("ADDED d", events.next());
            }
        }
    }

    private void selected() throws Exception {
        try (var client = Fabric8.admin(server)) {
            var maps = client.configMaps().inNamespace("watched");
            var events = new Events();
            try (var _ = maps.withLabel("k", "9").watch(events)) {
                maps.withName("b").edit(m -> labelled(m, "9"));
                Expect.same("ADDED b", events.next());
                maps.withName("b").edit(m -> labelled(m, "1"));
                Expect.same("DELETED b", events.next());
            }
        }
    }

    private static ConfigMap labelled(ConfigMap map, String value) {
        return new ConfigMapBuilder(map)
                .editMetadata()
                .addToLabels("k", value)
                .endMetadata()
                .build();
    }

    private void informer() throws Exception {
        try (var client = Fabric8.admin(server)) {
            var seen = new Seen();
            var informer = client.configMaps().inNamespace("watched").runnableInformer(200);
            informer.addIndexers(Map.of("k", map -> List.of(map.getData().get("k"))));
            informer.addEventHandlerWithResyncPeriod(seen, 200);
            try (informer) {
                informer.start().toCompletableFuture().get(20, TimeUnit.SECONDS);
                Expect.soon("all are seen", () -> seen.names.equals(Set.of("b", "c", "d")));
                Expect.same(3, informer.getIndexer().byIndex("k", "1").size());
                Expect.soon("updates without changes", () -> seen.resyncs.get() >= 3);
            }
        }
    }

    private void restart() throws Exception {
        try (var client = Fabric8.admin(server)) {
            var seen = new Seen();
            var maps = client.configMaps().inNamespace("watched");
            try (var informer = maps.inform(seen)) {
                Expect.soon("all are seen", () -> seen.names.equals(Set.of("b", "c", "d")));
                server.restart();
                maps.resource(Fabric8.map("e", "k", "2")).create();
                maps.withName("b").delete();
                Expect.soon("news are seen", () -> seen.names.equals(Set.of("c", "d", "e")));
                Expect.that(informer.isWatching(), "the informer watching again");
                Expect.same(3, informer.getStore().list().size());
            }
        }
    }

    /// What a watch told.
    private static final class Events implements Watcher<ConfigMap> {
        private final BlockingQueue<String> told = new LinkedBlockingQueue<>();

        @Override
        public void eventReceived(Action action, ConfigMap map) {
            told.add(action + " " + map.getMetadata().getName());
        }

        @Override
        public void onClose(WatcherException cause) {
            told.add("CLOSED " + cause);
        }

        String next() throws InterruptedException {
            return told.poll(20, TimeUnit.SECONDS);
        }
    }

    /// What an informer told.
    private static final class Seen implements ResourceEventHandler<ConfigMap> {
        private final Set<String> names = ConcurrentHashMap.newKeySet();
        private final AtomicInteger resyncs = new AtomicInteger();

        @Override
        public void onAdd(ConfigMap map) {
            names.add(map.getMetadata().getName());
        }

        @Override
        public void onUpdate(ConfigMap old, ConfigMap map) {
            if (old.getMetadata()
                    .getResourceVersion()
                    .equals(map.getMetadata().getResourceVersion())) {
                resyncs.incrementAndGet();
            }
        }

        @Override
        public void onDelete(ConfigMap map, boolean unknownFinalState) {
            names.remove(map.getMetadata().getName());
        }
    }
}
