package dev.weir.apiserver;

import dev.weir.resource.Json;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.Comparator;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Writes protobuf messages byte for byte as Kubernetes' generated code does: fields by number, map
/// entries by key, and what is no pointer in Go even when it is zero.
final class ProtoWriter {
    private static final int VARINT = 0;
    private static final int FIXED64 = 1;
    private static final int LENGTH = 2;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    byte[] toBytes() {
        return out.toByteArray();
    }

    ProtoWriter raw(byte[] bytes) {
        out.writeBytes(bytes);
        return this;
    }

    ProtoWriter string(int field, String text) {
        return bytes(field, text.getBytes(StandardCharsets.UTF_8));
    }

    ProtoWriter bytes(int field, byte[] bytes) {
        varint((long) field << 3 | LENGTH);
        varint(bytes.length);
        return raw(bytes);
    }

    private void number(int field, long number) {
        varint((long) field << 3 | VARINT);
        varint(number);
    }

    private void varint(long value) {
        var rest = value;
        while ((rest & ~0x7FL) != 0) {
            out.write((int) (rest & 0x7F | 0x80));
            rest >>>= 7;
        }
        out.write((int) rest);
    }

    private void fixed64(int field, long bits) {
        varint((long) field << 3 | FIXED64);
        for (int shift = 0; shift < 64; shift += 8) {
            out.write((int) (bits >>> shift));
        }
    }

    ProtoWriter object(Message type, Json.Obj object) {
        type.members().values().stream()
                .sorted(Comparator.comparingInt(Member::number))
                .forEach(member -> member(member, object.get(member.name())));
        return this;
    }

    private void member(Member member, @Nullable Json value) {
        var given = value == Json.NULL ? null : value;
        switch (member.shape()) {
            case Shape.ListOf(var item) -> {
                if (given instanceof Json.Arr(var items)) {
                    items.forEach(one -> value(member.number(), item, one));
                }
            }
            case Shape.MapOf(var item) -> {
                if (given instanceof Json.Obj(var members)) {
                    new TreeMap<>(members).forEach((key, one) -> entry(member, item, key, one));
                }
            }
            case Shape shape -> {
                if (given != null || !member.pointer() && shape != Shape.Scalar.BYTES) {
                    value(member.number(), shape, given);
                }
            }
        }
    }

    private void entry(Member member, Shape item, String key, Json value) {
        var entry = new ProtoWriter().string(1, key);
        entry.value(2, item, value);
        bytes(member.number(), entry.toBytes());
    }

    /// @param value null for the zero value
    private void value(int field, Shape shape, @Nullable Json value) {
        switch (shape) {
            case Shape.Ref(var name) -> {
                var type = TypeTable.BUILT_IN.message(name);
                bytes(field, new ProtoWriter().object(type, members(type, value)).toBytes());
            }
            case Shape.Scalar scalar -> scalar(field, scalar, value);
            case Shape.ListOf _, Shape.MapOf _ ->
                    throw new IllegalArgumentException("a list of lists in field " + field);
        }
    }

    private static Json.Obj members(Message type, @Nullable Json value) {
        if (!type.union()) {
            return value instanceof Json.Obj object ? object : Json.Obj.EMPTY;
        }
        return switch (value) {
            case Json.Obj schema -> Json.Obj.of("schema", schema).with("allows", Json.of(true));
            case Json.Bool allows -> Json.Obj.of("allows", allows);
            case Json.Arr items -> Json.Obj.of("schemas", items).with("property", items);
            case null, default -> Json.Obj.EMPTY;
        };
    }

    private void scalar(int field, Shape.Scalar scalar, @Nullable Json value) {
        switch (scalar) {
            case STRING -> string(field, text(value));
            case BOOL -> number(field, value == Json.Bool.TRUE ? 1 : 0);
            case INT32, INT64 -> number(field, value instanceof Json.Int(var number) ? number : 0);
            case DOUBLE -> fixed64(field, Double.doubleToLongBits(decimal(value)));
            case BYTES -> bytes(field, Base64.getDecoder().decode(text(value)));
            case TIME, MICROTIME -> bytes(field, time(scalar, text(value)));
            case JSON -> {
                var raw = value == null ? new byte[0] : value.bytes();
                bytes(field, new ProtoWriter().bytes(1, raw).toBytes());
            }
            case STRINGS -> {
                var items = new ProtoWriter();
                if (value instanceof Json.Arr array) {
                    array.strings().forEach(item -> items.string(1, item));
                }
                bytes(field, items.toBytes());
            }
        }
    }

    private static String text(@Nullable Json value) {
        return value instanceof Json.Str(var text) ? text : "";
    }

    private static double decimal(@Nullable Json value) {
        return switch (value) {
            case Json.Int(var number) -> number;
            case Json.Dec(var number) -> number;
            case null, default -> 0;
        };
    }

    private static byte[] time(Shape.Scalar scalar, String text) {
        Instant time = Times.parse(text);
        if (time == null) {
            return new byte[0];
        }
        var writer = new ProtoWriter();
        writer.number(1, time.getEpochSecond());
        writer.number(2, scalar == Shape.Scalar.TIME ? 0 : time.getNano() / 1000 * 1000);
        return writer.toBytes();
    }
}
