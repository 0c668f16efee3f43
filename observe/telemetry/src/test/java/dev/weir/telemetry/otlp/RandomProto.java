package dev.weir.telemetry.otlp;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.Message;
import java.util.Random;

/// Messages with random content, built by protobuf-java from a descriptor.
final class RandomProto {
    private static final String[] TEXTS = {
        "",
        "a",
        "http.request.method",
        "quote \" and \\ and \n",
        "\u00fcber",
        "\ud83d\ude00",
        "\u0000"
    };

    private final Random random;

    RandomProto(long seed) {
        random = new Random(seed);
    }

    Message message(Descriptor descriptor, int depth) {
        var message = DynamicMessage.newBuilder(descriptor);
        for (var field : descriptor.getFields()) {
            if (field.getName().endsWith("strindex") || random.nextInt(4) == 0) {
                continue;
            }
            boolean nested = field.getJavaType() == FieldDescriptor.JavaType.MESSAGE;
            if (nested && depth == 0) {
                continue;
            }
            if (!field.isRepeated()) {
                message.setField(field, value(field, depth));
                continue;
            }
            for (int i = random.nextInt(3); i > 0; i--) {
                message.addRepeatedField(field, value(field, depth));
            }
        }
        return message.build();
    }

    private Object value(FieldDescriptor field, int depth) {
        return switch (field.getJavaType()) {
            case INT -> random.nextBoolean() ? random.nextInt(100) : random.nextInt();
            case LONG -> random.nextBoolean() ? random.nextInt(100) : random.nextLong();
            case DOUBLE -> random.nextBoolean() ? random.nextInt(9) : random.nextGaussian();
            case FLOAT -> random.nextFloat();
            case BOOLEAN -> random.nextBoolean();
            case STRING -> TEXTS[random.nextInt(TEXTS.length)];
            case BYTE_STRING -> bytes(field);
            case ENUM ->
                    field.getEnumType()
                            .getValues()
                            .get(random.nextInt(field.getEnumType().getValues().size()));
            case MESSAGE -> message(field.getMessageType(), depth - 1);
        };
    }

    private ByteString bytes(FieldDescriptor field) {
        int length =
                field.getName().equals("trace_id")
                        ? 16
                        : field.getName().endsWith("span_id") ? 8 : random.nextInt(20);
        var bytes = new byte[length];
        random.nextBytes(bytes);
        return ByteString.copyFrom(bytes);
    }
}
