package dev.weir.bench;

import com.sun.net.httpserver.HttpServer;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ServerCalls;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/// Receivers of others that take every request and read nothing in it: grpc-java, and the JDK's
/// HTTP server.
final class OtlpSinks implements AutoCloseable {
    private static final int MESSAGE_LIMIT = 16 << 20;

    private final Server grpc;
    private final HttpServer http;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    OtlpSinks() throws IOException {
        var loopback = InetAddress.getLoopbackAddress();
        grpc =
                NettyServerBuilder.forAddress(new InetSocketAddress(loopback, 0))
                        .maxInboundMessageSize(MESSAGE_LIMIT)
                        .addService(traces())
                        .build()
                        .start();
        http = HttpServer.create(new InetSocketAddress(loopback, 0), 0);
        http.setExecutor(threads);
        http.createContext(
                "/",
                exchange -> {
                    skip(exchange.getRequestBody());
                    exchange.sendResponseHeaders(200, -1);
                    exchange.close();
                });
        http.start();
    }

    private static ServerServiceDefinition traces() {
        var service = "opentelemetry.proto.collector.trace.v1.TraceService";
        var export =
                MethodDescriptor.<byte[], byte[]>newBuilder()
                        .setType(MethodDescriptor.MethodType.UNARY)
                        .setFullMethodName(service + "/Export")
                        .setRequestMarshaller(new Nothing())
                        .setResponseMarshaller(new Nothing())
                        .build();
        return ServerServiceDefinition.builder(service)
                .addMethod(
                        export,
                        ServerCalls.asyncUnaryCall((request, observer) -> {
                            observer.onNext(request);
                            observer.onCompleted();
                        }))
                .build();
    }

    URI grpc() {
        return URI.create("http://localhost:" + grpc.getPort());
    }

    URI http() {
        return URI.create("http://localhost:" + http.getAddress().getPort() + "/v1/traces");
    }

    @Override
    public void close() {
        grpc.shutdownNow();
        http.stop(0);
        threads.close();
    }

    private static void skip(InputStream in) throws IOException {
        var buffer = new byte[64 << 10];
        int count = 0;
        while (count >= 0) {
            count = in.read(buffer);
        }
    }

    /// Reads nothing in a request, and answers with nothing.
    private static final class Nothing implements MethodDescriptor.Marshaller<byte[]> {
        @Override
        public InputStream stream(byte[] value) {
            return new ByteArrayInputStream(value);
        }

        @Override
        public byte[] parse(InputStream stream) {
            try {
                skip(stream);
                return new byte[0];
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
