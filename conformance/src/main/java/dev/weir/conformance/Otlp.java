package dev.weir.conformance;

import dev.weir.conformance.OtelCollector.Security;
import dev.weir.telemetry.OtlpReceiver;
import dev.weir.telemetry.OtlpReceiverOptions;
import dev.weir.telemetry.ReceivedLog;
import dev.weir.telemetry.ReceivedMetric;
import dev.weir.telemetry.ReceivedSpan;
import dev.weir.telemetry.TelemetryConsumer;
import dev.weir.telemetry.otlp.Exporter;
import dev.weir.telemetry.otlp.OtlpEndpoint;
import dev.weir.telemetry.otlp.OtlpEndpoint.Compression;
import dev.weir.telemetry.otlp.OtlpEndpoint.Protocol;
import dev.weir.telemetry.otlp.OtlpEndpoint.TlsFiles;
import dev.weir.telemetry.otlp.OtlpOptions;
import dev.weir.telemetry.otlp.Signal;
import io.opentelemetry.api.common.Attributes;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// Our exporter against the OpenTelemetry Collector, and the collector's exporters against our
/// receiver. What is sent goes two ways: through the collector to receivers of ours, and straight
/// to one; all have to get the same. The collector's printed text is held to what was sent besides.
final class Otlp implements Suite {
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final Map<String, Signal> EXAMPLES =
            Map.of(
                    "trace", Signal.TRACES,
                    "metrics", Signal.METRICS,
                    "logs", Signal.LOGS,
                    "events", Signal.LOGS);

    @Override
    public String name() {
        return "otlp";
    }

    @Override
    public String summary() {
        return "our OTLP exporter and receiver against the OpenTelemetry Collector";
    }

    @Override
    public void run(Report report) throws Exception {
        try (var scratch = new Scratch();
                var fleet = new Receivers()) {
            var server = PeerCertificate.make(scratch.path(), "server", "EC");
            var client = PeerCertificate.make(scratch.path(), "client", "RSA");
            var trusted = new TlsFiles(server.certificate(), client.certificate(), client.key());
            try (var collector = OtelCollector.start(server, client, fleet.behind())) {
                for (var security : Security.values()) {
                    for (var protocol : Protocol.values()) {
                        for (var compression : Compression.values()) {
                            deliver(
                                    report,
                                    collector,
                                    fleet,
                                    security,
                                    protocol,
                                    compression,
                                    trusted);
                        }
                    }
                }
                refuse(
                        report,
                        collector,
                        "no client certificate",
                        new TlsFiles(server.certificate(), null, null),
                        Security.MTLS);
                refuse(
                        report,
                        collector,
                        "a server that is not trusted",
                        new TlsFiles(client.certificate(), null, null),
                        Security.TLS);
                examples(report, collector, fleet);
            }
        }
    }

    private static void deliver(
            Report report,
            OtelCollector collector,
            Receivers fleet,
            Security security,
            Protocol protocol,
            Compression compression,
            TlsFiles tls)
            throws InterruptedException {
        for (var signal : Signal.values()) {
            var name =
                    "%s %s %s %s"
                            .formatted(
                                    protocol.word(),
                                    compression.name().toLowerCase(Locale.ROOT),
                                    security.name().toLowerCase(Locale.ROOT),
                                    signal.word());
            var endpoint =
                    OtlpEndpoint.of(collector.uri(security, protocol, signal), protocol)
                            .withCompression(compression)
                            .withTls(tls);
            report.check(
                    name,
                    () -> {
                        var sample = new OtlpSample(name, signal);
                        send(sample, endpoint);
                        send(sample, fleet.straight(signal));
                        fleet.requireSame(name, sample.payload().items());
                        requirePrinted(collector.printed(name), sample.printed());
                    });
        }
    }

    private static void send(OtlpSample sample, OtlpEndpoint endpoint) {
        try (var exporter = Exporter.start(OtlpOptions.of(Map.of(sample.signal(), endpoint)))) {
            var payload = sample.payload();
            exporter.accept(payload);
            boolean flushed = exporter.flush(LONG);
            if (!flushed || exporter.stats().delivered() != payload.items()) {
                throw new AssertionError("not delivered: " + exporter.stats());
            }
        }
    }

    private static void requirePrinted(String printed, List<String> lines) {
        var seen = printed.lines().toList();
        for (var line : lines) {
            if (!seen.contains(line)) {
                throw new AssertionError("the collector does not print '" + line + "'");
            }
        }
    }

    private static void refuse(
            Report report, OtelCollector collector, String what, TlsFiles tls, Security security)
            throws InterruptedException {
        for (var protocol : Protocol.values()) {
            report.check(
                    protocol.word() + " with " + what + " delivers nothing",
                    () -> {
                        var uri = collector.uri(security, protocol, Signal.TRACES);
                        var endpoint = OtlpEndpoint.of(uri, protocol).withTls(tls);
                        try (var exporter =
                                Exporter.start(
                                        OtlpOptions.of(Map.of(Signal.TRACES, endpoint))
                                                .withCloseTimeout(Duration.ofMillis(100)))) {
                            exporter.accept(new OtlpSample(what, Signal.TRACES).payload());
                            awaitFailure(exporter);
                        }
                    });
        }
    }

    private static void awaitFailure(Exporter exporter) throws InterruptedException {
        long end = System.nanoTime() + LONG.toNanos();
        while (exporter.stats().signals().get(Signal.TRACES).retries() == 0) {
            if (System.nanoTime() > end || exporter.stats().delivered() > 0) {
                throw new AssertionError("expected a failure, found " + exporter.stats());
            }
            Thread.sleep(10);
        }
    }

    /// The examples of opentelemetry-proto, posted to the collector and to a receiver of ours.
    private static void examples(Report report, OtelCollector collector, Receivers fleet)
            throws InterruptedException {
        for (var example : EXAMPLES.entrySet()) {
            var check = "example " + example.getKey() + ".json";
            try {
                var file =
                        report.data(
                                "otlp/examples/" + example.getKey() + ".json",
                                "the folder examples of github.com/open-telemetry/opentelemetry-proto");
                report.check(check, () -> example(collector, fleet, file, example.getValue()));
            } catch (AbsentException e) {
                report.skip(check, String.valueOf(e.getMessage()));
            }
        }
    }

    private static void example(OtelCollector collector, Receivers fleet, Path file, Signal signal)
            throws IOException, InterruptedException {
        fleet.forget("");
        var text = Files.readString(file);
        post(collector.uri(Security.PLAIN, Protocol.HTTP_JSON, signal), text);
        post(fleet.straight(signal).uri(), text);
        fleet.requireSame("", 1);
    }

    private static void post(URI uri, String json) throws IOException, InterruptedException {
        try (var client = HttpClient.newHttpClient()) {
            var request =
                    HttpRequest.newBuilder(uri)
                            .version(HttpClient.Version.HTTP_1_1)
                            .header("content-type", "application/json")
                            .POST(BodyPublishers.ofString(json))
                            .build();
            var answer = client.send(request, BodyHandlers.ofString());
            if (answer.statusCode() != 200) {
                throw new AssertionError(uri + " answers " + answer.statusCode() + answer.body());
            }
        }
    }

    /// One receiver that is sent to straight, and three that the collector sends to.
    private static final class Receivers implements AutoCloseable {
        private final List<Received> received = new ArrayList<>();
        private final List<OtlpReceiver> receivers = new ArrayList<>();

        Receivers() {
            for (int i = 0; i < 4; i++) {
                var to = new Received();
                received.add(to);
                receivers.add(OtlpReceiver.open(OtlpReceiverOptions.DEFAULT.withPorts(0, 0), to));
            }
        }

        List<OtlpReceiver> behind() {
            return receivers.subList(1, receivers.size());
        }

        OtlpEndpoint straight(Signal signal) {
            int port = receivers.getFirst().httpPort();
            return OtlpEndpoint.of(
                    URI.create("http://localhost:" + port + signal.httpPath()),
                    Protocol.HTTP_PROTOBUF);
        }

        void forget(String name) {
            received.forEach(each -> each.forget(name));
        }

        void requireSame(String name, int items) throws InterruptedException {
            var expected = received.getFirst().await(name, items);
            for (var each : received.subList(1, received.size())) {
                var found = each.await(name, items);
                if (!found.equals(expected)) {
                    throw new AssertionError("received " + found + ", expected " + expected);
                }
            }
        }

        @Override
        public void close() {
            receivers.forEach(OtlpReceiver::close);
        }
    }

    /// What one receiver got, by the mark of its resource.
    private static final class Received implements TelemetryConsumer {
        private final Map<String, List<Object>> byName = new HashMap<>();
        private final Map<String, Integer> items = new HashMap<>();

        @Override
        public Refused spans(List<ReceivedSpan> spans) {
            spans.forEach(span -> add(span.source().resource(), span, 1));
            return Refused.NONE;
        }

        @Override
        public Refused metrics(List<ReceivedMetric> metrics) {
            metrics.forEach(m -> add(m.source().resource(), m, m.data().size()));
            return Refused.NONE;
        }

        @Override
        public Refused logs(List<ReceivedLog> logs) {
            logs.forEach(log -> add(log.source().resource(), log, 1));
            return Refused.NONE;
        }

        private synchronized void add(Attributes resource, Object item, int count) {
            var name = OtlpSample.marker(resource);
            byName.computeIfAbsent(name, n -> new ArrayList<>()).add(item);
            items.merge(name, count, Integer::sum);
            notifyAll();
        }

        synchronized void forget(String name) {
            byName.remove(name);
            items.remove(name);
        }

        synchronized List<Object> await(String name, int count) throws InterruptedException {
            long end = System.nanoTime() + LONG.toNanos();
            while (items.getOrDefault(name, 0) < count) {
                long left = end - System.nanoTime();
                if (left <= 0) {
                    throw new AssertionError(
                            items.getOrDefault(name, 0) + " items received, expected " + count);
                }
                wait(left / 1_000_000 + 1);
            }
            return List.copyOf(byName.getOrDefault(name, List.of()));
        }
    }
}
