package dev.weir.kubernetes;

import static dev.weir.kubernetes.ScriptedServer.json;
import static dev.weir.kubernetes.ScriptedServer.stream;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.weir.resource.ConfigMap;
import dev.weir.resource.Query;
import dev.weir.resource.Status;
import dev.weir.resource.StatusException;
import dev.weir.resource.Watch;
import dev.weir.resource.WatchEvent;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class WatchStreamTest {
    private static final Duration WAIT = Duration.ofSeconds(10);
    private static final String ADDED =
            "{\"type\":\"ADDED\",\"object\":{\"metadata\":{\"name\":\"a\","
                    + "\"resourceVersion\":\"7\"}}}\n";
    private static final Query FROM_FIVE = Query.ALL.from("5");

    @Test
    void readsEventsUntilTheServerEndsIt() throws InterruptedException {
        var bookmark =
                "{\"type\":\"BOOKMARK\",\"object\":{\"metadata\":{\"resourceVersion\":\"9\"}}}\n";
        try (var server = new ScriptedServer(stream(ADDED + bookmark));
                var client = KubernetesClient.connect(server.connection());
                var watch = client.watch(ConfigMap.TYPE, FROM_FIVE)) {
            assertThat(watch.next(WAIT).orElseThrow().resourceVersion()).isEqualTo("7");
            assertThat(watch.next(WAIT)).contains(new WatchEvent.Bookmark<>("9", false));
            assertThat(end(watch).reason()).isEqualTo(Status.Reason.ServiceUnavailable);
            assertThat(end(watch).reason()).isEqualTo(Status.Reason.ServiceUnavailable);
            assertThat(server.requests().getFirst().line())
                    .contains("watch=true", "allowWatchBookmarks=true", "resourceVersion=5");
        }
    }

    @Test
    void tellsThatChangesWereLost() {
        var gone =
                "{\"type\":\"ERROR\",\"object\":{\"kind\":\"Status\",\"code\":410,"
                        + "\"reason\":\"Gone\",\"message\":\"too old resource version: 5 (9)\"}}\n";
        try (var server = new ScriptedServer(stream(gone));
                var client = KubernetesClient.connect(server.connection());
                var watch = client.watch(ConfigMap.TYPE, FROM_FIVE)) {
            assertThat(end(watch).reason()).isEqualTo(Status.Reason.Expired);
        }
    }

    @Test
    void neverTakesHalfAnEvent() throws InterruptedException {
        var half = ADDED + ADDED.substring(0, 40);
        try (var server = new ScriptedServer(stream(half));
                var client = KubernetesClient.connect(server.connection());
                var watch = client.watch(ConfigMap.TYPE, FROM_FIVE)) {
            assertThat(watch.next(WAIT)).isPresent();
            assertThat(end(watch).reason()).isEqualTo(Status.Reason.ServiceUnavailable);
        }
    }

    @Test
    void saysWhatItCannotRead() {
        var wrong = ADDED.replace("\"a\"", "7") + "nonsense\n";
        try (var server = new ScriptedServer(stream(wrong), stream("nonsense\n"));
                var client = KubernetesClient.connect(server.connection());
                var first = client.watch(ConfigMap.TYPE, FROM_FIVE);
                var second = client.watch(ConfigMap.TYPE, FROM_FIVE)) {
            assertThat(end(first).reason()).isEqualTo(Status.Reason.InternalError);
            assertThat(end(first)).hasMessageContaining("metadata.name: expected a string");
            assertThat(end(second).reason()).isEqualTo(Status.Reason.InternalError);
        }
    }

    @Test
    void listsFirstWhereTheServerCannotSendWhatThereIs() throws InterruptedException {
        var unknown =
                "{\"kind\":\"Status\",\"reason\":\"Invalid\",\"code\":422,\"message\":"
                        + "\"sendInitialEvents is forbidden\"}";
        var page =
                "{\"metadata\":{\"resourceVersion\":\"6\",\"continue\":\"c\"},"
                        + "\"items\":[{\"metadata\":{\"name\":\"x\"}}]}";
        var last =
                "{\"metadata\":{\"resourceVersion\":\"6\"},"
                        + "\"items\":[{\"metadata\":{\"name\":\"y\"}}]}";
        try (var server =
                        new ScriptedServer(
                                json(422, unknown),
                                json(200, page),
                                json(200, last),
                                stream(ADDED));
                var client = KubernetesClient.connect(server.connection());
                var watch = client.watch(ConfigMap.TYPE, Query.in("n"))) {
            assertThat(name(watch)).isEqualTo("x");
            assertThat(name(watch)).isEqualTo("y");
            assertThat(watch.next(WAIT)).contains(new WatchEvent.Bookmark<>("6", true));
            assertThat(name(watch)).isEqualTo("a");
            var lines = server.requests().stream().map(ScriptedServer.Request::line).toList();
            assertThat(lines.getFirst()).contains("sendInitialEvents=true");
            assertThat(lines.get(2)).contains("continue=c").doesNotContain("resourceVersion");
            assertThat(lines.get(3)).contains("resourceVersion=6", "watch=true");
        }
    }

    @Test
    void aReaderThatIsBehindLosesNothing() throws InterruptedException {
        int count = 5_000;
        try (var server = new ScriptedServer(stream(ADDED.repeat(count)));
                var client = KubernetesClient.connect(server.connection());
                var watch = client.watch(ConfigMap.TYPE, FROM_FIVE)) {
            Thread.sleep(100);
            for (int i = 0; i < count; i++) {
                assertThat(name(watch)).isEqualTo("a");
            }
            assertThat(end(watch).reason()).isEqualTo(Status.Reason.ServiceUnavailable);
        }
    }

    private static String name(Watch<ConfigMap> watch) throws InterruptedException {
        return switch (watch.next(WAIT).orElseThrow()) {
            case WatchEvent.Added<ConfigMap> added -> added.object().metadata().name();
            case WatchEvent<ConfigMap> other -> other.toString();
        };
    }

    private static StatusException end(Watch<?> watch) {
        return catchThrowableOfType(StatusException.class, () -> watch.next(WAIT));
    }
}
