package dev.weir.wasm;

import dev.weir.wasm.Module.DataSegment;
import dev.weir.wasm.Module.ElementSegment;
import dev.weir.wasm.Module.ExportEntry;
import dev.weir.wasm.Module.GlobalType;
import dev.weir.wasm.Module.ImportEntry;
import dev.weir.wasm.Module.Kind;
import dev.weir.wasm.Module.MemoryType;
import dev.weir.wasm.Module.Mode;
import dev.weir.wasm.Module.TableType;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads a binary module section by section (core 3.0, binary format), and validates as it goes.
final class ModuleDecoder {
    private static final int MAGIC = 0x6d736100;
    private static final int MAX_TABLE = 10_000_000;

    /// The order of the sections by their ids: tags (13) come behind memories, the data count (12)
    /// before the code.
    private static final int[] PLACE = {0, 1, 2, 3, 4, 5, 7, 8, 9, 10, 12, 13, 11, 6};

    private final Module module;
    private final TypeDecoder types;
    private final Reader in;
    private int bodies;
    private int readDatas;

    /// @param kept where compiled code may be found
    ModuleDecoder(Engine engine, byte[] bytes, CodeFile.@Nullable Place kept) {
        module = new Module(engine, bytes, kept);
        types = new TypeDecoder(module);
        in = new Reader(bytes, 0, bytes.length);
    }

    Module decode() {
        if (in.fixed32() != MAGIC) {
            throw new MalformedException(0, "magic header not detected: expected 00 61 73 6d");
        }
        if (in.fixed32() != 1) {
            throw new MalformedException(4, "unknown binary version: expected 1");
        }
        int last = 0;
        while (!in.atEnd()) {
            int id = in.u8();
            int size = in.u32();
            var section = in.slice(size);
            if (id != 0) {
                if (id >= PLACE.length || PLACE[id] <= last) {
                    throw section.malformed("unexpected section " + id);
                }
                last = PLACE[id];
            }
            section(id, section);
            if (!section.atEnd()) {
                throw section.malformed("section size mismatch: section " + id);
            }
        }
        complete();
        return module;
    }

    private void complete() {
        if (bodies != module.functions.size() - module.importedFunctions) {
            throw in.malformed("function and code section have inconsistent lengths");
        }
        if (module.dataCount >= 0 && module.dataCount != readDatas) {
            throw in.malformed("data count and data section have inconsistent lengths");
        }
    }

    private void section(int id, Reader in) {
        switch (id) {
            case 0 -> custom(in);
            case 1 -> types.section(in);
            case 2 -> each(in, "imports", () -> importEntry(in));
            case 3 -> each(in, "functions", () -> module.functions.add(types.func(in)));
            case 4 -> each(in, "tables", () -> table(in));
            case 5 -> each(in, "memories", () -> module.memories.add(memoryType(in)));
            case 6 -> each(in, "globals", () -> global(in));
            case 7 -> each(in, "exports", () -> export(in));
            case 8 -> start(in);
            case 9 -> each(in, "element segments", () -> element(in));
            case 10 -> each(in, "bodies", () -> body(in));
            case 11 -> each(in, "data segments", () -> data(in));
            case 12 -> module.dataCount = in.u32();
            default -> each(in, "tags", () -> module.tags.add(tagType(in)));
        }
    }

    private static void each(Reader in, String what, Runnable one) {
        int count = in.count(what);
        for (int i = 0; i < count; i++) {
            one.run();
        }
    }

    private void custom(Reader in) {
        var name = in.name();
        int start = in.position;
        var content = in.take(in.end - in.position);
        module.customs.computeIfAbsent(name, unused -> new ArrayList<>()).add(content);
        if (name.equals("name")) {
            new NameSection(module).read(new Reader(in.bytes, start, in.end));
        }
    }

    private void importEntry(Reader in) {
        var from = in.name();
        var name = in.name();
        int kind = in.u8();
        Object type =
                switch (kind) {
                    case 0 -> types.func(in);
                    case 1 -> tableType(in);
                    case 2 -> memoryType(in);
                    case 3 -> globalType(in);
                    case 4 -> tagType(in);
                    default -> throw in.malformed("malformed import kind " + kind);
                };
        switch (type) {
            case TableType table -> {
                module.tables.add(table);
                module.importedTables++;
            }
            case MemoryType memory -> {
                module.memories.add(memory);
                module.importedMemories++;
            }
            case GlobalType global -> {
                module.globals.add(global);
                module.importedGlobals++;
            }
            case DefType func when kind == 0 -> {
                module.functions.add(func);
                module.importedFunctions++;
            }
            default -> {
                module.tags.add((DefType) type);
                module.importedTags++;
            }
        }
        module.imports.add(new ImportEntry(from, name, Kind.values()[kind], type));
    }

    private DefType tagType(Reader in) {
        if (in.u8() != 0) {
            throw in.malformed("malformed tag attribute: expected 0");
        }
        var type = types.func(in);
        if (type.results.length != 0) {
            throw in.invalid("non-empty tag result type");
        }
        return type;
    }

    private TableType tableType(Reader in) {
        int element = types.reference(in);
        int flags = in.u8();
        if ((flags & ~5) != 0) {
            throw in.malformed("malformed limits flags " + flags);
        }
        boolean is64 = (flags & 4) != 0;
        long minimum = in.u64();
        long maximum = (flags & 1) == 0 ? -1 : in.u64();
        if (!is64 && (minimum >>> 32 != 0 || (flags & 1) != 0 && maximum >>> 32 != 0)) {
            throw in.invalid("table size must be at most 2^32-1");
        }
        checkLimits(in, minimum, maximum, flags);
        return new TableType(
                element,
                is64,
                minimum,
                maximumOf(flags, maximum),
                module.engine.types.defined(element));
    }

    private static void checkLimits(Reader in, long minimum, long maximum, int flags) {
        if ((flags & 1) != 0 && Long.compareUnsigned(minimum, maximum) > 0) {
            throw in.invalid("size minimum must not be greater than maximum");
        }
    }

    /// A maximum that no signed number has is none at all: nothing can be that large.
    private static long maximumOf(int flags, long maximum) {
        return (flags & 1) == 0 ? -1 : maximum < 0 ? Long.MAX_VALUE : maximum;
    }

    private MemoryType memoryType(Reader in) {
        int flags = in.u8();
        if ((flags & ~15) != 0) {
            throw in.malformed("malformed limits flags " + flags);
        }
        boolean is64 = (flags & 4) != 0;
        boolean shared = (flags & 2) != 0;
        if (shared && (flags & 1) == 0) {
            throw in.invalid("shared memory must have maximum");
        }
        long minimum = in.u64();
        long maximum = (flags & 1) == 0 ? -1 : in.u64();
        int pageBits = (flags & 8) == 0 ? Memory.PAGE_BITS : pageBits(in);
        long most = pageBits == 0 ? is64 ? -1 : 0xffffffffL : is64 ? 1L << 48 : 1L << 16;
        if (Long.compareUnsigned(minimum, most) > 0
                || (flags & 1) != 0 && Long.compareUnsigned(maximum, most) > 0) {
            throw in.invalid(
                    "memory size must be at most " + Long.toUnsignedString(most) + " pages");
        }
        checkLimits(in, minimum, maximum, flags);
        return new MemoryType(is64, minimum, maximumOf(flags, maximum), shared, pageBits);
    }

    private static int pageBits(Reader in) {
        int bits = in.u32();
        if (bits < 0 || bits >= 64) {
            throw in.malformed("invalid custom page size 2^" + Integer.toUnsignedString(bits));
        }
        if (bits != 0 && bits != Memory.PAGE_BITS) {
            throw in.invalid("invalid custom page size 2^" + bits + ": expected 1 or 65536");
        }
        return bits;
    }

    private GlobalType globalType(Reader in) {
        int type = types.value(in);
        int mutable = in.u8();
        if (mutable > 1) {
            throw in.malformed("malformed mutability " + mutable);
        }
        return new GlobalType(type, mutable == 1, module.engine.types.defined(type));
    }

    private void table(Reader in) {
        if (in.peek() == 0x40) {
            in.u8();
            if (in.u8() != 0) {
                throw in.malformed("malformed table: expected 0 behind 40");
            }
            var type = tableType(in);
            module.tableInits.add(constant(in, type.element()));
            module.tables.add(type);
            return;
        }
        var type = tableType(in);
        if (!Types.isNullable(type.element())) {
            throw in.invalid("type mismatch: a table of non-null references needs a value");
        }
        module.tables.add(type);
        module.tableInits.add(Validator.nothing(module));
    }

    private void global(Reader in) {
        var type = globalType(in);
        module.globalInits.add(constant(in, type.type()));
        module.globals.add(type);
    }

    private Code constant(Reader in, int type) {
        return Validator.constant(module, types, in, type);
    }

    private void export(Reader in) {
        var name = in.name();
        int kind = in.u8();
        int index = in.u32();
        if (kind > 4) {
            throw in.malformed("malformed export kind " + kind);
        }
        int count =
                switch (kind) {
                    case 0 -> module.functions.size();
                    case 1 -> module.tables.size();
                    case 2 -> module.memories.size();
                    case 3 -> module.globals.size();
                    default -> module.tags.size();
                };
        if (index < 0 || index >= count) {
            throw in.invalid("unknown export index " + Integer.toUnsignedString(index));
        }
        if (kind == 0) {
            module.declared.set(index);
        }
        if (module.exports.put(name, new ExportEntry(Kind.values()[kind], index)) != null) {
            throw in.invalid("duplicate export name \"" + name + "\"");
        }
    }

    private void start(Reader in) {
        module.start = in.u32();
        if (module.start < 0 || module.start >= module.functions.size()) {
            throw in.invalid("unknown function " + Integer.toUnsignedString(module.start));
        }
        var type = module.functions.get(module.start);
        if (type.params.length + type.results.length > 0) {
            throw in.invalid("start function: expected a type without parameters and results");
        }
    }

    /// Flags: 1 passive or declared, 2 explicit table or declared, 4 expressions and not indices.
    private void element(Reader in) {
        int flags = in.u32();
        if ((flags & ~7) != 0) {
            throw in.malformed("malformed elements segment kind " + flags);
        }
        boolean active = (flags & 1) == 0;
        var mode = active ? Mode.ACTIVE : (flags & 2) == 0 ? Mode.PASSIVE : Mode.DECLARED;
        int table = active && (flags & 2) != 0 ? in.u32() : 0;
        Code offset = null;
        if (active) {
            checkTable(in, table);
            offset = constant(in, module.tables.get(table).is64() ? Types.I64 : Types.I32);
        }
        int type = (flags & 4) == 0 ? Types.ref(Types.FUNC) : Types.FUNCREF;
        if ((flags & 3) != 0) {
            if ((flags & 4) != 0) {
                type = types.reference(in);
            } else if (in.u8() != 0) {
                throw in.malformed("malformed element kind: expected 0");
            }
        }
        if (active && !module.engine.types.isSubtype(type, module.tables.get(table).element())) {
            throw in.invalid(
                    "type mismatch: table of "
                            + Types.text(module.tables.get(table).element())
                            + ", elements of "
                            + Types.text(type));
        }
        module.elements.add(new ElementSegment(mode, table, offset, type, items(in, flags, type)));
    }

    private void checkTable(Reader in, int table) {
        if (table < 0 || table >= module.tables.size()) {
            throw in.invalid("unknown table " + Integer.toUnsignedString(table));
        }
    }

    private List<Code> items(Reader in, int flags, int type) {
        int count = in.count("elements");
        if (count > MAX_TABLE) {
            throw in.invalid("at most " + MAX_TABLE + " elements, found " + count);
        }
        var items = new ArrayList<Code>(count);
        for (int i = 0; i < count; i++) {
            items.add(
                    (flags & 4) != 0
                            ? constant(in, type)
                            : Validator.reference(module, in, in.u32(), type));
        }
        return items;
    }

    private void body(Reader in) {
        int size = in.u32();
        var body = in.slice(size);
        int index = module.importedFunctions + bodies++;
        if (index >= module.functions.size()) {
            throw in.malformed("function and code section have inconsistent lengths");
        }
        module.codes.add(Validator.function(module, types, body, index));
    }

    private void data(Reader in) {
        int flags = in.u32();
        if (flags < 0 || flags > 2) {
            throw in.malformed("malformed data segment kind " + flags);
        }
        int memory = flags == 2 ? in.u32() : 0;
        Code offset = null;
        if (flags != 1) {
            if (memory < 0 || memory >= module.memories.size()) {
                throw in.invalid("unknown memory " + Integer.toUnsignedString(memory));
            }
            offset = constant(in, module.memories.get(memory).is64() ? Types.I64 : Types.I32);
        }
        var bytes = in.take(in.u32());
        var mode = flags == 1 ? Mode.PASSIVE : Mode.ACTIVE;
        module.datas.add(new DataSegment(mode, memory, offset, bytes));
        readDatas++;
    }
}
