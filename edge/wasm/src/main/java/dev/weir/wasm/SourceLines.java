package dev.weir.wasm;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// From which lines of their source the functions of a module are, as its debug sections say.
/// Nothing is read before a trap asks. Thread-safe.
final class SourceLines {
    static final String SECTION = ".debug_line";

    private final Module module;
    private final byte[] binary;

    /// Where the contents of the code section begin, and where each body begins and ends.
    private final int start;

    private final int[] bodies;
    private @Nullable LineTable table;

    /// Where the instructions of a function are: in its code and in the binary, by turns.
    private final Map<Integer, int[]> places = new HashMap<>();

    SourceLines(Module module, byte[] binary, int start, int[] bodies) {
        this.module = module;
        this.binary = binary;
        this.start = start;
        this.bodies = bodies;
    }

    /// The line of an instruction: `file.c:12`; null where it is not known.
    ///
    /// @param pc where it is in the function's code, or anywhere in it
    synchronized @Nullable String at(int function, int pc) {
        int number = function - module.importedFunctions;
        if (pc < 0 || number < 0) {
            return null;
        }
        var found = places.computeIfAbsent(function, unused -> places(function, number));
        int last = 0;
        while (last + 2 < found.length && found[last + 2] <= pc) {
            last += 2;
        }
        return table().at(found[last + 1] - start);
    }

    private int[] places(int function, int number) {
        var body = new Reader(binary, bodies[2 * number], bodies[2 * number + 1]);
        return Validator.places(module, new TypeDecoder(module), body, function);
    }

    private LineTable table() {
        var known = table;
        if (known == null) {
            known =
                    new LineTable(
                            section(SECTION), section(".debug_str"), section(".debug_line_str"));
            table = known;
        }
        return known;
    }

    private byte[] section(String name) {
        var found = module.customs.get(name);
        return found == null ? new byte[0] : found.getFirst();
    }
}
