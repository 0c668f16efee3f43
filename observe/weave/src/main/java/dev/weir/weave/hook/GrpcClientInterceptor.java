package dev.weir.weave.hook;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.ForwardingClientCallListener.SimpleForwardingClientCallListener;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.context.Context;
import org.jspecify.annotations.Nullable;

/// A span for each call that a channel makes; its listener runs in the caller's context.
final class GrpcClientInterceptor implements ClientInterceptor {
    @Override
    public <Q, A> ClientCall<Q, A> interceptCall(
            MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
        var parent = Context.current();
        var operation = begin(method.getFullMethodName(), next.authority(), parent);
        if (operation == null) {
            return next.newCall(method, options);
        }
        try (var _ = operation.context().makeCurrent()) {
            return new Traced<>(next.newCall(method, options), operation, parent);
        } catch (Throwable problem) {
            GrpcCall.end(operation, Status.UNKNOWN.withCause(problem), false);
            throw problem;
        }
    }

    private static @Nullable Operation begin(
            String method, @Nullable String authority, Context parent) {
        try {
            var bound = GrpcCall.CLIENT.listening(parent);
            return bound != null && GrpcCall.CLIENT.current(parent) == null
                    ? GrpcCall.start(bound, SpanKind.CLIENT, method, authority, parent)
                    : null;
        } catch (Throwable problem) {
            Trouble.swallow(problem);
            return null;
        }
    }

    private static final class Traced<Q, A> extends SimpleForwardingClientCall<Q, A> {
        private final Operation operation;
        private final Context parent;

        Traced(ClientCall<Q, A> call, Operation operation, Context parent) {
            super(call);
            this.operation = operation;
            this.parent = parent;
        }

        @Override
        public void start(Listener<A> listener, Metadata headers) {
            Operation.safely(
                    operation,
                    call -> call.propagator().inject(call.context(), headers, GrpcCall.SETTER));
            try (var _ = operation.context().makeCurrent()) {
                super.start(new Told<>(listener, operation, parent), headers);
            } catch (Throwable problem) {
                GrpcCall.end(operation, Status.UNKNOWN.withCause(problem), false);
                throw problem;
            }
        }

        @Override
        public void cancel(@Nullable String message, @Nullable Throwable cause) {
            super.cancel(message, cause);
            // One that was never started has no listener to tell.
            GrpcCall.end(operation, Status.CANCELLED, false);
        }
    }

    private static final class Told<A> extends SimpleForwardingClientCallListener<A> {
        private final Operation operation;
        private final Context parent;

        Told(ClientCall.Listener<A> listener, Operation operation, Context parent) {
            super(listener);
            this.operation = operation;
            this.parent = parent;
        }

        @Override
        public void onMessage(A message) {
            try (var _ = parent.makeCurrent()) {
                super.onMessage(message);
            }
        }

        @Override
        public void onClose(Status status, Metadata trailers) {
            GrpcCall.end(operation, status, false);
            try (var _ = parent.makeCurrent()) {
                super.onClose(status, trailers);
            }
        }
    }
}
