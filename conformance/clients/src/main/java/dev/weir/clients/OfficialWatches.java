package dev.weir.clients;

import com.google.gson.reflect.TypeToken;
import io.kubernetes.client.extended.leaderelection.LeaderElectionConfig;
import io.kubernetes.client.extended.leaderelection.LeaderElector;
import io.kubernetes.client.extended.leaderelection.resourcelock.LeaseLock;
import io.kubernetes.client.informer.ResourceEventHandler;
import io.kubernetes.client.informer.SharedInformerFactory;
import io.kubernetes.client.openapi.ApiClient;
import io.kubernetes.client.openapi.apis.CoordinationV1Api;
import io.kubernetes.client.openapi.apis.CoreV1Api;
import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.kubernetes.client.openapi.models.V1ConfigMapList;
import io.kubernetes.client.openapi.models.V1Namespace;
import io.kubernetes.client.openapi.models.V1ObjectMeta;
import io.kubernetes.client.util.Watch;
import io.kubernetes.client.util.generic.GenericKubernetesApi;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// The official client for Java: watches, informers, leader election.
final class OfficialWatches {
    private static final String NAMESPACE = "watched";

    private final Server server;
    private final ApiClient client;
    private final CoreV1Api core;

    OfficialWatches(Server server) throws IOException {
        this.server = server;
        this.client = OfficialObjects.admin(server);
        this.core = new CoreV1Api(client);
    }

    void check(ForeignClients.Ledger ledger) throws InterruptedException {
        ledger.check("official: a watch resumes at a version", this::watch);
        ledger.check("official: an informer outlives a restart of the server", this::informer);
        ledger.check("official: of two candidates one leads, then the other", this::election);
    }

    private void create(String name) throws Exception {
        var map = OfficialObjects.map(name, "k", "1");
        map.getMetadata().setNamespace(NAMESPACE);
        core.createNamespacedConfigMap(NAMESPACE, map).execute();
    }

    private void watch() throws Exception {
        core.createNamespace(new V1Namespace().metadata(new V1ObjectMeta().name(NAMESPACE)))
                .execute();
        create("a");
        var from = core.listNamespacedConfigMap(NAMESPACE).execute().getMetadata();
        create("b");
        var call =
                core.listNamespacedConfigMap(NAMESPACE)
                        .watch(true)
                        .resourceVersion(from.getResourceVersion())
                        .timeoutSeconds(10)
                        .buildCall(null);
        var type = new TypeToken<Watch.Response<V1ConfigMap>>() {}.getType();
        try (Watch<V1ConfigMap> watch = Watch.createWatch(client, call, type)) {
            Expect.same("ADDED b", brief(watch.next()));
            core.deleteNamespacedConfigMap("a", NAMESPACE).execute();
            Expect.same("DELETED a", brief(watch.next()));
        }
    }

    private static String brief(Watch.Response<V1ConfigMap> event) {
        return event.type + " " + event.object.getMetadata().getName();
    }

    private void informer() throws Exception {
        var maps =
                new GenericKubernetesApi<>(
                        V1ConfigMap.class, V1ConfigMapList.class, "", "v1", "configmaps", client);
        var factory = new SharedInformerFactory(client);
        var seen = new Seen();
        var informer = factory.sharedIndexInformerFor(maps, V1ConfigMap.class, 0, NAMESPACE);
        informer.addEventHandler(seen);
        factory.startAllRegisteredInformers();
        try {
            Expect.soon("all are seen", () -> seen.names.equals(Set.of("b")));
            server.restart();
            create("c");
            core.deleteNamespacedConfigMap("b", NAMESPACE).execute();
            Expect.soon("news are seen", () -> seen.names.equals(Set.of("c")));
            Expect.same(1, informer.getIndexer().list().size());
        } finally {
            factory.stopAllRegisteredInformers();
        }
    }

    private void election() throws Exception {
        var leaders = ConcurrentHashMap.<String>newKeySet();
        var first = candidate("first");
        var one = run(first, "first", leaders);
        Expect.soon("the first leads", () -> leaders.contains("first"));
        var second = candidate("second");
        var two = run(second, "second", leaders);
        Thread.sleep(600);
        Expect.same(Set.of("first"), leaders);
        first.close();
        one.join();
        Expect.soon("the second leads", () -> leaders.contains("second"));
        second.close();
        two.join();
        var lease =
                new CoordinationV1Api(client).readNamespacedLease("elected", "default").execute();
        Expect.that(lease.getSpec().getLeaseTransitions() >= 1, "a transition");
    }

    private LeaderElector candidate(String name) {
        var lock = new LeaseLock("default", "elected", name, client);
        return new LeaderElector(
                new LeaderElectionConfig(
                        lock,
                        Duration.ofSeconds(2),
                        Duration.ofMillis(1500),
                        Duration.ofMillis(200)));
    }

    private static Thread run(LeaderElector elector, String name, Set<String> leaders) {
        return Thread.ofPlatform()
                .daemon()
                .start(() -> elector.run(() -> leaders.add(name), () -> leaders.remove(name)));
    }

    /// What the informer told.
    private static final class Seen implements ResourceEventHandler<V1ConfigMap> {
        private final Set<String> names = ConcurrentHashMap.newKeySet();

        @Override
        public void onAdd(V1ConfigMap map) {
            names.add(map.getMetadata().getName());
        }

        @Override
        public void onUpdate(V1ConfigMap old, V1ConfigMap map) {
            names.add(map.getMetadata().getName());
        }

        @Override
        public void onDelete(V1ConfigMap map, boolean finalStateUnknown) {
            names.remove(map.getMetadata().getName());
        }
    }
}
