package dev.weir.wasm;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Writes instructions of a text module: flat (`block ... end`) and folded (`(i32.add (...)
/// (...))`).
final class WatCode {
    private static final int MAX_DEPTH = 1000;

    private final WatModule module;
    private final WatNames locals = new WatNames("local");

    /// The names of the open blocks, the innermost last; null where there is none.
    private final List<@Nullable String> labels = new ArrayList<>();

    private int depth;

    WatCode(WatModule module) {
        this.module = module;
    }

    void function(WatTypes.Signature signature, Cursor cursor, Buffer out) {
        for (int i = 0; i < signature.params().size(); i++) {
            locals.add(i < signature.names().size() ? signature.names().get(i) : null);
        }
        var declared = new Buffer();
        int count = 0;
        while (cursor.isList("local")) {
            var inner = Cursor.of(cursor.take());
            var id = inner.takeId();
            if (id != null) {
                locals.add(id);
                declared.u8(1).bytes(module.types.value(inner.take()));
                count++;
                inner.end();
            }
            for (; !inner.atEnd(); count++) {
                locals.add(null);
                declared.u8(1).bytes(module.types.value(inner.take()));
            }
        }
        out.unsigned(count).append(declared);
        body(cursor, out);
    }

    /// The rest of the cursor, and `end`.
    void body(Cursor cursor, Buffer out) {
        labels.add(null);
        instructions(cursor, out);
        if (labels.size() != 1) {
            cursor.take();
        }
        out.u8(Op.END);
    }

    private void instructions(Cursor cursor, Buffer out) {
        int outer = labels.size();
        while (!cursor.atEnd()) {
            var node = cursor.take();
            if (node.isList()) {
                folded(node, out);
            } else if (node.isWord()) {
                flat(node, cursor, out, outer);
            } else {
                throw node.unexpected();
            }
        }
        if (labels.size() != outer) {
            cursor.take();
        }
    }

    private void flat(Node node, Cursor cursor, Buffer out, int outer) {
        switch (node.text()) {
            case "block", "loop", "if", "try_table", "try" -> openBlock(node, cursor, out);
            case "catch", "catch_all" -> {
                inner(node, outer);
                clause(node, cursor, out);
            }
            case "delegate" -> {
                inner(node, outer);
                labels.removeLast();
                out.u8(Op.DELEGATE).unsigned(label(cursor.take()));
            }
            case "else" -> {
                boolean inIf = labels.size() > outer && ifs.contains(labels.size());
                if (!inIf) {
                    throw node.unexpected();
                }
                ifs.remove(labels.size());
                checkLabel(cursor);
                out.u8(Op.ELSE);
            }
            case "end" -> {
                inner(node, outer);
                checkLabel(cursor);
                ifs.remove(labels.size());
                labels.removeLast();
                out.u8(Op.END);
            }
            default -> plain(node, cursor, out);
        }
    }

    private void inner(Node node, int outer) {
        if (labels.size() <= outer) {
            throw node.unexpected();
        }
    }

    private void clause(Node head, Cursor cursor, Buffer out) {
        out.u8(Opcodes.number(head.text()));
        if (head.isWord("catch")) {
            out.unsigned(module.tags.index(cursor.take()));
        }
    }

    /// `(try (do ...) (catch ...)... (catch_all ...))`, or `(try (do ...) (delegate ...))`.
    private void foldedTry(Node head, Cursor cursor, Buffer out) {
        openBlock(head, cursor, out);
        var body = cursor.take();
        if (!body.isList("do")) {
            throw body.unexpected();
        }
        instructions(Cursor.of(body), out);
        if (cursor.isList("delegate")) {
            labels.removeLast();
            var delegate = Cursor.of(cursor.take());
            out.u8(Op.DELEGATE).unsigned(label(delegate.take()));
            delegate.end();
            cursor.end();
            return;
        }
        while (!cursor.atEnd()) {
            var list = cursor.take();
            if (!list.isList("catch") && !list.isList("catch_all")) {
                throw list.unexpected();
            }
            var inner = Cursor.of(list);
            clause(list.items().getFirst(), inner, out);
            instructions(inner, out);
        }
        close(out);
    }

    /// The heights at which an `if` is open that has had no `else`.
    private final java.util.Set<Integer> ifs = new java.util.HashSet<>();

    private void checkLabel(Cursor cursor) {
        var id = cursor.takeId();
        if (id != null && !id.text().equals(labels.getLast())) {
            throw new MalformedException(id.at(), "mismatching label " + id);
        }
    }

    private void openBlock(Node node, Cursor cursor, Buffer out) {
        var id = cursor.takeId();
        out.u8(Opcodes.number(node.text()));
        blockType(cursor, out);
        if (node.isWord("try_table")) {
            catches(cursor, out);
        }
        labels.add(id == null ? null : id.text());
        if (node.isWord("if")) {
            ifs.add(labels.size());
        }
    }

    private void blockType(Cursor cursor, Buffer out) {
        boolean named = cursor.isList("type");
        if (named) {
            var use = module.types.use(cursor);
            unnamed(use.signature(), cursor);
            out.signed(use.index());
            return;
        }
        var signature = module.types.signature(cursor);
        unnamed(signature, cursor);
        if (signature.params().isEmpty() && signature.results().size() <= 1) {
            out.bytes(
                    signature.results().isEmpty()
                            ? new byte[] {0x40}
                            : signature.results().getFirst());
        } else {
            out.signed(module.types.find(signature));
        }
    }

    private static void unnamed(WatTypes.Signature signature, Cursor cursor) {
        for (var name : signature.names()) {
            if (name != null) {
                throw name.unexpected();
            }
        }
        var next = cursor.peek();
        if (next != null
                && (next.isList("param") || next.isList("result") || next.isList("type"))) {
            throw next.unexpected();
        }
    }

    private void catches(Cursor cursor, Buffer out) {
        var clauses = new Buffer();
        int count = 0;
        while (true) {
            var node = cursor.peek();
            int kind =
                    node == null || !node.isList() || node.items().isEmpty()
                            ? -1
                            : List.of("catch", "catch_ref", "catch_all", "catch_all_ref")
                                    .indexOf(node.items().getFirst().text());
            if (kind < 0) {
                break;
            }
            var clause = Cursor.of(cursor.take());
            clauses.u8(kind);
            if (kind <= Code.CATCH_REF) {
                clauses.unsigned(module.tags.index(clause.take()));
            }
            clauses.unsigned(label(clause.take()));
            clause.end();
            count++;
        }
        out.unsigned(count).append(clauses);
    }

    private long label(Node node) {
        if (!node.isId()) {
            return WatNumber.unsigned(node, 32);
        }
        for (int i = labels.size() - 1; i >= 0; i--) {
            if (node.text().equals(labels.get(i))) {
                return labels.size() - 1 - i;
            }
        }
        throw new MalformedException(node.at(), "unknown label " + node);
    }

    private void folded(Node node, Buffer out) {
        if (node.items().isEmpty() || !node.items().getFirst().isWord()) {
            throw node.unexpected();
        }
        if (++depth > MAX_DEPTH) {
            throw new MalformedException(node.at(), "nested deeper than " + MAX_DEPTH);
        }
        var cursor = Cursor.of(node);
        var head = node.items().getFirst();
        switch (head.text()) {
            case "block", "loop", "try_table" -> {
                openBlock(head, cursor, out);
                instructions(cursor, out);
                close(out);
            }
            case "if" -> foldedIf(head, cursor, out);
            case "try" -> foldedTry(head, cursor, out);
            default -> {
                var own = new Buffer();
                plain(head, cursor, own);
                while (!cursor.atEnd()) {
                    var operand = cursor.take();
                    if (!operand.isList()) {
                        throw operand.unexpected();
                    }
                    folded(operand, out);
                }
                out.append(own);
            }
        }
        depth--;
    }

    private void close(Buffer out) {
        ifs.remove(labels.size());
        labels.removeLast();
        out.u8(Op.END);
    }

    private void foldedIf(Node head, Cursor cursor, Buffer out) {
        var own = new Buffer();
        openBlock(head, cursor, own);
        var label = labels.removeLast();
        ifs.remove(labels.size() + 1);
        while (!cursor.atEnd() && !cursor.isList("then")) {
            var condition = cursor.take();
            if (!condition.isList()) {
                throw condition.unexpected();
            }
            folded(condition, out);
        }
        labels.add(label);
        out.append(own);
        instructions(Cursor.of(cursor.take()), out);
        if (cursor.isList("else")) {
            var otherwise = cursor.take();
            if (otherwise.items().size() > 1) {
                out.u8(Op.ELSE);
                instructions(Cursor.of(otherwise), out);
            }
        }
        cursor.end();
        close(out);
    }

    private void plain(Node node, Cursor cursor, Buffer out) {
        var name = node.text();
        int op = Opcodes.number(name);
        if (op < 0 || op == Op.SELECT_T || op == Op.REF_TEST_NULL || op == Op.REF_CAST_NULL) {
            throw new MalformedException(node.at(), "unknown operator " + name);
        }
        switch (op) {
            case Op.SELECT -> {
                boolean typed = cursor.isList("result");
                var results = module.types.results(cursor);
                out.u8(typed ? Op.SELECT_T : Op.SELECT);
                if (typed) {
                    out.unsigned(results.size());
                    results.forEach(out::bytes);
                }
            }
            case Op.REF_TEST, Op.REF_CAST -> {
                var type = module.types.reference(cursor.take());
                boolean written = type[0] == 0x63 || type[0] == 0x64;
                opcode(op + (type[0] == 0x64 ? 0 : 1), out);
                out.bytes(written ? java.util.Arrays.copyOfRange(type, 1, type.length) : type);
            }
            default -> {
                opcode(op, out);
                immediates(op, node, cursor, out);
            }
        }
    }

    private static void opcode(int op, Buffer out) {
        if (op < 0x100) {
            out.u8(op);
        } else {
            Opcodes.write(op, out);
        }
    }

    private void immediates(int op, Node node, Cursor cursor, Buffer out) {
        var kind = Opcodes.immediates(op);
        module.usesData |= kind.contains("data");
        switch (kind) {
            case "-" -> {}
            case "i32" -> out.signed((int) WatNumber.integer(cursor.take(), 32));
            case "i64" -> out.signed(WatNumber.integer(cursor.take(), 64));
            case "f32" -> out.fixed(WatNumber.f32(cursor.take()), 4);
            case "f64" -> out.fixed(WatNumber.f64(cursor.take()), 8);
            case "v128" -> WatVector.write(cursor, out);
            case "shuffle" -> {
                for (int i = 0; i < 16; i++) {
                    out.u8((int) WatNumber.unsigned(cursor.take(), 8));
                }
            }
            case "label" -> out.unsigned(label(cursor.take()));
            case "labels" -> labels(cursor, out);
            case "func" -> out.unsigned(module.functions.index(cursor.take()));
            case "tag" -> out.unsigned(module.tags.index(cursor.take()));
            case "local" -> out.unsigned(locals.index(cursor.take()));
            case "global" -> out.unsigned(module.globals.index(cursor.take()));
            case "heap" -> out.bytes(module.types.heap(cursor.take()));
            case "type" -> out.unsigned(module.types.index(cursor.take()));
            case "icall" -> {
                long table = cursor.isIndex() ? module.tables.index(cursor.take()) : 0;
                var use = module.types.use(cursor);
                unnamed(use.signature(), cursor);
                out.unsigned(use.index()).unsigned(table);
            }
            case "fence" -> out.u8(0);
            case "mem", "atom" -> memoryArgument(op, cursor, out, hasMemory(cursor, false));
            default -> {
                if (kind.startsWith("memlane")) {
                    memoryArgument(op, cursor, out, hasMemory(cursor, true));
                    out.u8((int) WatNumber.unsigned(cursor.take(), 8));
                } else if (kind.startsWith("lane")) {
                    out.u8((int) WatNumber.unsigned(cursor.take(), 8));
                } else if (kind.startsWith("type") || kind.equals("brcast")) {
                    aggregate(kind, cursor, out);
                } else {
                    segments(kind, node, cursor, out);
                }
            }
        }
    }

    private void labels(Cursor cursor, Buffer out) {
        var targets = new Buffer();
        int count = 0;
        for (; cursor.isIndex(); count++) {
            targets.unsigned(label(cursor.take()));
        }
        if (count == 0) {
            throw cursor.take().unexpected();
        }
        out.unsigned(count - 1).append(targets);
    }

    /// Whether the next word is a memory's index, and not the lane.
    private static boolean hasMemory(Cursor cursor, boolean lane) {
        if (!cursor.isIndex()) {
            return false;
        }
        var next = cursor.peek(1);
        return !lane
                || next != null
                        && next.isWord()
                        && (next.isIndex()
                                || next.text().startsWith("offset=")
                                || next.text().startsWith("align="));
    }

    private void memoryArgument(int op, Cursor cursor, Buffer out, boolean hasMemory) {
        long memory = hasMemory ? module.memories.index(cursor.take()) : 0;
        long offset = argument(cursor, "offset=", 0);
        long align = argument(cursor, "align=", 1L << Opcodes.align(op));
        if (Long.bitCount(align) != 1) {
            throw new MalformedException(0, "alignment must be a power of two, found " + align);
        }
        int flags = Long.numberOfTrailingZeros(align);
        if (memory == 0) {
            out.unsigned(flags);
        } else {
            out.unsigned(flags | 64).unsigned(memory);
        }
        out.unsigned(offset);
    }

    private static long argument(Cursor cursor, String key, long usual) {
        var node = cursor.peek();
        if (node == null || !node.isWord() || !node.text().startsWith(key)) {
            return usual;
        }
        cursor.take();
        return WatNumber.unsigned(Node.word(node.at(), node.text().substring(key.length())), 64);
    }

    private void aggregate(String kind, Cursor cursor, Buffer out) {
        if (kind.equals("brcast")) {
            var label = cursor.take();
            var from = module.types.reference(cursor.take());
            var to = module.types.reference(cursor.take());
            out.u8((from[0] == 0x64 ? 0 : 1) | (to[0] == 0x64 ? 0 : 2)).unsigned(label(label));
            for (var type : List.of(from, to)) {
                boolean written = type[0] == 0x63 || type[0] == 0x64;
                out.bytes(written ? java.util.Arrays.copyOfRange(type, 1, type.length) : type);
            }
            return;
        }
        int type = (int) module.types.index(cursor.take());
        out.unsigned(type & 0xffffffffL);
        var next = cursor.take();
        out.unsigned(
                switch (kind) {
                    case "typefield" -> module.types.field(type, next);
                    case "typen" -> WatNumber.unsigned(next, 32);
                    case "typedata" -> module.datas.index(next);
                    case "typeelem" -> module.elements.index(next);
                    default -> module.types.index(next);
                });
    }

    private void segments(String kind, Node node, Cursor cursor, Buffer out) {
        switch (kind) {
            case "data" -> out.unsigned(module.datas.index(cursor.take()));
            case "elem" -> out.unsigned(module.elements.index(cursor.take()));
            case "memidx" -> out.unsigned(optional(module.memories, cursor));
            case "table" -> out.unsigned(optional(module.tables, cursor));
            case "memmem" -> pair(module.memories, cursor, out);
            case "tabletable" -> pair(module.tables, cursor, out);
            case "datamem" -> segment(module.datas, module.memories, cursor, out);
            case "tableinit" -> segment(module.elements, module.tables, cursor, out);
            default -> throw node.unexpected();
        }
    }

    private static long optional(WatNames names, Cursor cursor) {
        return cursor.isIndex() ? names.index(cursor.take()) : 0;
    }

    private static void pair(WatNames names, Cursor cursor, Buffer out) {
        boolean given = cursor.isIndex();
        out.unsigned(given ? names.index(cursor.take()) : 0);
        out.unsigned(given ? names.index(cursor.take()) : 0);
    }

    /// In text the memory or table comes first, and may be left out.
    private static void segment(WatNames segments, WatNames places, Cursor cursor, Buffer out) {
        var first = cursor.take();
        boolean both = cursor.isIndex();
        long place = both ? places.index(first) : 0;
        out.unsigned(segments.index(both ? cursor.take() : first)).unsigned(place);
    }
}
