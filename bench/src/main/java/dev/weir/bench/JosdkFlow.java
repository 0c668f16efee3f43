package dev.weir.bench;

import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ConditionBuilder;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import io.fabric8.kubernetes.client.server.mock.KubernetesCrudDispatcher;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Version;
import io.fabric8.mockwebserver.MockWebServer;
import io.javaoperatorsdk.operator.Operator;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;

/// The same flow with the Java Operator SDK, on the CRUD mock server of the fabric8 client.
final class JosdkFlow {
    private static final int WARM_UP = 300;
    private static final int COUNT = 1_500;
    private static final int WRITERS = 16;
    private static final Logger MOCK_LOG = Logger.getLogger(MockWebServer.class.getName());

    private JosdkFlow() {}

    /// The kind.
    @Group("bench.weir.dev")
    @Version("v1")
    public static final class Task extends CustomResource<Spec, TaskStatus> implements Namespaced {
        private static final long serialVersionUID = 1;
    }

    /// Its wish.
    public static final class Spec {
        public int size;
        public String owner;
    }

    /// Its state.
    public static final class TaskStatus {
        public List<Condition> conditions;
    }

    /// Writes the condition once.
    @ControllerConfiguration
    public static final class TaskReconciler implements Reconciler<Task> {
        @Override
        public UpdateControl<Task> reconcile(Task task, Context<Task> context) {
            if (task.getStatus() != null) {
                return UpdateControl.noUpdate();
            }
            task.setStatus(new TaskStatus());
            task.getStatus().conditions =
                    List.of(
                            new ConditionBuilder()
                                    .withType("Ready")
                                    .withStatus("True")
                                    .withReason("Done")
                                    .withMessage("made true")
                                    .withLastTransitionTime(Instant.now().toString())
                                    .build());
            return UpdateControl.patchStatus(task);
        }
    }

    static Flow.Outcome run() throws Exception {
        MOCK_LOG.setLevel(Level.WARNING);
        var server =
                new KubernetesMockServer(
                        new io.fabric8.mockwebserver.Context(),
                        new MockWebServer(),
                        new HashMap<>(),
                        new KubernetesCrudDispatcher(),
                        false);
        server.init();
        try (var client = server.createClient()) {
            var tasks = client.resources(Task.class).inNamespace("default");
            var flow = new Flow(name -> tasks.resource(task(name)).create());
            var operator =
                    new Operator(o ->
                            o.withKubernetesClient(client).withUseSSAToPatchPrimaryResource(false));
            operator.register(new TaskReconciler());
            operator.start();
            try (var _ = tasks.watch(new Visible(flow))) {
                flow.burst(WARM_UP, WRITERS);
                return flow.burst(COUNT, WRITERS);
            } finally {
                operator.stop();
            }
        } finally {
            server.destroy();
        }
    }

    private static Task task(String name) {
        var task = new Task();
        task.setMetadata(new ObjectMetaBuilder().withName(name).withNamespace("default").build());
        task.setSpec(new Spec());
        task.getSpec().size = 3;
        task.getSpec().owner = "ann";
        return task;
    }

    private record Visible(Flow flow) implements Watcher<Task> {
        @Override
        public void eventReceived(Action action, Task task) {
            if (task.getStatus() != null) {
                flow.visible(task.getMetadata().getName());
            }
        }

        @Override
        public void onClose(WatcherException cause) {}
    }
}
