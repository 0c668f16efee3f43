package dev.weir.wasm;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/// Writes a binary module as text. Everything has its number; functions and the module have the
/// names of the `name` section besides, where no other function has the same. Other custom sections
/// are left out.
final class WatWriter {
    private static final String[] KINDS = {"func", "table", "memory", "global", "tag"};

    private final StringBuilder out = new StringBuilder();
    private final IntList functionTypes = new IntList();
    private final Map<Integer, String> names = new HashMap<>();
    private final Reader in;
    private String moduleName = "";
    private int functions;
    private int bodies;

    WatWriter(byte[] binary) {
        in = new Reader(binary, 0, binary.length);
    }

    String write() {
        in.skip(8);
        int start = in.position;
        while (!in.atEnd()) {
            int id = in.u8();
            var section = in.slice(in.u32());
            if (id == 0 && section.name().equals("name")) {
                names(section);
            }
        }
        out.append("(module").append(moduleName);
        in.position = start;
        while (!in.atEnd()) {
            int id = in.u8();
            section(id, in.slice(in.u32()));
        }
        return out.append(")\n").toString();
    }

    private void names(Reader section) {
        var found = new Module(Engine.create(), new byte[0], null);
        new NameSection(found).read(section);
        moduleName = found.name == null ? "" : identifier(found.name);
        Set<String> taken = new HashSet<>();
        Set<String> twice = new HashSet<>();
        for (var name : found.functionNames.values()) {
            if (!taken.add(name)) {
                twice.add(name);
            }
        }
        found.functionNames.forEach((index, name) -> {
            if (!twice.contains(name)) {
                names.put(index, identifier(name));
            }
        });
    }

    private static String identifier(String name) {
        if (name.isEmpty()) {
            return "";
        }
        boolean plain = name.matches("[0-9A-Za-z!#$%&'*+./:<=>?@\\\\^_`|~-]+");
        return " $" + (plain ? name : string(Utf8.encode(name)));
    }

    private static String string(byte[] bytes) {
        var text = new StringBuilder("\"");
        for (byte each : bytes) {
            if (each >= 0x20 && each < 0x7f && each != '"' && each != '\\') {
                text.append((char) each);
            } else {
                text.append(String.format("\\%02x", each & 0xff));
            }
        }
        return text.append('"').toString();
    }

    private String functionName(int index) {
        return names.getOrDefault(index, "");
    }

    private void section(int id, Reader section) {
        if (id == 0 || id == 12) {
            return;
        }
        if (id == 8) {
            line("(start " + index(section) + ")");
            return;
        }
        int count = section.count("entries");
        for (int i = 0; i < count; i++) {
            switch (id) {
                case 1 -> group(section);
                case 2 -> imported(section);
                case 3 -> functionTypes.add(section.u32());
                case 4 -> table(section);
                case 5 -> line("(memory " + memory(section) + ")");
                case 6 -> {
                    var type = globalType(section);
                    line("(global " + type + expression(section) + ")");
                }
                case 7 -> {
                    var name = string(Utf8.encode(section.name()));
                    int kind = section.u8();
                    line("(export " + name + " (" + KINDS[kind] + " " + index(section) + "))");
                }
                case 9 -> element(section);
                case 10 -> function(section.slice(section.u32()));
                case 11 -> data(section);
                default -> line("(tag " + tag(section) + ")");
            }
        }
    }

    private void line(String text) {
        out.append("\n  ").append(text);
    }

    private static String index(Reader in) {
        return Integer.toUnsignedString(in.u32());
    }

    // --- types ---

    private void group(Reader in) {
        if (in.peek() != 0x4e) {
            line("(type " + sub(in) + ")");
            return;
        }
        in.u8();
        int count = in.count("types");
        line("(rec");
        for (int i = 0; i < count; i++) {
            line("  (type " + sub(in) + ")");
        }
        out.append(')');
    }

    private static String sub(Reader in) {
        int form = in.peek();
        if (form != 0x50 && form != 0x4f) {
            return composite(in);
        }
        in.u8();
        var text = new StringBuilder(form == 0x4f ? "(sub final" : "(sub");
        int parents = in.count("supertypes");
        for (int i = 0; i < parents; i++) {
            text.append(' ').append(index(in));
        }
        return text.append(' ').append(composite(in)).append(')').toString();
    }

    private static String composite(Reader in) {
        int form = in.u8();
        var text = new StringBuilder();
        switch (form) {
            case 0x60 -> {
                text.append("(func");
                values(in, " (param ", text);
                values(in, " (result ", text);
            }
            case 0x5f -> {
                text.append("(struct");
                int count = in.count("fields");
                for (int i = 0; i < count; i++) {
                    text.append(" (field ").append(mutable(in)).append(')');
                }
            }
            default -> text.append("(array ").append(mutable(in));
        }
        return text.append(')').toString();
    }

    private static void values(Reader in, String before, StringBuilder text) {
        int count = in.count("types");
        for (int i = 0; i < count; i++) {
            text.append(before).append(WatInstruction.value(in)).append(')');
        }
    }

    private static String mutable(Reader in) {
        var type = WatInstruction.value(in);
        return in.u8() == 1 ? "(mut " + type + ")" : type;
    }

    private static String globalType(Reader in) {
        return mutable(in);
    }

    private static String limits(int flags, Reader in) {
        var text = new StringBuilder((flags & 4) != 0 ? "i64 " : "");
        text.append(Long.toUnsignedString(in.u64()));
        if ((flags & 1) != 0) {
            text.append(' ').append(Long.toUnsignedString(in.u64()));
        }
        return text.toString();
    }

    private static String memory(Reader in) {
        int flags = in.u8();
        var text = new StringBuilder(limits(flags, in));
        text.append((flags & 2) != 0 ? " shared" : "");
        if ((flags & 8) != 0) {
            text.append(" (pagesize ").append(1L << in.u32()).append(')');
        }
        return text.toString();
    }

    private static String tableType(Reader in) {
        var type = WatInstruction.value(in);
        return limits(in.u8(), in) + " " + type;
    }

    private static String tag(Reader in) {
        in.u8();
        return "(type " + index(in) + ")";
    }

    // --- entries ---

    private void imported(Reader in) {
        var from = string(Utf8.encode(in.name())) + " " + string(Utf8.encode(in.name()));
        int kind = in.u8();
        var type =
                switch (kind) {
                    case 0 -> functionName(functions++) + " (type " + index(in) + ")";
                    case 1 -> " " + tableType(in);
                    case 2 -> " " + memory(in);
                    case 3 -> " " + globalType(in);
                    default -> " " + tag(in);
                };
        line("(import " + from + " (" + KINDS[kind] + type + "))");
    }

    private void table(Reader in) {
        if (in.peek() == 0x40) {
            in.skip(2);
            var type = tableType(in);
            line("(table " + type + expression(in) + ")");
        } else {
            line("(table " + tableType(in) + ")");
        }
    }

    /// A constant expression, with a space before each instruction and without its end.
    private static String expression(Reader in) {
        var text = new StringBuilder();
        var instructions = new WatInstruction(in);
        for (var next = instructions.next(); !next.equals("end"); next = instructions.next()) {
            text.append(' ').append(next);
        }
        return text.toString();
    }

    private void element(Reader in) {
        int flags = in.u32();
        var text = new StringBuilder("(elem");
        boolean active = (flags & 1) == 0;
        if (active) {
            if ((flags & 2) != 0) {
                text.append(" (table ").append(index(in)).append(')');
            }
            text.append(" (offset").append(expression(in)).append(')');
        } else if ((flags & 2) != 0) {
            text.append(" declare");
        }
        boolean expressions = (flags & 4) != 0;
        if (expressions) {
            text.append(' ').append((flags & 3) == 0 ? "funcref" : WatInstruction.value(in));
        } else {
            in.skip((flags & 3) == 0 ? 0 : 1);
            text.append(" func");
        }
        int count = in.count("elements");
        for (int i = 0; i < count; i++) {
            text.append(expressions ? " (item" + expression(in) + ")" : " " + index(in));
        }
        line(text.append(')').toString());
    }

    private void data(Reader in) {
        int flags = in.u32();
        var text = new StringBuilder("(data");
        if (flags == 2) {
            text.append(" (memory ").append(index(in)).append(')');
        }
        if (flags != 1) {
            text.append(" (offset").append(expression(in)).append(')');
        }
        line(text.append(' ').append(string(in.take(in.u32()))).append(')').toString());
    }

    private void function(Reader in) {
        int type = functionTypes.values[bodies++];
        line("(func" + functionName(functions++) + " (type " + type + ")");
        int groups = in.count("groups of locals");
        for (int i = 0; i < groups; i++) {
            int count = in.u32();
            var local = WatInstruction.value(in);
            line("  (local" + (" " + local).repeat(count) + ")");
        }
        var instructions = new WatInstruction(in);
        int depth = 0;
        while (!in.atEnd()) {
            var next = instructions.next();
            int nesting = WatInstruction.nesting(next);
            if (in.atEnd()) {
                break;
            }
            boolean out = nesting < 0 || WatInstruction.isMiddle(next);
            line("  " + "  ".repeat(Math.min(depth - (out ? 1 : 0), 40)) + next);
            depth += nesting;
        }
        out.append(')');
    }
}
