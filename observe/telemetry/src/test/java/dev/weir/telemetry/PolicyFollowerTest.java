package dev.weir.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.resource.Client;
import dev.weir.resource.DeleteOptions;
import dev.weir.resource.Json;
import dev.weir.resource.Listing;
import dev.weir.resource.Metadata;
import dev.weir.resource.Patch;
import dev.weir.resource.Query;
import dev.weir.resource.Resource;
import dev.weir.resource.ResourceType;
import dev.weir.resource.Watch;
import dev.weir.resource.WatchEvent;
import dev.weir.resource.WriteOptions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/// An engine that does what policies say.
class PolicyFollowerTest {
    private static TelemetryPolicy policy(String name, Double ratio, String... services) {
        return new TelemetryPolicy(
                Metadata.of("default", name), new TelemetryPolicy.Spec(List.of(services), ratio));
    }

    /// A control plane with nothing in it but a stream of events.
    private static final class Events implements Client, Watch<TelemetryPolicy> {
        final LinkedBlockingQueue<WatchEvent<TelemetryPolicy>> queue = new LinkedBlockingQueue<>();

        @Override
        @SuppressWarnings("unchecked") // there is one kind
        public <R extends Resource> Watch<R> watch(ResourceType<R> type, Query query) {
            return (Watch<R>) this;
        }

        @Override
        public Optional<WatchEvent<TelemetryPolicy>> next(Duration wait)
                throws InterruptedException {
            return Optional.ofNullable(queue.poll(wait.toMillis(), TimeUnit.MILLISECONDS));
        }

        @Override
        public <R extends Resource> Listing<R> list(ResourceType<R> type, Query query) {
            return new Listing<>(List.of(), "1", "");
        }

        @Override
        public <R extends Resource> R get(ResourceType<R> type, String namespace, String name) {
            throw new UnsupportedOperationException();
        }

        @Override
        public <R extends Resource> R create(
                ResourceType<R> type, R resource, WriteOptions options) {
            throw new UnsupportedOperationException();
        }

        @Override
        public <R extends Resource> R update(
                ResourceType<R> type, R resource, WriteOptions options) {
            throw new UnsupportedOperationException();
        }

        @Override
        public <R extends Resource> R updateStatus(
                ResourceType<R> type, R resource, WriteOptions options) {
            throw new UnsupportedOperationException();
        }

        @Override
        public <R extends Resource> R patch(
                ResourceType<R> type,
                String namespace,
                String name,
                Patch patch,
                WriteOptions options) {
            throw new UnsupportedOperationException();
        }

        @Override
        public <R extends Resource> void delete(
                ResourceType<R> type, String namespace, String name, DeleteOptions options) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void close() {}
    }

    @Test
    void appliesTheLastPolicyThatNamesTheService() throws InterruptedException {
        try (var fixture = new Fixture(o -> o.serviceName("shop"));
                var events = new Events();
                var _ = PolicyFollower.start(events, () -> Optional.of(fixture.telemetry))) {
            events.queue.add(new WatchEvent.Added<>(policy("a", 0.25)));
            await(fixture, 0.25);
            events.queue.add(new WatchEvent.Added<>(policy("c", 0.75, "other")));
            events.queue.add(new WatchEvent.Added<>(policy("b", 0.5, "shop")));
            await(fixture, 0.5);
            events.queue.add(new WatchEvent.Deleted<>(policy("b", 0.5, "shop")));
            await(fixture, 0.25);
            events.queue.add(new WatchEvent.Modified<>(policy("a", null)));
            long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
            while (!fixture.telemetry.sampling().equals(Sampling.DEFAULT)
                    && System.nanoTime() < deadline) {
                Thread.sleep(5);
            }
            assertThat(fixture.telemetry.sampling()).isEqualTo(Sampling.DEFAULT);
        }
    }

    private static void await(Fixture fixture, double ratio) throws InterruptedException {
        var wanted = new Sampling.ParentBased(new Sampling.TraceIdRatio(ratio));
        long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (!fixture.telemetry.sampling().equals(wanted) && System.nanoTime() < deadline) {
            Thread.sleep(5);
        }
        assertThat(fixture.telemetry.sampling()).isEqualTo(wanted);
    }

    @Test
    void kindRefusesWhatIsNoShare() {
        var type = TelemetryPolicy.TYPE;
        var json =
                Json.parse(
                        "{\"apiVersion\":\"observe.weir.dev/v1\",\"kind\":\"TelemetryPolicy\",\"metadata\":{\"name\":\"a\"},\"spec\":{\"services\":[\"s\"],\"samplingRatio\":0.5}}");
        assertThat(type.decode(json.asObject()).spec().samplingRatio()).isEqualTo(0.5);
        assertThat(type.customResourceDefinition().toString()).contains("samplingRatio");
    }

    @Test
    void extensionBringsTheKindAndWhatFollowsIt() {
        var extension = new TelemetryExtension();
        assertThat(extension.kinds()).containsExactly(TelemetryPolicy.TYPE);
        assertThat(extension.workloads()).hasSize(1);
    }
}
