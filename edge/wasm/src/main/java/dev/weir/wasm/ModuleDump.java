package dev.weir.wasm;

/// Writes what is where in a binary module: sections with their offsets, and each function's
/// instructions with theirs.
final class ModuleDump {
    private static final String[] SECTIONS = {
        "custom",
        "type",
        "import",
        "function",
        "table",
        "memory",
        "global",
        "export",
        "start",
        "element",
        "code",
        "data",
        "data count",
        "tag"
    };

    private final StringBuilder out = new StringBuilder();
    private final Module module;
    private final Reader in;

    ModuleDump(Module module, byte[] binary) {
        this.module = module;
        in = new Reader(binary, 0, binary.length);
    }

    String write() {
        in.skip(8);
        int codes = -1;
        out.append("sections\n");
        while (!in.atEnd()) {
            int id = in.u8();
            var section = in.slice(in.u32());
            int start = section.position;
            int end = section.end;
            var what =
                    id == 0
                            ? "\"" + section.name() + "\""
                            : id == 8 ? "" : Integer.toUnsignedString(section.u32());
            out.append(
                    String.format(
                            "  %08x  %-10s %8d bytes  %s%n",
                            start, SECTIONS[id], end - start, what));
            codes = id == 10 ? start : codes;
        }
        described("imports", module.imports().stream().map(Object::toString).toList());
        described("exports", module.exports().stream().map(Object::toString).toList());
        if (codes >= 0) {
            in.position = codes;
            int count = in.count("bodies");
            for (int i = 0; i < count; i++) {
                function(module.importedFunctions + i, in.slice(in.u32()));
            }
        }
        return out.toString();
    }

    private void described(String what, java.util.List<String> rows) {
        if (!rows.isEmpty()) {
            out.append(what).append('\n');
            rows.forEach(row -> out.append("  ").append(row).append('\n'));
        }
    }

    private void function(int index, Reader body) {
        out.append(
                String.format(
                        "%08x func[%d] %s%n", body.position, index, module.functionName(index)));
        int groups = body.count("groups of locals");
        for (int i = 0; i < groups; i++) {
            int count = body.u32();
            out.append("          local ")
                    .append(Integer.toUnsignedString(count))
                    .append(" x ")
                    .append(WatInstruction.value(body))
                    .append('\n');
        }
        var instructions = new WatInstruction(body);
        int depth = 1;
        while (!body.atEnd()) {
            int at = body.position;
            var next = instructions.next();
            int nesting = WatInstruction.nesting(next);
            boolean back = nesting < 0 || WatInstruction.isMiddle(next);
            var space = "  ".repeat(Math.max(0, Math.min(depth - (back ? 1 : 0), 40)));
            out.append(String.format("%08x  %s%s%n", at, space, next));
            depth += nesting;
        }
    }
}
