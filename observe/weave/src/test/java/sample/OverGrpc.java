package sample;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.MethodDescriptor;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

/// A call that is answered, and one that is not, over HTTP/2.
public final class OverGrpc implements Callable<String> {
    private static final class Text implements MethodDescriptor.Marshaller<String> {
        @Override
        public InputStream stream(String value) {
            return new ByteArrayInputStream(value.getBytes());
        }

        @Override
        public String parse(InputStream stream) {
            try {
                return new String(stream.readAllBytes());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private static final MethodDescriptor<String, String> GREET =
            MethodDescriptor.<String, String>newBuilder()
                    .setType(MethodDescriptor.MethodType.UNARY)
                    .setFullMethodName("shop.Greeter/Greet")
                    .setRequestMarshaller(new Text())
                    .setResponseMarshaller(new Text())
                    .build();

    private static void greet(String name, StreamObserver<String> answer) {
        if (name.isEmpty()) {
            answer.onError(Status.INTERNAL.withDescription("no name").asRuntimeException());
            return;
        }
        answer.onNext("hello " + name);
        answer.onCompleted();
    }

    @Override
    public String call() throws Exception {
        var server =
                NettyServerBuilder.forAddress(
                                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                        .addService(
                                ServerServiceDefinition.builder("shop.Greeter")
                                        .addMethod(
                                                GREET, ServerCalls.asyncUnaryCall(OverGrpc::greet))
                                        .build())
                        .build()
                        .start();
        var channel =
                NettyChannelBuilder.forAddress("localhost", server.getPort())
                        .usePlaintext()
                        .build();
        try {
            return ask(channel, "you") + "," + ask(channel, "");
        } finally {
            channel.shutdownNow().awaitTermination(10, TimeUnit.SECONDS);
            server.shutdownNow().awaitTermination(10, TimeUnit.SECONDS);
        }
    }

    private static String ask(Channel channel, String name) {
        try {
            return ClientCalls.blockingUnaryCall(channel, GREET, CallOptions.DEFAULT, name);
        } catch (StatusRuntimeException e) {
            return e.getStatus().getCode().name();
        }
    }
}
