package dev.weir.wasm;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Which line of which file the bytes of a module's code are from: the section `.debug_line` (DWARF
/// 4 and 5, §6.2). What is malformed in it is left out, with all behind it; what it takes is
/// bounded by the section's length.
final class LineTable {
    private static final int END_SEQUENCE = 1;
    private static final int SET_ADDRESS = 2;
    private static final int PATH = 1;

    /// The rows: what holds from an address on. Line 0 is none.
    private final IntList addresses = new IntList();

    private final IntList lines = new IntList();
    private final IntList files = new IntList();
    private final List<String> names = new ArrayList<>();

    /// The rows by address, as address and number in the two halves; at the same address the last
    /// one counts, and any before the end of other code.
    private final long[] order;

    private static final int NOT_END = 1 << 30;

    private final byte[] strings;
    private final byte[] lineStrings;

    /// @param strings the section `.debug_str`
    /// @param lineStrings the section `.debug_line_str`
    LineTable(byte[] lines, byte[] strings, byte[] lineStrings) {
        this.strings = strings;
        this.lineStrings = lineStrings;
        read(new Reader(lines, 0, lines.length));
        order = new long[addresses.size];
        for (int i = 0; i < order.length; i++) {
            int number = this.lines.values[i] < 0 ? i : i | NOT_END;
            order[i] = (long) addresses.values[i] << 32 | number;
        }
        Arrays.sort(order);
    }

    private void read(Reader in) {
        try {
            while (!in.atEnd()) {
                unit(in);
            }
        } catch (MalformedException e) {
            return;
        }
    }

    /// What is at an address: `file.c:12`; null where nothing is known.
    ///
    /// @param address bytes from the start of the code section's contents
    @Nullable String at(long address) {
        int at = Arrays.binarySearch(order, address << 32 | Integer.MAX_VALUE);
        int last = -at - 2;
        if (last < 0) {
            return null;
        }
        int row = (int) order[last] & (NOT_END - 1);
        return lines.values[row] <= 0
                ? null
                : names.get(files.values[row]) + ":" + lines.values[row];
    }

    private void unit(Reader all) {
        long length = all.fixed32() & 0xffffffffL;
        boolean wide = length == 0xffffffffL;
        var in = all.slice(clamped(all, wide ? all.fixed64() : length));
        int version = in.u8() | in.u8() << 8;
        if (version < 2 || version > 5) {
            return;
        }
        if (version == 5) {
            in.u8();
            in.u8();
        }
        int header = clamped(in, wide ? in.fixed64() : in.fixed32() & 0xffffffffL);
        int program = in.position + header;
        var part = new Header(in, version, wide);
        in.position = program;
        new Program(part).run(in);
    }

    private static int clamped(Reader in, long length) {
        if (length < 0 || length > in.end - in.position) {
            throw in.malformed("more than there is");
        }
        return (int) length;
    }

    /// What a unit's program needs to know.
    private final class Header {
        final int step;
        final int lineBase;
        final int lineRange;
        final int[] operands;
        final int firstFile;

        /// Where the unit's files begin in the names of all.
        final int base = names.size();

        Header(Reader in, int version, boolean wide) {
            step = in.u8();
            if (version >= 4) {
                in.u8();
            }
            in.u8();
            lineBase = (byte) in.u8();
            lineRange = Math.max(1, in.u8());
            operands = new int[Math.max(1, in.u8())];
            for (int i = 1; i < operands.length; i++) {
                operands[i] = in.u8();
            }
            firstFile = version >= 5 ? 0 : 1;
            if (version >= 5) {
                entries(in, wide, new ArrayList<>());
                entries(in, wide, names);
            } else {
                while (!string(in).isEmpty()) {
                    // Folders; a name says enough without.
                }
                for (var name = string(in); !name.isEmpty(); name = string(in)) {
                    names.add(name(name));
                    for (int i = 0; i < 3; i++) {
                        in.u64();
                    }
                }
            }
        }

        /// A table of folders or files, whose columns it describes itself.
        private void entries(Reader in, boolean wide, List<String> paths) {
            var columns = new int[2 * in.u8()];
            for (int i = 0; i < columns.length; i++) {
                columns[i] = in.u32();
            }
            int count = in.u32();
            if (count < 0 || count > in.end - in.position || columns.length == 0 && count > 0) {
                throw in.malformed("more entries than bytes");
            }
            for (int i = 0; i < count; i++) {
                var path = "";
                for (int column = 0; column < columns.length; column += 2) {
                    var value = value(in, columns[column + 1], wide);
                    path = columns[column] == PATH ? value : path;
                }
                paths.add(name(path));
            }
        }

        /// A file's place in the names of all; -1 where it has none.
        int file(long number) {
            long at = number - firstFile;
            return at < 0 || at >= names.size() - base ? -1 : base + (int) at;
        }
    }

    /// A value of one of the forms that line tables have (§7.5.6); the empty string for those that
    /// are none.
    private String value(Reader in, int form, boolean wide) {
        switch (form) {
            case 0x08 -> {
                return string(in);
            }
            case 0x0e, 0x1f -> {
                long at = wide ? in.fixed64() : in.fixed32() & 0xffffffffL;
                var from = form == 0x0e ? strings : lineStrings;
                return at < 0 || at >= from.length
                        ? ""
                        : string(new Reader(from, (int) at, from.length));
            }
            case 0x0b -> in.u8();
            case 0x05 -> in.take(2);
            case 0x06 -> in.take(4);
            case 0x07 -> in.take(8);
            case 0x0f -> in.u64();
            case 0x1e -> in.take(16);
            case 0x09 -> in.take(clamped(in, in.u64()));
            default -> throw in.malformed("unknown form " + form);
        }
        return "";
    }

    private static String string(Reader in) {
        int start = in.position;
        while (in.u8() != 0) {
            // To its end.
        }
        return new String(in.bytes, start, in.position - 1 - start, StandardCharsets.UTF_8);
    }

    private static String name(String path) {
        return path.substring(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
    }

    /// The machine that a unit's line numbers are a program for.
    private final class Program {
        private final Header header;
        private long address;
        private long file;
        private long line;

        /// Whether the linker left the code of this sequence out.
        private boolean gone;

        Program(Header header) {
            this.header = header;
            reset();
        }

        private void reset() {
            address = 0;
            file = 1;
            line = 1;
            gone = false;
        }

        void run(Reader in) {
            while (!in.atEnd()) {
                int op = in.u8();
                if (op >= header.operands.length) {
                    int special = op - header.operands.length;
                    advance(special / header.lineRange);
                    line += header.lineBase + special % header.lineRange;
                    row();
                } else {
                    standard(op, in);
                }
            }
        }

        private void standard(int op, Reader in) {
            switch (op) {
                case 0 -> extended(in);
                case 1 -> row();
                case 2 -> advance(in.u64());
                case 3 -> line += in.s64();
                case 4 -> file = in.u64();
                case 8 -> advance((255 - header.operands.length) / header.lineRange);
                case 9 -> address += in.u8() | in.u8() << 8;
                default -> {
                    for (int i = 0; i < header.operands[op]; i++) {
                        in.u64();
                    }
                }
            }
        }

        private void extended(Reader in) {
            var part = in.slice(clamped(in, in.u64()));
            switch (part.atEnd() ? 0 : part.u8()) {
                case END_SEQUENCE -> {
                    row(-1, 0);
                    reset();
                }
                case SET_ADDRESS -> {
                    address = part.end - part.position == 8 ? part.fixed64() : part.fixed32();
                    gone = address <= 0;
                }
                default -> {}
            }
        }

        private void advance(long steps) {
            address += steps * header.step;
        }

        private void row() {
            int name = header.file(file);
            boolean known = line > 0 && line <= Integer.MAX_VALUE && name >= 0;
            row(known ? (int) line : 0, known ? name : 0);
        }

        private void row(int line, int file) {
            if (!gone && address >= 0 && address <= Integer.MAX_VALUE) {
                addresses.add((int) address);
                lines.add(line);
                files.add(file);
            }
        }
    }
}
