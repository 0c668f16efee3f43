package dev.weir.weave.hook;

import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.Server;
import io.grpc.ServerBuilder;

/// gRPC: a span for each call, on both sides, by interceptors. Called by woven code, in the place
/// of the methods of the same name.
public final class GrpcHooks {
    static {
        Reads.modulesOf("io.grpc.ServerBuilder");
    }

    private GrpcHooks() {}

    /// See [ServerBuilder#build].
    public static Server build(ServerBuilder<?> builder) {
        if (Switch.ON) {
            builder.intercept(new GrpcServerInterceptor());
        }
        return builder.build();
    }

    /// See [ManagedChannelBuilder#build].
    public static ManagedChannel build(ManagedChannelBuilder<?> builder) {
        if (Switch.ON) {
            builder.intercept(new GrpcClientInterceptor());
        }
        return builder.build();
    }
}
