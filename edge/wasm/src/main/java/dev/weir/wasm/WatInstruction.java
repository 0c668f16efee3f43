package dev.weir.wasm;

/// Writes instructions of a binary module as text, one at a time, by the table of instructions.
final class WatInstruction {
    private static final String[] CLAUSES = {"catch", "catch_ref", "catch_all", "catch_all_ref"};

    private final Reader in;

    WatInstruction(Reader in) {
        this.in = in;
    }

    /// What an instruction does to the depth of blocks: 1 opens one, -1 closes one.
    static int nesting(String instruction) {
        int space = instruction.indexOf(' ');
        return switch (space < 0 ? instruction : instruction.substring(0, space)) {
            case "block", "loop", "if", "try_table", "try" -> 1;
            case "end", "delegate" -> -1;
            default -> 0;
        };
    }

    /// Whether it ends a part of a block and begins another.
    static boolean isMiddle(String instruction) {
        return instruction.equals("else")
                || instruction.equals("catch_all")
                || instruction.startsWith("catch ");
    }

    /// The next instruction.
    String next() {
        int op = Opcodes.read(in);
        if (!Opcodes.exists(op)) {
            throw in.malformed("illegal opcode");
        }
        var name =
                switch (op) {
                    case Op.SELECT_T -> "select";
                    case Op.REF_TEST_NULL -> "ref.test";
                    case Op.REF_CAST_NULL -> "ref.cast";
                    default -> Opcodes.name(op);
                };
        var immediates = immediates(op);
        return immediates.isEmpty() ? name : name + " " + immediates;
    }

    private String immediates(int op) {
        var kind = Opcodes.immediates(op);
        return switch (kind) {
            case "-" -> "";
            case "i32" -> String.valueOf(in.s32());
            case "i64" -> String.valueOf(in.s64());
            case "f32" -> f32(in.fixed32());
            case "f64" -> f64(in.fixed64());
            case "v128" -> vector();
            case "shuffle" -> lanes();
            case "block" -> blockType();
            case "try" -> tryTable();
            case "label",
                    "func",
                    "tag",
                    "local",
                    "global",
                    "type",
                    "data",
                    "elem",
                    "table",
                    "memidx" ->
                    index();
            case "labels" -> labels();
            case "icall" -> {
                var type = index();
                yield index() + " (type " + type + ")";
            }
            case "heap" -> heap(in);
            case "ref" -> {
                boolean nullable = op == Op.REF_TEST_NULL || op == Op.REF_CAST_NULL;
                yield reference(nullable, heap(in));
            }
            case "brcast" -> {
                int flags = in.u8();
                var label = index();
                var from = reference((flags & 1) != 0, heap(in));
                yield label + " " + from + " " + reference((flags & 2) != 0, heap(in));
            }
            case "selectt" -> results();
            case "datamem", "tableinit" -> {
                var segment = index();
                yield index() + " " + segment;
            }
            case "mem", "atom" -> memory(op);
            case "fence" -> {
                in.skip(1);
                yield "";
            }
            default -> {
                if (kind.startsWith("memlane")) {
                    yield memory(op) + " " + in.u8();
                }
                yield kind.startsWith("lane") ? String.valueOf(in.u8()) : index() + " " + index();
            }
        };
    }

    private String index() {
        return Integer.toUnsignedString(in.u32());
    }

    private String labels() {
        int count = in.count("labels");
        var text = new StringBuilder();
        for (int i = 0; i <= count; i++) {
            text.append(i == 0 ? "" : " ").append(index());
        }
        return text.toString();
    }

    private String results() {
        int count = in.count("types");
        var text = new StringBuilder("(result");
        for (int i = 0; i < count; i++) {
            text.append(' ').append(value(in));
        }
        return text.append(')').toString();
    }

    private String blockType() {
        int form = in.peek();
        if (form == 0x40) {
            in.u8();
            return "";
        }
        boolean value =
                form >= Types.V128 && form <= Types.I32
                        || form == 0x63
                        || form == 0x64
                        || Types.isAbstractHeap(form);
        return value ? "(result " + value(in) + ")" : "(type " + in.s33() + ")";
    }

    private String tryTable() {
        var text = new StringBuilder(blockType());
        int count = in.count("catch clauses");
        for (int i = 0; i < count; i++) {
            int kind = in.u8();
            if (kind >= CLAUSES.length) {
                throw in.malformed("malformed catch clause " + kind);
            }
            text.append(text.isEmpty() ? "(" : " (").append(CLAUSES[kind]).append(' ');
            if (kind <= Code.CATCH_REF) {
                text.append(index()).append(' ');
            }
            text.append(index()).append(')');
        }
        return text.toString();
    }

    private String memory(int op) {
        int flags = in.u32();
        var text = new StringBuilder();
        if ((flags & 64) != 0) {
            text.append(index()).append(' ');
        }
        text.append("offset=").append(Long.toUnsignedString(in.u64()));
        if ((flags & 63) != Opcodes.align(op)) {
            text.append(" align=").append(Long.toUnsignedString(1L << (flags & 63)));
        }
        return text.toString();
    }

    private String vector() {
        var text = new StringBuilder("i32x4");
        for (int i = 0; i < 4; i++) {
            text.append(String.format(" 0x%08x", in.fixed32()));
        }
        return text.toString();
    }

    private String lanes() {
        var text = new StringBuilder();
        for (int i = 0; i < 16; i++) {
            text.append(i == 0 ? "" : " ").append(in.u8());
        }
        return text.toString();
    }

    // --- types and numbers ---

    /// A float, exactly.
    static String f32(int bits) {
        float value = Float.intBitsToFloat(bits);
        if (!Float.isNaN(value)) {
            return Float.isInfinite(value) ? infinity(value) : Float.toHexString(value);
        }
        return (bits < 0 ? "-" : "") + "nan:0x" + Integer.toHexString(bits & 0x7fffff);
    }

    static String f64(long bits) {
        double value = Double.longBitsToDouble(bits);
        if (!Double.isNaN(value)) {
            return Double.isInfinite(value) ? infinity(value) : Double.toHexString(value);
        }
        return (bits < 0 ? "-" : "") + "nan:0x" + Long.toHexString(bits & 0xfffffffffffffL);
    }

    private static String infinity(double value) {
        return value < 0 ? "-inf" : "inf";
    }

    /// A value type, as it is written: `funcref` and `(ref null func)` are the same, not in bytes.
    static String value(Reader in) {
        int form = in.u8();
        return switch (form) {
            case 0x63 -> reference(true, heap(in));
            case 0x64 -> reference(false, heap(in));
            case Types.NOEXN -> "nullexnref";
            case Types.NOFUNC -> "nullfuncref";
            case Types.NOEXTERN -> "nullexternref";
            case Types.NONE -> "nullref";
            case Types.I8 -> "i8";
            case Types.I16 -> "i16";
            default -> {
                if (form >= Types.V128 && form <= Types.I32) {
                    yield Types.text(form);
                }
                if (!Types.isAbstractHeap(form)) {
                    throw in.malformed("malformed type " + Integer.toHexString(form));
                }
                yield Types.heapName(form) + "ref";
            }
        };
    }

    private static String reference(boolean nullable, String heap) {
        return "(ref " + (nullable ? "null " : "") + heap + ")";
    }

    private static String heap(Reader in) {
        long code = in.s33();
        return code < 0 ? Types.heapName((int) code & 0x7f) : String.valueOf(code);
    }
}
