package dev.weir.wasm;

import java.util.List;

/// The body of a function, validated and decoded: what the interpreter runs.
///
/// `ops` is a row of instructions, each a number of `Op` with its immediates as ints. Branches have
/// their target, how many slots they carry, and where in the frame these go. A frame is locals,
/// then operands; numbers live in a slot of `long[]` (i32 with its sign extended, floats as bits,
/// v128 in two), references in the same slot of an `Object[]`. Dead code is left out.
///
/// @param index the function's index in its module; -1 for a constant expression
/// @param locals the types of parameters and locals
/// @param localSlots parameters and locals
/// @param frameSlots the most that locals and operands need
/// @param references the slots of declared locals that hold references, to be set to null
/// @param calls whether it calls others, which it may only where one more fits; tail calls do not
///   count
/// @param handlers of `try_table`, the inner before the outer
record Code(
        int index,
        DefType type,
        int[] ops,
        int[] locals,
        int localSlots,
        int frameSlots,
        int[] references,
        boolean calls,
        List<Handler> handlers) {
    static final int CATCH = 0;
    static final int CATCH_REF = 1;
    static final int CATCH_ALL = 2;
    static final int CATCH_ALL_REF = 3;

    /// What is caught between two places: `clauses` points at rows of kind, tag, target, height.
    record Handler(int start, int end, int clauses, int count) {}
}
