package dev.weir.weave;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.weir.weave.hook.HttpClientHooks;
import dev.weir.weave.hook.HttpServerHooks;
import dev.weir.weave.hook.JdbcHooks;
import dev.weir.weave.hook.TaskHooks;
import dev.weir.weave.hook.WithSpanHooks;
import io.opentelemetry.api.GlobalOpenTelemetry;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.impl.InstrumentationUtil;
import io.opentelemetry.api.trace.TracerProvider;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.ContextKey;
import io.opentelemetry.context.propagation.ContextPropagators;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HookTest {
    private static final AttributeKey<Long> SERVER_PORT = AttributeKey.longKey("server.port");

    @AfterEach
    void reset() {
        GlobalOpenTelemetry.resetForTest();
    }

    private static int query(String sql) throws SQLException {
        try (var connection = DriverManager.getConnection("jdbc:h2:mem:hooks");
                var statement = connection.createStatement();
                var rows = JdbcHooks.executeQuery(statement, sql)) {
            return rows.next() ? rows.getInt(1) : 0;
        }
    }

    @Test
    void tellNothingWhereInstrumentationIsSuppressed() throws Exception {
        try (var traces = new Traces()) {
            InstrumentationUtil.suppressInstrumentation(() -> {
                try {
                    assertThat(query("SELECT 1")).isEqualTo(1);
                } catch (SQLException e) {
                    throw new IllegalStateException(e);
                }
            });
            assertThat(traces.spans()).isEmpty();
            assertThat(query("SELECT 2")).isEqualTo(2);
            assertThat(traces.tree(1)).isEqualTo("SELECT CLIENT\n");
        }
    }

    /// An implementation that fails wherever it can.
    private static final class Broken implements OpenTelemetry {
        @Override
        public TracerProvider getTracerProvider() {
            throw new IllegalStateException("broken");
        }

        @Override
        public ContextPropagators getPropagators() {
            throw new IllegalStateException("broken");
        }
    }

    @Test
    void keepTheFailuresOfTelemetryFromTheApplication() throws Exception {
        GlobalOpenTelemetry.set(new Broken());
        assertThat(query("SELECT 3")).isEqualTo(3);
        assertThat(WithSpanHooks.enter("x", "INTERNAL", true, "a.B.c")).isNull();
        var request = HttpRequest.newBuilder(URI.create("http://localhost:1")).build();
        try (var client = HttpClient.newHttpClient()) {
            assertThatThrownBy(
                            () -> HttpClientHooks.send(client, request, BodyHandlers.discarding()))
                    .isInstanceOf(ConnectException.class);
        }
        assertThat(Context.current()).isSameAs(Context.root());
    }

    @Test
    void tellARequestWhoseHostIsNonsense() throws Exception {
        try (var traces = new Traces()) {
            assertThat(answer("a:b")).startsWith("HTTP/1.1 200");
            assertThat(answer("[::1]:99999999999")).startsWith("HTTP/1.1 200");
            assertThat(answer("c:8080")).startsWith("HTTP/1.1 200");
            assertThat(traces.tree(3)).isEqualTo("GET / SERVER\n".repeat(3));
            assertThat(traces.spans())
                    .extracting(span -> span.getAttributes().get(SERVER_PORT))
                    .containsExactlyInAnyOrder(null, null, 8080L);
        }
    }

    private static String answer(String host) throws IOException {
        var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        var server = HttpServer.create(address, 0);
        server.createContext(
                "/", HttpServerHooks.wrap(exchange -> exchange.sendResponseHeaders(200, -1)));
        server.start();
        try (var socket = new Socket(address.getAddress(), server.getAddress().getPort())) {
            var request = "GET / HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        } finally {
            server.stop(0);
        }
    }

    @Test
    void passWhatTheApplicationDoesWrongOn() {
        var context = Context.root().with(ContextKey.named("x"), "y");
        try (var _ = context.makeCurrent()) {
            assertThatThrownBy(() -> TaskHooks.execute(Runnable::run, null))
                    .isInstanceOf(NullPointerException.class);
            assertThatThrownBy(() ->
                            TaskHooks.execute(
                                    task -> {
                                        throw new RejectedExecutionException("full");
                                    },
                                    () -> {}))
                    .hasMessage("full");
        }
    }
}
