package dev.weir.wasm;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The types of a text module: those defined, and those that uses of types add.
final class WatTypes {
    /// A function type in text.
    ///
    /// @param names of the parameters; null where there is none
    record Signature(List<byte[]> params, List<byte[]> results, List<@Nullable Node> names) {
        boolean same(Signature other) {
            return same(params, other.params) && same(results, other.results);
        }

        private static boolean same(List<byte[]> a, List<byte[]> b) {
            return Arrays.deepEquals(a.toArray(), b.toArray());
        }

        byte[] encode() {
            var out = new Buffer().u8(0x60);
            for (var list : List.of(params, results)) {
                out.unsigned(list.size());
                list.forEach(out::bytes);
            }
            return out.toArray();
        }
    }

    /// Where a type is used.
    record Use(long index, Signature signature) {}

    private final WatNames names = new WatNames("type");
    private final List<@Nullable Signature> signatures = new ArrayList<>();

    /// Types that a use may stand for: final, without a supertype, alone in their group.
    private final List<Boolean> plain = new ArrayList<>();

    private final Map<Integer, WatNames> fields = new HashMap<>();
    private final List<byte[]> groups = new ArrayList<>();

    /// Names all types first, as they may refer to each other.
    void name(Node field) {
        if (field.isList("type")) {
            names.add(Cursor.of(field).takeId());
        } else {
            for (var type : field.items().subList(1, field.items().size())) {
                if (!type.isList("type")) {
                    throw type.unexpected();
                }
                names.add(Cursor.of(type).takeId());
            }
        }
    }

    void define(Node field) {
        var out = new Buffer();
        if (field.isList("type")) {
            type(field, out, true);
        } else {
            out.u8(0x4e).unsigned(field.items().size() - 1);
            for (var type : field.items().subList(1, field.items().size())) {
                type(type, out, false);
            }
        }
        groups.add(out.toArray());
    }

    private void type(Node node, Buffer out, boolean alone) {
        var cursor = Cursor.of(node);
        cursor.takeId();
        var body = cursor.take();
        cursor.end();
        if (!body.isList("sub")) {
            composite(body, out, alone);
            return;
        }
        var sub = Cursor.of(body);
        boolean isFinal = sub.isWord("final");
        if (isFinal) {
            sub.take();
        }
        var parents = new Buffer();
        int count = 0;
        for (; sub.isIndex(); count++) {
            parents.unsigned(names.index(sub.take()));
        }
        if (isFinal && count == 0) {
            composite(sub.take(), out, alone);
        } else {
            out.u8(isFinal ? 0x4f : 0x50).unsigned(count).append(parents);
            composite(sub.take(), out, false);
        }
        sub.end();
    }

    private void composite(Node node, Buffer out, boolean isPlain) {
        int index = signatures.size();
        @Nullable Signature signature = null;
        if (node.isList("func")) {
            var cursor = Cursor.of(node);
            signature = signature(cursor);
            cursor.end();
            out.bytes(signature.encode());
        } else if (node.isList("struct")) {
            struct(node, out, index);
        } else if (node.isList("array")) {
            var cursor = Cursor.of(node);
            out.u8(0x5e);
            field(cursor.take(), out);
            cursor.end();
        } else {
            throw node.unexpected();
        }
        signatures.add(signature);
        plain.add(isPlain && signature != null);
    }

    private void struct(Node node, Buffer out, int index) {
        var fieldNames = new WatNames("field");
        var encoded = new Buffer();
        for (var cursor = Cursor.of(node); !cursor.atEnd(); ) {
            var field = cursor.take();
            if (!field.isList("field")) {
                throw field.unexpected();
            }
            var inner = Cursor.of(field);
            var id = inner.takeId();
            if (id != null) {
                fieldNames.add(id);
                field(inner.take(), encoded);
                inner.end();
            }
            while (!inner.atEnd()) {
                fieldNames.add(null);
                field(inner.take(), encoded);
            }
        }
        fields.put(index, fieldNames);
        out.u8(0x5f).unsigned(fieldNames.size()).append(encoded);
    }

    private void field(Node node, Buffer out) {
        boolean mutable = node.isList("mut");
        var type = node;
        if (mutable) {
            var cursor = Cursor.of(node);
            type = cursor.take();
            cursor.end();
        }
        if (type.isWord("i8") || type.isWord("i16")) {
            out.u8(type.isWord("i8") ? Types.I8 : Types.I16);
        } else {
            out.bytes(value(type));
        }
        out.u8(mutable ? 1 : 0);
    }

    long field(int type, Node node) {
        return fields.getOrDefault(type, new WatNames("field")).index(node);
    }

    /// Parameters, then results.
    Signature signature(Cursor cursor) {
        var params = new ArrayList<byte[]>();
        var names = new ArrayList<@Nullable Node>();
        while (cursor.isList("param")) {
            var inner = Cursor.of(cursor.take());
            var id = inner.takeId();
            if (id != null) {
                names.add(id);
                params.add(value(inner.take()));
                inner.end();
            }
            while (!inner.atEnd()) {
                names.add(null);
                params.add(value(inner.take()));
            }
        }
        return new Signature(params, results(cursor), names);
    }

    List<byte[]> results(Cursor cursor) {
        var results = new ArrayList<byte[]>();
        while (cursor.isList("result")) {
            for (var inner = Cursor.of(cursor.take()); !inner.atEnd(); ) {
                results.add(value(inner.take()));
            }
        }
        return results;
    }

    /// A use of a function type; one that is nowhere defined is added.
    Use use(Cursor cursor) {
        if (!cursor.isList("type")) {
            var signature = signature(cursor);
            return new Use(find(signature), signature);
        }
        var inner = Cursor.of(cursor.take());
        long index = names.index(inner.take());
        inner.end();
        var node = cursor.peek();
        var given = signature(cursor);
        var defined = index < signatures.size() ? signatures.get((int) index) : null;
        boolean silent = given.params.isEmpty() && given.results.isEmpty();
        if (silent) {
            return new Use(
                    index,
                    defined == null
                            ? given
                            : new Signature(defined.params, defined.results, List.of()));
        }
        if (defined == null || !defined.same(given)) {
            throw new MalformedException(
                    node == null ? 0 : node.at(),
                    "inline function type: differs from type " + index);
        }
        return new Use(index, given);
    }

    int find(Signature signature) {
        for (int i = 0; i < signatures.size(); i++) {
            var known = signatures.get(i);
            if (known != null && plain.get(i) && known.same(signature)) {
                return i;
            }
        }
        signatures.add(signature);
        plain.add(true);
        groups.add(signature.encode());
        return signatures.size() - 1;
    }

    long index(Node node) {
        return names.index(node);
    }

    byte[] value(Node node) {
        int number =
                switch (node.text()) {
                    case "i32" -> Types.I32;
                    case "i64" -> Types.I64;
                    case "f32" -> Types.F32;
                    case "f64" -> Types.F64;
                    case "v128" -> Types.V128;
                    default -> -1;
                };
        return number < 0 ? reference(node) : new byte[] {(byte) number};
    }

    /// Whether the node is a reference type.
    static boolean isReference(@Nullable Node node) {
        return node != null
                && (node.isList("ref") || node.isWord() && abstractReference(node.text()) >= 0);
    }

    byte[] reference(Node node) {
        if (node.isList("ref")) {
            var cursor = Cursor.of(node);
            boolean nullable = cursor.isWord("null");
            if (nullable) {
                cursor.take();
            }
            var out = new Buffer().u8(nullable ? 0x63 : 0x64).bytes(heap(cursor.take()));
            cursor.end();
            return out.toArray();
        }
        int heap = node.isWord() ? abstractReference(node.text()) : -1;
        if (heap < 0) {
            throw node.unexpected();
        }
        return new byte[] {(byte) heap};
    }

    byte[] heap(Node node) {
        int heap = node.isWord() ? abstractHeap(node.text()) : -1;
        if (heap >= 0) {
            return new byte[] {(byte) heap};
        }
        return new Buffer().signed(names.index(node)).toArray();
    }

    static int abstractReference(String word) {
        return switch (word) {
            case "nullref" -> Types.NONE;
            case "nullfuncref" -> Types.NOFUNC;
            case "nullexternref" -> Types.NOEXTERN;
            case "nullexnref" -> Types.NOEXN;
            default ->
                    word.endsWith("ref") && !word.startsWith("no")
                            ? abstractHeap(word.substring(0, word.length() - 3))
                            : -1;
        };
    }

    static int abstractHeap(String word) {
        for (int heap = Types.EXN; heap <= Types.NOEXN; heap++) {
            if (Types.heapName(heap).equals(word)) {
                return heap;
            }
        }
        return -1;
    }

    void write(Buffer out) {
        out.unsigned(groups.size());
        groups.forEach(out::bytes);
    }

    boolean isEmpty() {
        return groups.isEmpty();
    }
}
