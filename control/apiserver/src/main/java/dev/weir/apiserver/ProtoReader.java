package dev.weir.apiserver;

import dev.weir.resource.Json;
import dev.weir.resource.JsonException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A cursor over a protobuf message (https://protobuf.dev/programming-guides/encoding/). The types
/// of the table give the fields their JSON form.
final class ProtoReader {
    private static final int VARINT = 0;
    private static final int FIXED64 = 1;
    private static final int LENGTH = 2;
    private static final int FIXED32 = 5;
    private static final int MOST_NESTING = 200;

    private final byte[] data;
    private final int end;
    private final int nesting;
    private final int[] fields;
    private int at;
    private int field;
    private int wireType;

    ProtoReader(byte[] data, int start, int end) {
        this(data, start, end, 0, new int[1]);
    }

    // The number of fields is that of the whole message, whose parts share it.
    private ProtoReader(byte[] data, int start, int end, int nesting, int[] fields) {
        this.data = data;
        this.at = start;
        this.end = end;
        this.nesting = nesting;
        this.fields = fields;
    }

    /// Goes to the next field; false at the end of the message.
    boolean next() throws ProtoException {
        if (at == end) {
            return false;
        }
        if (++fields[0] > Bodies.MOST_VALUES) {
            throw new ProtoException("more than " + Bodies.MOST_VALUES + " fields");
        }
        var tag = varint();
        field = (int) (tag >>> 3);
        wireType = (int) (tag & 7);
        if (tag >>> 3 > 0x1FFF_FFFF || field == 0) {
            throw new ProtoException("illegal tag " + tag);
        }
        return true;
    }

    /// The number of the field.
    int field() {
        return field;
    }

    String string() throws ProtoException {
        return new String(bytes(), StandardCharsets.UTF_8);
    }

    byte[] bytes() throws ProtoException {
        var length = length();
        at += length;
        return Arrays.copyOfRange(data, at - length, at);
    }

    ProtoReader message() throws ProtoException {
        if (nesting == MOST_NESTING) {
            throw new ProtoException("nested deeper than " + MOST_NESTING + " messages");
        }
        var length = length();
        at += length;
        return new ProtoReader(data, at - length, at, nesting + 1, fields);
    }

    private int length() throws ProtoException {
        expect(LENGTH);
        var length = varint();
        if (length < 0 || length > end - at) {
            throw new ProtoException("unexpected EOF");
        }
        return (int) length;
    }

    private void expect(int wanted) throws ProtoException {
        if (wireType != wanted) {
            throw new ProtoException("wrong wireType = " + wireType + " for field " + field);
        }
    }

    private long number() throws ProtoException {
        expect(VARINT);
        return varint();
    }

    private long varint() throws ProtoException {
        long value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            if (at == end) {
                throw new ProtoException("unexpected EOF");
            }
            var b = data[at++];
            value |= (b & 0x7FL) << shift;
            if (b >= 0) {
                return value;
            }
        }
        throw new ProtoException("integer overflow");
    }

    private long fixed64() throws ProtoException {
        expect(FIXED64);
        advance(8);
        long value = 0;
        for (int i = 1; i <= 8; i++) {
            value = value << 8 | data[at - i] & 0xFF;
        }
        return value;
    }

    /// Goes past the field.
    void skip() throws ProtoException {
        switch (wireType) {
            case VARINT -> varint();
            case FIXED64 -> advance(8);
            case LENGTH -> advance(length());
            case FIXED32 -> advance(4);
            default -> throw new ProtoException("illegal wireType " + wireType);
        }
    }

    private void advance(int count) throws ProtoException {
        if (count > end - at) {
            throw new ProtoException("unexpected EOF");
        }
        at += count;
    }

    /// The rest of the message as an object of that type.
    Json.Obj object(Message type) throws ProtoException {
        var members = new HashMap<String, Json>();
        var lists = new HashMap<String, List<Json>>();
        var maps = new HashMap<String, Map<String, Json>>();
        while (next()) {
            var member = type.member(field);
            if (member == null) {
                skip();
                continue;
            }
            switch (member.shape()) {
                case Shape.ListOf(var item) ->
                        lists.computeIfAbsent(member.name(), _ -> new ArrayList<>())
                                .add(value(item));
                case Shape.MapOf(var item) ->
                        entry(item, maps.computeIfAbsent(member.name(), _ -> new HashMap<>()));
                case Shape shape -> members.put(member.name(), value(shape));
            }
        }
        lists.forEach((name, items) -> members.put(name, new Json.Arr(items)));
        maps.forEach((name, entries) -> members.put(name, Json.object(entries)));
        var out = new LinkedHashMap<String, Json>();
        for (var name : type.members().keySet()) {
            var value = members.get(name);
            if (value != null) {
                out.put(name, value);
            }
        }
        return new Json.Obj(out);
    }

    private void entry(Shape shape, Map<String, Json> entries) throws ProtoException {
        var in = message();
        var key = "";
        var value = new ProtoReader(data, 0, 0, nesting, fields).absent(shape);
        while (in.next()) {
            switch (in.field) {
                case 1 -> key = in.string();
                case 2 -> value = in.value(shape);
                default -> in.skip();
            }
        }
        entries.put(key, value);
    }

    private Json absent(Shape shape) throws ProtoException {
        return shape instanceof Shape.Ref(var type)
                ? union(TypeTable.BUILT_IN.message(type), Json.Obj.EMPTY)
                : Json.of("");
    }

    private Json value(Shape shape) throws ProtoException {
        return switch (shape) {
            case Shape.Ref(var name) -> {
                var type = TypeTable.BUILT_IN.message(name);
                yield union(type, message().object(type));
            }
            case Shape.Scalar scalar -> scalar(scalar);
            case Shape.ListOf _, Shape.MapOf _ ->
                    throw new ProtoException("a list of lists in field " + field);
        };
    }

    /// The member of a union that JSON shows.
    private static Json union(Message type, Json.Obj object) {
        if (!type.union()) {
            return object;
        }
        for (var name : List.of("schemas", "property", "schema", "allows")) {
            var value = object.get(name);
            if (value != null) {
                return value;
            }
        }
        return type.member("allows") == null ? Json.NULL : Json.of(false);
    }

    private Json scalar(Shape.Scalar scalar) throws ProtoException {
        return switch (scalar) {
            case STRING -> Json.of(string());
            case BOOL -> Json.of(number() != 0);
            case INT32 -> Json.of((int) number());
            case INT64 -> Json.of(number());
            case DOUBLE -> decimal(Double.longBitsToDouble(fixed64()));
            case BYTES -> Json.of(Base64.getEncoder().encodeToString(bytes()));
            case TIME, MICROTIME -> time(scalar, message());
            case JSON -> json(message());
            case STRINGS -> strings(message());
        };
    }

    private static Json decimal(double number) throws ProtoException {
        if (!Double.isFinite(number)) {
            throw new ProtoException("expected a finite number, found " + number);
        }
        var whole = number == Math.rint(number) && Math.abs(number) < 1L << 53;
        return whole ? Json.of((long) number) : new Json.Dec(number);
    }

    private static Json time(Shape.Scalar scalar, ProtoReader in) throws ProtoException {
        if (in.at == in.end) {
            return Json.NULL;
        }
        long seconds = 0;
        int nanos = 0;
        while (in.next()) {
            switch (in.field) {
                case 1 -> seconds = in.number();
                case 2 -> nanos = (int) in.number();
                default -> in.skip();
            }
        }
        if (!Times.isWritable(seconds) || nanos < 0 || nanos >= 1_000_000_000) {
            throw new ProtoException("expected a time, found " + seconds + " s " + nanos + " ns");
        }
        var time = Instant.ofEpochSecond(seconds, nanos);
        return Json.of(scalar == Shape.Scalar.TIME ? Times.seconds(time) : Times.micros(time));
    }

    private static Json json(ProtoReader in) throws ProtoException {
        var raw = new byte[0];
        while (in.next()) {
            if (in.field == 1) {
                raw = in.bytes();
            } else {
                in.skip();
            }
        }
        try {
            return raw.length == 0 ? Json.NULL : Json.parse(raw);
        } catch (JsonException e) {
            throw new ProtoException("a raw value is not JSON: " + e.getMessage());
        }
    }

    private static Json strings(ProtoReader in) throws ProtoException {
        var out = new ArrayList<String>();
        while (in.next()) {
            if (in.field == 1) {
                out.add(in.string());
            } else {
                in.skip();
            }
        }
        return Json.strings(out);
    }
}
