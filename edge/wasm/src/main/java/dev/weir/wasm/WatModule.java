package dev.weir.wasm;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Turns the fields of a text module into sections. Names are gathered first, as fields may refer
/// to what comes later; then each field is written into its section.
final class WatModule {
    private static final List<String> KINDS = List.of("func", "table", "memory", "global", "tag");

    final WatTypes types = new WatTypes();
    final WatNames functions = new WatNames("function");
    final WatNames tables = new WatNames("table");
    final WatNames memories = new WatNames("memory");
    final WatNames globals = new WatNames("global");
    final WatNames tags = new WatNames("tag");
    final WatNames elements = new WatNames("elem segment");
    final WatNames datas = new WatNames("data segment");

    private final @Nullable Node id;
    private final List<Node> fields = new ArrayList<>();
    private final Section imports = new Section();
    private final Section functionTypes = new Section();
    private final Section tableTypes = new Section();
    private final Section memoryTypes = new Section();
    private final Section tagTypes = new Section();
    private final Section globalTypes = new Section();
    private final Section exports = new Section();
    private final Section elementSegments = new Section();
    private final Section bodies = new Section();
    private final Section dataSegments = new Section();
    private int nextFunction;
    private int nextTable;
    private int nextMemory;
    private int nextGlobal;
    private int nextTag;
    private @Nullable Node start;

    /// Whether an instruction names a data segment, so that their count must come before the code.
    boolean usesData;

    /// Entries and their number.
    private static final class Section {
        final Buffer out = new Buffer();
        int count;

        Buffer next() {
            count++;
            return out;
        }
    }

    WatModule(Cursor cursor, @Nullable Node id) {
        this.id = id;
        while (!cursor.atEnd()) {
            var field = cursor.take();
            if (!field.isList() || field.items().isEmpty() || !field.items().getFirst().isWord()) {
                throw field.unexpected();
            }
            fields.add(field);
        }
    }

    private static String head(Node field) {
        return field.items().getFirst().text();
    }

    byte[] write() {
        names();
        for (var field : fields) {
            if (field.isList("type") || field.isList("rec")) {
                types.define(field);
            }
        }
        for (var field : fields) {
            field(field);
        }
        var out = new Buffer().fixed(0x6d736100, 4).fixed(1, 4);
        if (!types.isEmpty()) {
            var section = new Buffer();
            types.write(section);
            out.u8(1).sized(section.toArray());
        }
        section(out, 2, imports);
        section(out, 3, functionTypes);
        section(out, 4, tableTypes);
        section(out, 5, memoryTypes);
        section(out, 13, tagTypes);
        section(out, 6, globalTypes);
        section(out, 7, exports);
        if (start != null) {
            out.u8(8).sized(new Buffer().unsigned(functions.index(start)).toArray());
        }
        section(out, 9, elementSegments);
        if (dataSegments.count > 0 || usesData) {
            out.u8(12).sized(new Buffer().unsigned(dataSegments.count).toArray());
        }
        section(out, 10, bodies);
        section(out, 11, dataSegments);
        nameSection(out);
        return out.toArray();
    }

    private static void section(Buffer out, int id, Section section) {
        if (section.count > 0) {
            out.u8(id).sized(new Buffer().unsigned(section.count).append(section.out).toArray());
        }
    }

    private void nameSection(Buffer out) {
        var content = new Buffer().sized(Utf8.encode("name"));
        if (id != null) {
            var name = new Buffer().sized(Utf8.encode(id.text().substring(1)));
            content.u8(0).sized(name.toArray());
        }
        var names =
                functions.names().entrySet().stream()
                        .sorted(Map.Entry.comparingByValue(Comparator.naturalOrder()))
                        .toList();
        if (!names.isEmpty()) {
            var part = new Buffer().unsigned(names.size());
            for (var name : names) {
                part.unsigned(name.getValue()).sized(Utf8.encode(name.getKey().substring(1)));
            }
            content.u8(1).sized(part.toArray());
        }
        if (id != null || !names.isEmpty()) {
            out.u8(0).sized(content.toArray());
        }
    }

    // --- names ---

    private void names() {
        boolean defined = false;
        for (var field : fields) {
            var head = head(field);
            switch (head) {
                case "type", "rec" -> types.name(field);
                case "import" -> {
                    afterDefinitions(field, defined);
                    var item = item(field);
                    space(head(item)).add(Cursor.of(item).takeId());
                }
                case "func", "table", "memory", "global", "tag" -> {
                    var cursor = Cursor.of(field);
                    space(head).add(cursor.takeId());
                    while (cursor.isList("export")) {
                        cursor.take();
                    }
                    boolean imported = cursor.isList("import");
                    if (imported) {
                        afterDefinitions(field, defined);
                    }
                    defined |= !imported;
                    inlineSegment(head, field);
                }
                case "elem" -> elements.add(Cursor.of(field).takeId());
                case "data" -> datas.add(Cursor.of(field).takeId());
                case "export", "start" -> {}
                default -> throw field.unexpected();
            }
        }
    }

    private static void afterDefinitions(Node field, boolean defined) {
        if (defined) {
            throw new MalformedException(field.at(), "import after a definition");
        }
    }

    private static Node item(Node field) {
        if (field.items().size() != 4 || !field.items().get(3).isList()) {
            throw field.unexpected();
        }
        return field.items().get(3);
    }

    private void inlineSegment(String head, Node field) {
        for (var node : field.items()) {
            if (head.equals("table") && node.isList("elem")) {
                elements.add(null);
            } else if (head.equals("memory") && node.isList("data")) {
                datas.add(null);
            }
        }
    }

    private WatNames space(String kind) {
        return switch (kind) {
            case "func" -> functions;
            case "table" -> tables;
            case "memory" -> memories;
            case "global" -> globals;
            case "tag" -> tags;
            default -> throw new MalformedException(0, "unexpected token " + kind);
        };
    }

    // --- fields ---

    private void field(Node field) {
        var cursor = Cursor.of(field);
        switch (head(field)) {
            case "import" -> {
                var out = imports.next().sized(cursor.takeString()).sized(cursor.takeString());
                var item = item(field);
                var inner = Cursor.of(item);
                inner.takeId();
                describe(head(item), inner, out);
                inner.end();
            }
            case "func", "table", "memory", "global", "tag" -> definition(head(field), cursor);
            case "export" -> {
                var out = exports.next().sized(cursor.takeString());
                var item = Cursor.of(cursor.take());
                cursor.end();
                var kind = head(field.items().get(2));
                out.u8(KINDS.indexOf(kind)).unsigned(space(kind).index(item.take()));
                item.end();
            }
            case "start" -> {
                if (start != null) {
                    throw new MalformedException(field.at(), "multiple start sections");
                }
                start = cursor.take();
                cursor.end();
            }
            case "elem" -> element(cursor);
            case "data" -> data(cursor);
            default -> {}
        }
    }

    /// Writes what an import or a definition is of.
    private void describe(String kind, Cursor cursor, Buffer out) {
        out.u8(KINDS.indexOf(kind));
        switch (kind) {
            case "func" -> out.unsigned(use(cursor));
            case "table" -> {
                var limits = limits(cursor);
                out.bytes(types.reference(cursor.take())).append(limits);
            }
            case "memory" -> out.append(memoryType(cursor));
            case "global" -> globalType(cursor.take(), out);
            default -> out.u8(0).unsigned(use(cursor));
        }
        next(kind);
    }

    private long use(Cursor cursor) {
        return types.use(cursor).index();
    }

    private int next(String kind) {
        return switch (kind) {
            case "func" -> nextFunction++;
            case "table" -> nextTable++;
            case "memory" -> nextMemory++;
            case "global" -> nextGlobal++;
            default -> nextTag++;
        };
    }

    private void definition(String kind, Cursor cursor) {
        cursor.takeId();
        int index =
                switch (kind) {
                    case "func" -> nextFunction;
                    case "table" -> nextTable;
                    case "memory" -> nextMemory;
                    case "global" -> nextGlobal;
                    default -> nextTag;
                };
        while (cursor.isList("export")) {
            var inner = Cursor.of(cursor.take());
            exports.next().sized(inner.takeString()).u8(KINDS.indexOf(kind)).unsigned(index);
            inner.end();
        }
        if (cursor.isList("import")) {
            var inner = Cursor.of(cursor.take());
            var out = imports.next().sized(inner.takeString()).sized(inner.takeString());
            inner.end();
            describe(kind, cursor, out);
            cursor.end();
            return;
        }
        next(kind);
        switch (kind) {
            case "func" -> function(cursor);
            case "table" -> table(cursor, index);
            case "memory" -> memory(cursor, index);
            case "global" -> {
                var out = globalTypes.next();
                globalType(cursor.take(), out);
                expression(cursor, out);
            }
            default -> {
                tagTypes.next().u8(0).unsigned(use(cursor));
                cursor.end();
            }
        }
    }

    private void globalType(Node node, Buffer out) {
        if (node.isList("mut")) {
            var cursor = Cursor.of(node);
            out.bytes(types.value(cursor.take())).u8(1);
            cursor.end();
        } else {
            out.bytes(types.value(node)).u8(0);
        }
    }

    /// The rest of the cursor as a constant expression.
    private void expression(Cursor cursor, Buffer out) {
        new WatCode(this).body(cursor, out);
    }

    private static boolean wide(Cursor cursor) {
        if (cursor.isWord("i64") || cursor.isWord("i32")) {
            return cursor.take().isWord("i64");
        }
        return false;
    }

    private static Buffer limits(Cursor cursor) {
        boolean wide = wide(cursor);
        long minimum = WatNumber.unsigned(cursor.take(), 64);
        var next = cursor.peek();
        boolean bounded = next != null && next.isIndex();
        long maximum = bounded ? WatNumber.unsigned(cursor.take(), 64) : 0;
        boolean shared = cursor.isWord("shared");
        if (shared) {
            cursor.take();
        }
        int flags = (bounded ? 1 : 0) | (shared ? 2 : 0) | (wide ? 4 : 0);
        var out = new Buffer().unsigned(minimum);
        if (bounded) {
            out.unsigned(maximum);
        }
        return new Buffer().u8(flags).append(out);
    }

    /// Limits, and the size of pages where it is not the usual one.
    private static Buffer memoryType(Cursor cursor) {
        var limits = limits(cursor).toArray();
        int pageBits = pageBits(cursor);
        if (pageBits >= 0) {
            limits[0] |= 8;
        }
        var out = new Buffer().bytes(limits);
        return pageBits < 0 ? out : out.unsigned(pageBits);
    }

    /// The logarithm of `(pagesize N)`; -1 where there is none.
    private static int pageBits(Cursor cursor) {
        if (!cursor.isList("pagesize")) {
            return -1;
        }
        var list = Cursor.of(cursor.take());
        var node = list.take();
        long size = WatNumber.unsigned(node, 64);
        list.end();
        if (Long.bitCount(size) != 1) {
            throw new MalformedException(node.at(), "invalid custom page size " + node);
        }
        return Long.numberOfTrailingZeros(size);
    }

    private static Buffer exactly(boolean wide, long size) {
        return new Buffer().u8(wide ? 5 : 1).unsigned(size).unsigned(size);
    }

    private void function(Cursor cursor) {
        var use = types.use(cursor);
        functionTypes.next().unsigned(use.index());
        var code = new WatCode(this);
        var body = new Buffer();
        code.function(use.signature(), cursor, body);
        bodies.next().sized(body.toArray());
    }

    private void table(Cursor cursor, int index) {
        var out = tableTypes.next();
        var first = cursor.peek();
        var second = cursor.peek(1);
        boolean prefixed = first != null && (first.isWord("i64") || first.isWord("i32"));
        if (WatTypes.isReference(prefixed ? second : first)) {
            boolean wide = wide(cursor);
            var type = types.reference(cursor.take());
            var elem = cursor.take();
            cursor.end();
            if (!elem.isList("elem")) {
                throw elem.unexpected();
            }
            out.bytes(type).append(exactly(wide, elem.items().size() - 1));
            inlineElements(elem, type, index, wide);
            return;
        }
        var limits = limits(cursor);
        var type = types.reference(cursor.take());
        if (cursor.atEnd()) {
            out.bytes(type).append(limits);
        } else {
            out.u8(0x40).u8(0).bytes(type).append(limits);
            expression(cursor, out);
        }
    }

    private void inlineElements(Node elem, byte[] type, int table, boolean wide) {
        var out = elementSegments.next();
        out.unsigned(6).unsigned(table).u8(wide ? Op.I64_CONST : Op.I32_CONST).u8(0).u8(Op.END);
        out.bytes(type).unsigned(elem.items().size() - 1);
        for (var cursor = Cursor.of(elem); !cursor.atEnd(); ) {
            item(cursor.take(), out);
        }
    }

    /// An element: the index of a function, or an expression.
    private void item(Node node, Buffer out) {
        if (node.isIndex()) {
            out.u8(Op.REF_FUNC).unsigned(functions.index(node)).u8(Op.END);
        } else if (node.isList("item")) {
            expression(Cursor.of(node), out);
        } else {
            expression(new Cursor(List.of(node), node.at(), 0), out);
        }
    }

    private void memory(Cursor cursor, int index) {
        var first = cursor.peek();
        boolean prefixed = first != null && (first.isWord("i64") || first.isWord("i32"));
        int ahead = prefixed ? 1 : 0;
        var paged = cursor.peek(ahead);
        var data = cursor.peek(paged != null && paged.isList("pagesize") ? ahead + 1 : ahead);
        if (data == null || !data.isList("data")) {
            memoryTypes.next().append(memoryType(cursor));
            cursor.end();
            return;
        }
        boolean wide = wide(cursor);
        int given = pageBits(cursor);
        int pageBits = given < 0 ? Memory.PAGE_BITS : given;
        cursor.take();
        cursor.end();
        var bytes = strings(Cursor.of(data));
        long pages = (bytes.length + (1L << pageBits) - 1) >>> pageBits;
        var type = exactly(wide, pages).toArray();
        if (given >= 0) {
            type[0] |= 8;
        }
        memoryTypes.next().bytes(type);
        if (given >= 0) {
            memoryTypes.out.unsigned(given);
        }
        var out = dataSegments.next();
        place(index, out);
        out.u8(wide ? Op.I64_CONST : Op.I32_CONST).u8(0).u8(Op.END).sized(bytes);
    }

    /// The kind of an active data segment, and its memory where that is not the first.
    private static void place(long memory, Buffer out) {
        out.unsigned(memory == 0 ? 0 : 2);
        if (memory != 0) {
            out.unsigned(memory);
        }
    }

    private static byte[] strings(Cursor cursor) {
        var out = new Buffer();
        while (!cursor.atEnd()) {
            out.bytes(cursor.takeString());
        }
        return out.toArray();
    }

    private void element(Cursor cursor) {
        cursor.takeId();
        boolean declared = cursor.isWord("declare");
        if (declared) {
            cursor.take();
        }
        boolean active = false;
        long table = 0;
        var offset = new Buffer();
        if (cursor.isList("table")) {
            var inner = Cursor.of(cursor.take());
            table = tables.index(inner.take());
            inner.end();
            active = true;
        } else if (isOldPlace(cursor)) {
            table = tables.index(cursor.take());
            active = true;
        }
        var next = cursor.peek();
        if (active || next != null && next.isList() && !WatTypes.isReference(next)) {
            offset(cursor, offset);
            active = true;
        }
        var out = elementSegments.next();
        int mode = declared ? 3 : active ? (table == 0 ? 0 : 2) : 1;
        if (cursor.isWord("func") || active && (cursor.atEnd() || cursor.isIndex())) {
            if (cursor.isWord("func")) {
                cursor.take();
            }
            indices(cursor, mode, table, offset, out);
            return;
        }
        var type = types.reference(cursor.take());
        out.unsigned(mode == 0 ? 6 : mode | 4);
        if (active) {
            out.unsigned(table).append(offset);
        }
        var items = new Section();
        while (!cursor.atEnd()) {
            var node = cursor.take();
            if (!node.isList()) {
                throw node.unexpected();
            }
            item(node, items.next());
        }
        out.bytes(type).unsigned(items.count).append(items.out);
    }

    /// Whether a table or memory comes without its word, as in texts from before there could be
    /// more than one.
    private static boolean isOldPlace(Cursor cursor) {
        var next = cursor.peek(1);
        return cursor.isIndex() && next != null && next.isList();
    }

    private void offset(Cursor cursor, Buffer out) {
        var node = cursor.take();
        if (node.isList("offset")) {
            expression(Cursor.of(node), out);
        } else if (node.isList()) {
            expression(new Cursor(List.of(node), node.at(), 0), out);
        } else {
            throw node.unexpected();
        }
    }

    private void indices(Cursor cursor, int mode, long table, Buffer offset, Buffer out) {
        out.unsigned(mode);
        if (mode == 2) {
            out.unsigned(table);
        }
        out.append(offset);
        if (mode != 0) {
            out.u8(0);
        }
        var items = new Section();
        while (!cursor.atEnd()) {
            items.next().unsigned(functions.index(cursor.take()));
        }
        out.unsigned(items.count).append(items.out);
    }

    private void data(Cursor cursor) {
        cursor.takeId();
        long memory = 0;
        boolean active = false;
        if (cursor.isList("memory")) {
            var inner = Cursor.of(cursor.take());
            memory = memories.index(inner.take());
            inner.end();
            active = true;
        } else if (isOldPlace(cursor)) {
            memory = memories.index(cursor.take());
            active = true;
        }
        var out = dataSegments.next();
        var next = cursor.peek();
        if (active || next != null && next.isList()) {
            place(memory, out);
            offset(cursor, out);
        } else {
            out.unsigned(1);
        }
        out.sized(strings(cursor));
    }
}
