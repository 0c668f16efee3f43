package dev.weir.wasm;

import dev.weir.wasm.WastScript.Expected;
import dev.weir.wasm.object.GuestStruct;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Values in scripts: arguments, and what results must be, NaN patterns among them.
final class WastValues {
    private WastValues() {}

    static @Nullable Object argument(Node node) {
        var cursor = Cursor.of(node);
        return switch (node.items().getFirst().text()) {
            case "i32.const" -> (int) WatNumber.integer(cursor.take(), 32);
            case "i64.const" -> WatNumber.integer(cursor.take(), 64);
            case "f32.const" -> Float.intBitsToFloat(WatNumber.f32(cursor.take()));
            case "f64.const" -> Double.longBitsToDouble(WatNumber.f64(cursor.take()));
            case "v128.const" -> vector(cursor);
            case "ref.null" -> null;
            case "ref.extern", "ref.host" ->
                    new WastScript.Host(WatNumber.unsigned(cursor.take(), 32));
            default -> throw node.unexpected();
        };
    }

    private static V128 vector(Cursor cursor) {
        var out = new Buffer();
        WatVector.write(cursor, out);
        var bytes = out.toArray();
        return new V128((long) Bytes.LONG.get(bytes, 0), (long) Bytes.LONG.get(bytes, 8));
    }

    static Expected expected(Node node) {
        return new Expected(text(node), test(node));
    }

    private static String text(Node node) {
        if (!node.isList()) {
            return node.toString();
        }
        return "(" + String.join(" ", node.items().stream().map(WastValues::text).toList()) + ")";
    }

    private static Predicate<@Nullable Object> test(Node node) {
        var cursor = Cursor.of(node);
        var head = node.items().getFirst().text();
        return switch (head) {
            case "either" -> {
                var choices = new ArrayList<Predicate<@Nullable Object>>();
                while (!cursor.atEnd()) {
                    choices.add(test(cursor.take()));
                }
                yield value -> choices.stream().anyMatch(choice -> choice.test(value));
            }
            case "f32.const" -> {
                var lane = lane(cursor.take(), "f32x4");
                yield value -> value instanceof Float f && lane.test(Float.floatToRawIntBits(f));
            }
            case "f64.const" -> {
                var lane = lane(cursor.take(), "f64x2");
                yield value ->
                        value instanceof Double d && lane.test(Double.doubleToRawLongBits(d));
            }
            case "v128.const" -> lanes(cursor);
            case "ref.null" -> value -> value == null;
            case "ref.extern", "ref.host" -> host(cursor);
            case "ref.func" -> value -> value instanceof Func;
            case "ref.any" -> value -> value != null;
            case "ref.i31" -> value -> value instanceof I31;
            case "ref.eq" ->
                    value ->
                            value instanceof I31
                                    || value instanceof GcObject
                                    || value instanceof GuestStruct;
            case "ref.struct" -> value -> value instanceof GuestStruct;
            case "ref.array" -> value -> value instanceof GcObject.Array;
            case "ref.exn" -> value -> value instanceof GuestException;
            default -> {
                var exact = argument(node);
                yield value -> exact != null && exact.equals(value);
            }
        };
    }

    private static Predicate<@Nullable Object> host(Cursor cursor) {
        if (cursor.atEnd()) {
            return value -> value != null;
        }
        var expected = new WastScript.Host(WatNumber.unsigned(cursor.take(), 32));
        return expected::equals;
    }

    private interface Lane {
        boolean test(long bits);
    }

    private static Predicate<@Nullable Object> lanes(Cursor cursor) {
        var shape = cursor.take().text();
        int width =
                switch (shape) {
                    case "i8x16" -> 8;
                    case "i16x8" -> 16;
                    case "i32x4", "f32x4" -> 32;
                    default -> 64;
                };
        var lanes = new ArrayList<Lane>();
        for (int i = 0; i < 128 / width; i++) {
            lanes.add(lane(cursor.take(), shape));
        }
        return value -> value instanceof V128 vector && fits(vector, width, lanes);
    }

    private static boolean fits(V128 vector, int width, List<Lane> lanes) {
        var halves = new long[] {vector.low(), vector.high()};
        for (int i = 0; i < lanes.size(); i++) {
            if (!lanes.get(i).test(Simd.lane(halves, 0, width, i))) {
                return false;
            }
        }
        return true;
    }

    /// A lane, or a number alone; its bits come with their sign extended.
    private static Lane lane(Node node, String shape) {
        boolean single = shape.equals("f32x4");
        if (node.isWord("nan:canonical")) {
            return single
                    ? bits -> ((int) bits & 0x7fffffff) == 0x7fc00000
                    : bits -> (bits & Long.MAX_VALUE) == 0x7ff8000000000000L;
        }
        if (node.isWord("nan:arithmetic")) {
            return single
                    ? bits -> ((int) bits & 0x7fc00000) == 0x7fc00000
                    : bits -> (bits & 0x7ff8000000000000L) == 0x7ff8000000000000L;
        }
        long expected =
                switch (shape) {
                    case "f32x4" -> WatNumber.f32(node);
                    case "f64x2" -> WatNumber.f64(node);
                    case "i8x16" -> (byte) WatNumber.integer(node, 8);
                    case "i16x8" -> (short) WatNumber.integer(node, 16);
                    case "i32x4" -> (int) WatNumber.integer(node, 32);
                    default -> WatNumber.integer(node, 64);
                };
        return bits -> bits == expected;
    }
}
