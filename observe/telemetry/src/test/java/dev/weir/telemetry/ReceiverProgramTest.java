package dev.weir.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.weir.resource.Json;
import dev.weir.resource.Program;
import dev.weir.resource.StatusException;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.context.Context;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ReceiverProgramTest {
    private static Program.Running start(Map<String, String> settings) {
        var client =
                (dev.weir.resource.Client)
                        Proxy.newProxyInstance(
                                ReceiverProgramTest.class.getClassLoader(),
                                new Class<?>[] {dev.weir.resource.Client.class},
                                (_, method, _) -> {
                                    throw new AssertionError("it asks for " + method);
                                });
        return ReceiverProgram.start(new Program.Host(client, "server", Path.of(""), settings));
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    @Test
    void showsTheTracesThatItReceives() throws Exception {
        int grpc = freePort();
        int http = freePort();
        try (var program = start(Map.of("otlp", "127.0.0.1:" + grpc + "," + http))) {
            send("shop", "grpc", grpc);
            send("bank", "http/protobuf", http);
            var all = view(program, "traces", Map.of());
            assertThat(all.integer("kept", 0)).isEqualTo(2);
            assertThat(names(all.array("traces"))).containsExactly("bank pays", "shop pays");
            assertThat(names(all.array("services"))).containsExactly("bank", "shop");
            var shops = view(program, "traces", Map.of("service", "shop", "errors", "true"));
            assertThat(names(shops.array("traces"))).containsExactly("shop pays");
            assertThat(view(program, "traces", Map.of("least", "60000000000")).array("traces"))
                    .isEqualTo(Json.Arr.EMPTY);
            var id = shops.array("traces").items().getFirst().asObject().string("traceId");
            var spans = view(program, "traces/" + id, Map.of()).array("spans").items();
            assertThat(spans).hasSize(2);
            var child = spans.getLast().asObject();
            assertThat(child.string("parentSpanId"))
                    .isEqualTo(spans.getFirst().asObject().string("spanId"));
            assertThat(child.string("status")).isEqualTo("ERROR");
            assertThat(child.string("message")).isEqualTo("no money");
            assertThat(child.object("attributes").integer("amount", 0)).isEqualTo(7);
            assertThat(child.array("events").items()).hasSize(1);
            assertThat(program.metrics()).contains("weir_otlp_received_total{item=\"spans\"} 4");
        }
    }

    /// Sends a trace of two spans, the second with an error.
    private static void send(String service, String protocol, int port) {
        var options =
                TelemetryOptions.builder()
                        .serviceName(service)
                        .set("otel.exporter.otlp.protocol", protocol)
                        .set("otel.metrics.exporter", "none")
                        .set("otel.logs.exporter", "none")
                        .endpoint(URI.create("http://127.0.0.1:" + port))
                        .build();
        try (var telemetry = Telemetry.start(options)) {
            var tracer = telemetry.getTracer("test");
            var root =
                    tracer.spanBuilder(service + " pays").setSpanKind(SpanKind.SERVER).startSpan();
            var child = tracer.spanBuilder("asks").setParent(Context.root().with(root)).startSpan();
            child.setAttribute("amount", 7).addEvent("asked");
            child.setStatus(StatusCode.ERROR, "no money").end();
            root.end();
            assertThat(telemetry.flush(Duration.ofSeconds(30))).isTrue();
        }
    }

    private static Json.Obj view(Program.Running program, String path, Map<String, String> query) {
        return program.view(path, query).orElseThrow().asObject();
    }

    private static List<String> names(Json.Arr items) {
        return items.items().stream().map(item -> item.asObject().string("name")).toList();
    }

    @Test
    void showsNothingElse() throws Exception {
        var where = "127.0.0.1:" + freePort() + "," + freePort();
        try (var program = start(Map.of("otlp", where))) {
            assertThat(program.view("traces/00", Map.of())).isEmpty();
            assertThat(program.view("logs", Map.of())).isEmpty();
            for (var query :
                    List.of(Map.of("limit", "0"), Map.of("limit", "x"), Map.of("least", "1s"))) {
                assertThatExceptionOfType(StatusException.class)
                        .isThrownBy(() -> program.view("traces", query))
                        .satisfies(e -> assertThat(e.status().code()).isEqualTo(400));
            }
        }
    }

    @Test
    void receivesNothingUnlessItIsTold() {
        try (var program = start(Map.of())) {
            assertThat(program.view("traces", Map.of())).isEmpty();
        }
        for (var wrong :
                List.of(
                        "yes",
                        "127.0.0.1",
                        "127.0.0.1:4317",
                        "127.0.0.1:a,b",
                        "127.0.0.1:1,99999")) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> start(Map.of("otlp", wrong)).close())
                    .withMessageContaining(
                            wrong.endsWith("99999") ? "httpPort is 99999" : "found " + wrong);
        }
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> start(Map.of("otlp", "127.0.0.1:0,0", "otlp-traces", "0")).close())
                .withMessage("otlp-traces: expected a number from 1 to 1048576, found 0");
    }
}
