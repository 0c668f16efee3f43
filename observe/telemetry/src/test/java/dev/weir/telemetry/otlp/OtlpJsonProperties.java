package dev.weir.telemetry.otlp;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.weir.telemetry.TelemetryException;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

class OtlpJsonProperties {
    private static Descriptor descriptor(Signal signal) {
        return switch (signal) {
            case TRACES -> ExportTraceServiceRequest.getDescriptor();
            case METRICS -> ExportMetricsServiceRequest.getDescriptor();
            case LOGS -> ExportLogsServiceRequest.getDescriptor();
        };
    }

    @Property(tries = 500)
    void comesBackFromJsonAsItWas(@ForAll Signal signal, @ForAll long seed)
            throws InvalidProtocolBufferException {
        var descriptor = descriptor(signal);
        var sent = new RandomProto(seed).message(descriptor, 8);
        var json = OtlpJson.write(signal, List.of(ByteBuffer.wrap(sent.toByteArray())));
        var back = DynamicMessage.parseFrom(descriptor, OtlpJson.read(signal, json));
        assertThat(back).isEqualTo(sent);
    }

    /// Requests behind each other are one, as a batch is sent.
    @Property(tries = 100)
    void joinsPartsLikeProtobuf(@ForAll Signal signal, @ForAll long seed)
            throws InvalidProtocolBufferException {
        var descriptor = descriptor(signal);
        var random = new RandomProto(seed);
        var one = random.message(descriptor, 8);
        var two = random.message(descriptor, 8);
        var parts = List.of(ByteBuffer.wrap(one.toByteArray()), ByteBuffer.wrap(two.toByteArray()));
        var json = OtlpJson.write(signal, parts);
        assertThat(DynamicMessage.parseFrom(descriptor, OtlpJson.read(signal, json)))
                .isEqualTo(one.toBuilder().mergeFrom(two).build());
    }

    /// What is broken is refused with the one documented error, or read; nothing else is thrown.
    @Property(tries = 3000)
    void throwsNothingElseForBrokenBytes(@ForAll Signal signal, @ForAll long seed) {
        var random = new Random(seed);
        var bytes = new RandomProto(seed).message(descriptor(signal), 6).toByteArray();
        var broken = Mutation.of(bytes, random);
        attempt(() -> OtlpJson.write(signal, List.of(ByteBuffer.wrap(broken))));
        attempt(() -> decode(signal, broken));
        var json = OtlpJson.write(signal, List.of(ByteBuffer.wrap(bytes)));
        attempt(() -> OtlpJson.read(signal, Mutation.of(json, random)));
    }

    /// Random bytes, and text of the characters that JSON gives a meaning.
    @Property(tries = 3000)
    void throwsNothingElseForRandomBytes(@ForAll Signal signal, @ForAll byte[] bytes) {
        attempt(() -> decode(signal, bytes));
        attempt(() -> OtlpJson.read(signal, bytes));
        var text = new byte[bytes.length];
        var alphabet = "{}[]\",:\\u0trfn-1.e\n ".getBytes(StandardCharsets.US_ASCII);
        for (int i = 0; i < bytes.length; i++) {
            text[i] = alphabet[(bytes[i] & 0xff) % alphabet.length];
        }
        attempt(() -> OtlpJson.read(signal, text));
    }

    @Property(tries = 50)
    void boundsTheDepthOfWhatItReads(@ForAll Signal signal) {
        var deep = new byte[1 << 20];
        Arrays.fill(deep, (byte) '[');
        attempt(() -> OtlpJson.read(signal, deep));
    }

    private static void decode(Signal signal, byte[] bytes) {
        switch (signal) {
            case TRACES -> SpanDecoder.decode(bytes);
            case METRICS -> MetricDecoder.decode(bytes);
            case LOGS -> LogDecoder.decode(bytes);
        }
    }

    private static void attempt(Runnable work) {
        try {
            work.run();
        } catch (TelemetryException e) {
            assertThat(e.code()).isEqualTo(TelemetryException.Code.MALFORMED);
        }
    }
}
