package dev.weir.weave.hook;

import io.grpc.Metadata;
import io.grpc.Status;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.context.propagation.TextMapSetter;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// One call of gRPC, by the stable semantic conventions for RPC.
final class GrpcCall {
    static final Library CLIENT =
            new Library("grpc-client", "rpc.client.call.duration", Library.HTTP_BUCKETS);
    static final Library SERVER =
            new Library("grpc-server", "rpc.server.call.duration", Library.HTTP_BUCKETS);

    private static final AttributeKey<String> SYSTEM = AttributeKey.stringKey("rpc.system.name");
    private static final AttributeKey<String> METHOD = AttributeKey.stringKey("rpc.method");
    private static final AttributeKey<String> STATUS =
            AttributeKey.stringKey("rpc.response.status_code");

    /// The codes that say something about the server, not about the request.
    private static final Set<Status.Code> SERVER_ERRORS =
            Set.of(
                    Status.Code.UNKNOWN,
                    Status.Code.DEADLINE_EXCEEDED,
                    Status.Code.UNIMPLEMENTED,
                    Status.Code.INTERNAL,
                    Status.Code.UNAVAILABLE,
                    Status.Code.DATA_LOSS);

    static final TextMapSetter<Metadata> SETTER =
            (metadata, name, value) -> {
                if (metadata != null) {
                    metadata.put(key(name), value);
                }
            };

    static final TextMapGetter<Metadata> GETTER =
            new TextMapGetter<>() {
                @Override
                @SuppressWarnings("deprecation") // every getter has to have it
                public Iterable<String> keys(Metadata metadata) {
                    return metadata.keys();
                }

                @Override
                public @Nullable String get(@Nullable Metadata metadata, String name) {
                    return metadata == null ? null : metadata.get(key(name));
                }
            };

    private GrpcCall() {}

    private static Metadata.Key<String> key(String name) {
        return Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER);
    }

    /// @param authority the server's name, with its port where one is given
    static Operation start(
            Library.Bound bound,
            SpanKind kind,
            String method,
            @Nullable String authority,
            Context parent) {
        var builder =
                bound.tracer()
                        .spanBuilder(method)
                        .setParent(parent)
                        .setSpanKind(kind)
                        .setAttribute(SYSTEM, "grpc")
                        .setAttribute(METHOD, method);
        var measured = new Measured().put(SYSTEM, "grpc").put(METHOD, method);
        if (authority != null) {
            int colon = authority.lastIndexOf(':');
            boolean port = colon > authority.lastIndexOf(']');
            var address = port ? authority.substring(0, colon) : authority;
            builder.setAttribute(Http.SERVER, address);
            measured.put(Http.SERVER, address);
            long number = port ? Http.port(authority, colon + 1) : 0;
            if (number > 0) {
                builder.setAttribute(Http.SERVER_PORT, number);
                measured.put(Http.SERVER_PORT, number);
            }
        }
        return new Operation(bound, builder, parent, measured);
    }

    static void end(Operation operation, Status status, boolean server) {
        Operation.safely(
                operation,
                call -> {
                    var code = status.getCode();
                    call.measured(STATUS, code.name());
                    boolean error = server ? SERVER_ERRORS.contains(code) : code != Status.Code.OK;
                    if (error) {
                        call.error(code.name());
                        if (status.getCause() != null) {
                            call.span().recordException(status.getCause());
                        }
                    }
                    call.end();
                });
    }
}
