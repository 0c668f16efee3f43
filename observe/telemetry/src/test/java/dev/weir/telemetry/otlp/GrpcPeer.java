package dev.weir.telemetry.otlp;

import com.google.protobuf.MessageLite;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import io.grpc.stub.StreamObserver;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceResponse;
import io.opentelemetry.proto.collector.logs.v1.LogsServiceGrpc;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceResponse;
import io.opentelemetry.proto.collector.metrics.v1.MetricsServiceGrpc;
import io.opentelemetry.proto.collector.trace.v1.ExportTracePartialSuccess;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceResponse;
import io.opentelemetry.proto.collector.trace.v1.TraceServiceGrpc;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/// grpc-java as a receiver: keeps what it gets, and answers what it is told to.
final class GrpcPeer implements AutoCloseable {
    final List<MessageLite> received = new CopyOnWriteArrayList<>();
    final List<Metadata> headers = new CopyOnWriteArrayList<>();

    /// What the next calls fail with, in turn; then all is accepted.
    final Queue<io.grpc.StatusRuntimeException> failures = new ConcurrentLinkedQueue<>();

    volatile @Nullable ExportTracePartialSuccess partial;

    private final io.grpc.Server server;
    private final int port;

    GrpcPeer() {
        this(0, null);
    }

    GrpcPeer(int wanted, @Nullable SslContext tls) {
        var builder =
                NettyServerBuilder.forAddress(
                                new InetSocketAddress(InetAddress.getLoopbackAddress(), wanted))
                        .addService(new Traces())
                        .addService(new Metrics())
                        .addService(new Logs())
                        .intercept(new Headers());
        if (tls != null) {
            builder.sslContext(tls);
        }
        try {
            server = builder.build().start();
            port = server.getPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    int port() {
        return port;
    }

    URI uri(String scheme) {
        return URI.create(scheme + "://localhost:" + port());
    }

    private <T> void answer(MessageLite request, T response, StreamObserver<T> observer) {
        var failure = failures.poll();
        if (failure != null) {
            observer.onError(failure);
            return;
        }
        received.add(request);
        observer.onNext(response);
        observer.onCompleted();
    }

    static io.grpc.StatusRuntimeException failure(Status.Code code) {
        return new io.grpc.StatusRuntimeException(code.toStatus().withDescription("no, 100% no"));
    }

    @Override
    public void close() {
        server.shutdownNow();
        try {
            server.awaitTermination();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private final class Headers implements ServerInterceptor {
        @Override
        public <Q, R> ServerCall.Listener<Q> interceptCall(
                ServerCall<Q, R> call, Metadata metadata, ServerCallHandler<Q, R> next) {
            headers.add(metadata);
            return next.startCall(call, metadata);
        }
    }

    private final class Traces extends TraceServiceGrpc.TraceServiceImplBase {
        @Override
        public void export(
                ExportTraceServiceRequest request,
                StreamObserver<ExportTraceServiceResponse> observer) {
            var response = ExportTraceServiceResponse.newBuilder();
            var part = partial;
            if (part != null) {
                response.setPartialSuccess(part);
            }
            answer(request, response.build(), observer);
        }
    }

    private final class Metrics extends MetricsServiceGrpc.MetricsServiceImplBase {
        @Override
        public void export(
                ExportMetricsServiceRequest request,
                StreamObserver<ExportMetricsServiceResponse> observer) {
            answer(request, ExportMetricsServiceResponse.getDefaultInstance(), observer);
        }
    }

    private final class Logs extends LogsServiceGrpc.LogsServiceImplBase {
        @Override
        public void export(
                ExportLogsServiceRequest request,
                StreamObserver<ExportLogsServiceResponse> observer) {
            answer(request, ExportLogsServiceResponse.getDefaultInstance(), observer);
        }
    }
}
