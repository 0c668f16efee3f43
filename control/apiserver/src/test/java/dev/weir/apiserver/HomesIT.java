package dev.weir.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.resource.ConfigMap;
import dev.weir.resource.DeleteOptions;
import dev.weir.resource.Json;
import dev.weir.resource.Metadata;
import dev.weir.resource.Namespace;
import dev.weir.resource.Status;
import dev.weir.resource.StatusException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Objects come and go with their namespace and their definition, however writes meet.
class HomesIT {
    private static final String DEFINITIONS =
            "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";

    @TempDir Path directory;

    private Live live;
    private Web admin;

    @BeforeEach
    void start() throws IOException {
        live = Live.in(directory);
        admin = live.admin();
    }

    @AfterEach
    void stop() {
        live.close();
    }

    @Test
    void leavesNothingInANamespaceThatIsGone() throws Exception {
        var client = live.client();
        for (int i = 0; i < 60; i++) {
            var name = "space" + i;
            client.create(Namespace.TYPE, Namespace.of(name));
            var gone = new AtomicBoolean();
            // Refused at once, they never wait: virtual threads would let no other run.
            try (var threads = Executors.newFixedThreadPool(3)) {
                var number = new AtomicInteger();
                for (int writer = 0; writer < 3; writer++) {
                    threads.submit(() -> {
                        while (!gone.get()) {
                            write(name, "m" + number.getAndIncrement());
                        }
                        return name;
                    });
                }
                client.delete(Namespace.TYPE, "", name, DeleteOptions.DEFAULT);
                Live.eventually(() -> client.find(Namespace.TYPE, "", name).isEmpty());
                gone.set(true);
            }
            assertThat(live.store().count("//configmaps/" + name + "/")).as(name).isZero();
        }
    }

    private void write(String namespace, String name) {
        try {
            var map = ConfigMap.of(Metadata.of(namespace, name), Map.of());
            live.client().create(ConfigMap.TYPE, map);
        } catch (StatusException e) {
            assertThat(e.reason()).isIn(Status.Reason.Forbidden, Status.Reason.NotFound);
        }
    }

    @Test
    void servesAKindBeforeAnyoneSeesThatItIsEstablished() throws Exception {
        try (var other = live.another();
                var watch = other.watch(DEFINITIONS + "?watch=true&resourceVersion=0");
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var creating =
                    threads.submit(() -> {
                        for (int i = 0; i < 100; i++) {
                            assertThat(define("kind" + i).statusCode()).isEqualTo(201);
                        }
                        return true;
                    });
            for (int i = 0; i < 100; i++) {
                var plural = watch.next().object("object").object("spec").object("names");
                var path = "/apis/test.weir.dev/v1/" + plural.string("plural");
                assertThat(other.get(path).statusCode()).as(path).isEqualTo(200);
            }
            assertThat(creating.get()).isTrue();
        }
    }

    private java.net.http.HttpResponse<byte[]> define(String plural) {
        return define(plural, "A" + plural);
    }

    private java.net.http.HttpResponse<byte[]> define(String plural, String kind) {
        return admin.post(
                DEFINITIONS,
                """
                {"apiVersion":"apiextensions.k8s.io/v1","kind":"CustomResourceDefinition",
                 "metadata":{"name":"%1$s.test.weir.dev"},
                 "spec":{"group":"test.weir.dev","scope":"Cluster","names":{"plural":"%1$s","kind":"%2$s"},
                  "versions":[{"name":"v1","served":true,"storage":true,"schema":{"openAPIV3Schema":{"type":"object"}}}]}}
                """
                        .formatted(plural, kind));
    }

    @Test
    void takesNoObjectsOfAKindThatIsGoing() throws Exception {
        define("tills");
        assertThat(till("one", ",\"finalizers\":[\"test.weir.dev/hold\"]").statusCode())
                .isEqualTo(201);
        var definition = DEFINITIONS + "/tills.test.weir.dev";
        admin.send(admin.request(definition).DELETE());
        var refused = till("two", "");
        assertThat(refused.statusCode()).isEqualTo(405);
        assertThat(Web.json(refused).string("message"))
                .isEqualTo("create is not supported on resources of kind \"tills.test.weir.dev\"");
        assertThat(condition(Web.json(admin.get(definition)), "Terminating").string("reason"))
                .isEqualTo("InstanceDeletionInProgress");

        var free = "{\"metadata\":{\"finalizers\":null}}";
        admin.send(
                "PATCH", "/apis/test.weir.dev/v1/tills/one", "application/merge-patch+json", free);
        Live.eventually(() -> admin.get(definition).statusCode() == 404);
        define("tills");
        assertThat(Web.json(admin.get("/apis/test.weir.dev/v1/tills")).array("items").items())
                .isEmpty();
    }

    private java.net.http.HttpResponse<byte[]> till(String name, String more) {
        return admin.post(
                "/apis/test.weir.dev/v1/tills",
                "{\"apiVersion\":\"test.weir.dev/v1\",\"kind\":\"Atills\",\"metadata\":{\"name\":\""
                        + name
                        + "\""
                        + more
                        + "}}");
    }

    private static Json.Obj condition(Json.Obj object, String type) {
        return object.object("status").array("conditions").items().stream()
                .map(Json::asObject)
                .filter(condition -> condition.string("type").equals(type))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void acceptsNoNameTwiceInAGroup() {
        define("tills");
        var clash =
                """
                {"apiVersion":"apiextensions.k8s.io/v1","kind":"CustomResourceDefinition",
                 "metadata":{"name":"others.test.weir.dev"},
                 "spec":{"group":"test.weir.dev","scope":"Cluster",
                  "names":{"plural":"others","kind":"Other","shortNames":["atills"]},
                  "versions":[{"name":"v1","served":true,"storage":true,"schema":{"openAPIV3Schema":{"type":"object"}}}]}}
                """;
        var made = Web.json(admin.post(DEFINITIONS, clash));
        assertThat(condition(made, "NamesAccepted").string("reason"))
                .isEqualTo("ShortNamesConflict");
        assertThat(condition(made, "Established").string("status")).isEqualTo("False");
        assertThat(admin.get("/apis/test.weir.dev/v1/others").statusCode()).isEqualTo(404);
    }

    @Test
    void acceptsANameOnceItIsFree() throws Exception {
        define("tills");
        define("others", "Atills");
        var path = DEFINITIONS + "/others.test.weir.dev";
        assertThat(condition(Web.json(admin.get(path)), "NamesAccepted").string("reason"))
                .isEqualTo("SingularConflict");
        admin.send(admin.request(DEFINITIONS + "/tills.test.weir.dev").DELETE());
        Live.eventually(() -> admin.get("/apis/test.weir.dev/v1/others").statusCode() == 200);
        assertThat(condition(Web.json(admin.get(path)), "NamesAccepted").string("reason"))
                .isEqualTo("NoConflicts");
    }

    @Test
    void aNamespaceThatCannotGoSaysWhy() throws Exception {
        admin.post("/api/v1/namespaces", "{\"metadata\":{\"name\":\"stuck\"}}");
        var maps = "/api/v1/namespaces/stuck/configmaps";
        admin.post(maps, "{\"metadata\":{\"name\":\"m\",\"finalizers\":[\"test.weir.dev/hold\"]}}");
        var path = "/api/v1/namespaces/stuck";
        admin.send(admin.request(path).DELETE());
        Live.eventually(() -> Web.json(admin.get(path)).object("status").has("conditions"));
        var told = Web.json(admin.get(path));
        assertThat(condition(told, "NamespaceContentRemaining").string("message"))
                .isEqualTo("Some resources are remaining: configmaps. has 1 resource instances");
        assertThat(condition(told, "NamespaceFinalizersRemaining").string("message"))
                .isEqualTo(
                        "Some content in the namespace has finalizers remaining:"
                                + " test.weir.dev/hold in 1 resource instances");
        var free = "{\"metadata\":{\"finalizers\":null}}";
        admin.send("PATCH", maps + "/m", "application/merge-patch+json", free);
        Live.eventually(() -> admin.get(path).statusCode() == 404);
    }
}
