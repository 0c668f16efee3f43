package dev.weir.wasm;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/// The table of instructions, `opcodes.txt`, by number and by name.
final class Opcodes {
    /// What stands for the address type of the memory in a stack effect.
    static final int ADDRESS = 1;

    /// Where the numbers begin of the instructions that are behind each prefix from `fb` on.
    private static final int[] BASES = {0x100, 0x120, 0x140, 0x260};

    private static final Opcodes TABLE = load();

    private final String[] names = new String[Op.LIMIT];
    private final String[] immediates = new String[Op.LIMIT];
    private final int[][] before = new int[Op.LIMIT][];
    private final int[][] after = new int[Op.LIMIT][];
    private final int[] align = new int[Op.LIMIT];
    private final Map<String, Integer> numbers = new HashMap<>();

    private Opcodes() {}

    /// Reads the number of an instruction; one that does not exist where there is none.
    static int read(Reader in) {
        int op = in.u8();
        if (op < 0xfb || op > 0xfe) {
            return op < 0xe0 ? op : -1;
        }
        int sub = in.u32();
        int base = BASES[op - 0xfb];
        int most = (op == 0xfe ? Op.LIMIT : BASES[op - 0xfb + 1]) - base;
        return sub < 0 || sub >= most ? -1 : base + sub;
    }

    /// Writes the prefix of an instruction that has one, and its number behind that.
    static void write(int op, Buffer out) {
        int prefix = 0;
        while (prefix + 1 < BASES.length && op >= BASES[prefix + 1]) {
            prefix++;
        }
        out.u8(0xfb + prefix).unsigned(op - BASES[prefix]);
    }

    static boolean isVector(int op) {
        return op >= BASES[2] && op < BASES[3];
    }

    static boolean exists(int op) {
        return op >= 0 && op < Op.LIMIT && TABLE.names[op] != null;
    }

    static String name(int op) {
        return TABLE.names[op];
    }

    /// The number of a name; -1 where there is none.
    static int number(String name) {
        return TABLE.numbers.getOrDefault(name, -1);
    }

    static String immediates(int op) {
        return TABLE.immediates[op];
    }

    /// Whether the stack effect is the same each time, and so in the table.
    static boolean isPlain(int op) {
        return TABLE.before[op] != null;
    }

    static int[] before(int op) {
        return TABLE.before[op];
    }

    static int[] after(int op) {
        return TABLE.after[op];
    }

    static int align(int op) {
        return TABLE.align[op];
    }

    private static Opcodes load() {
        var table = new Opcodes();
        try (var in = Opcodes.class.getResourceAsStream("opcodes.txt");
                var lines =
                        new BufferedReader(
                                new InputStreamReader(
                                        java.util.Objects.requireNonNull(in),
                                        StandardCharsets.US_ASCII))) {
            lines.lines().filter(line -> !line.startsWith("#")).forEach(table::row);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return table;
    }

    private void row(String line) {
        var fields = line.split(" ");
        int op = Integer.parseInt(fields[0], 16);
        names[op] = fields[1];
        numbers.put(fields[1], op);
        immediates[op] = fields[2];
        align[op] = Integer.parseInt(fields[4]);
        int arrow = fields[3].indexOf('>');
        if (arrow >= 0) {
            before[op] = types(fields[3].substring(0, arrow));
            after[op] = types(fields[3].substring(arrow + 1));
        }
    }

    private static int[] types(String letters) {
        return letters.chars()
                .map(letter ->
                        switch (letter) {
                            case 'i' -> Types.I32;
                            case 'l' -> Types.I64;
                            case 'f' -> Types.F32;
                            case 'd' -> Types.F64;
                            case 'v' -> Types.V128;
                            default -> ADDRESS;
                        })
                .toArray();
    }
}
