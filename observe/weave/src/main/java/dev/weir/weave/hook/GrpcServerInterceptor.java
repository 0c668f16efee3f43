package dev.weir.weave.hook;

import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.context.Context;
import org.jspecify.annotations.Nullable;

/// A span for each call that a server gets, in whose context its listener runs.
final class GrpcServerInterceptor implements ServerInterceptor {
    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        var operation = begin(call, headers);
        if (operation == null) {
            return next.startCall(call, headers);
        }
        try (var _ = operation.context().makeCurrent()) {
            return new Told<>(next.startCall(new Traced<>(call, operation), headers), operation);
        } catch (Throwable problem) {
            GrpcCall.end(operation, Status.UNKNOWN.withCause(problem), true);
            throw problem;
        }
    }

    private static @Nullable Operation begin(ServerCall<?, ?> call, Metadata headers) {
        try {
            var current = Context.current();
            var bound = GrpcCall.SERVER.listening(current);
            if (bound == null || GrpcCall.SERVER.current(current) != null) {
                return null;
            }
            var propagator = bound.propagator();
            var parent = propagator.extract(Context.root(), headers, GrpcCall.GETTER);
            return GrpcCall.start(
                    bound,
                    SpanKind.SERVER,
                    call.getMethodDescriptor().getFullMethodName(),
                    call.getAuthority(),
                    parent);
        } catch (Throwable problem) {
            Trouble.swallow(problem);
            return null;
        }
    }

    private static final class Traced<Q, A> extends SimpleForwardingServerCall<Q, A> {
        private final Operation operation;

        Traced(ServerCall<Q, A> call, Operation operation) {
            super(call);
            this.operation = operation;
        }

        @Override
        public void close(Status status, Metadata trailers) {
            super.close(status, trailers);
            GrpcCall.end(operation, status, true);
        }
    }

    private static final class Told<Q> extends SimpleForwardingServerCallListener<Q> {
        private final Operation operation;

        Told(ServerCall.Listener<Q> listener, Operation operation) {
            super(listener);
            this.operation = operation;
        }

        private void run(Runnable callback) {
            try (var _ = operation.context().makeCurrent()) {
                callback.run();
            } catch (Throwable problem) {
                GrpcCall.end(operation, Status.UNKNOWN.withCause(problem), true);
                throw problem;
            }
        }

        @Override
        public void onMessage(Q message) {
            run(() -> super.onMessage(message));
        }

        @Override
        public void onHalfClose() {
            run(super::onHalfClose);
        }

        @Override
        public void onReady() {
            run(super::onReady);
        }

        @Override
        public void onCancel() {
            run(super::onCancel);
            GrpcCall.end(operation, Status.CANCELLED, true);
        }

        @Override
        public void onComplete() {
            run(super::onComplete);
            GrpcCall.end(operation, Status.OK, true);
        }
    }
}
