package dev.weir.wasm;

import org.jspecify.annotations.Nullable;

/// A value that compiled code has on its stack, as the expression that gives it.
///
/// Expressions are written when they are used, in the order of the guest; until then the compiler
/// can put something below them, which is what an access of the memory needs.
final class Operand {
    /// A local of the JVM, by the slot that it stands for.
    static final int VAR = -1;

    /// On the JVM's stack already.
    static final int STACK = -2;

    /// In a local of the JVM that stands for no slot; `at` is its number.
    static final int TEMPORARY = -3;

    private static final Operand[] NONE = {};

    final int op;
    final Kind kind;

    /// The instruction's place, for its immediates; the slot of `VAR`.
    final int at;

    final Operand[] arguments;

    /// How deep the expression is.
    final int depth;

    /// Whether its first part is on the JVM's stack.
    final boolean onStack;

    /// Whether it may replace memories.
    final boolean calls;

    /// What lanes it has where it is on the stack already; null when that is no vector of the
    /// Vector API.
    @Nullable Lanes lanes;

    /// Where the operand is in the frame.
    int slot;

    Operand(int op, Kind kind, int at, boolean calls, Operand... arguments) {
        this.op = op;
        this.kind = kind;
        this.at = at;
        this.arguments = arguments;
        int deepest = 0;
        boolean any = calls;
        for (var argument : arguments) {
            deepest = Math.max(deepest, argument.depth);
            any |= argument.calls;
        }
        this.depth = deepest + 1;
        this.calls = any;
        this.onStack = op == STACK || arguments.length > 0 && arguments[0].onStack;
    }

    static Operand var(Kind kind, int slot) {
        var node = new Operand(VAR, kind, slot, false, NONE);
        node.slot = slot;
        return node;
    }

    static Operand temporary(Kind kind, int local, @Nullable Lanes lanes) {
        var node = new Operand(TEMPORARY, kind, local, false, NONE);
        node.lanes = lanes;
        return node;
    }

    static Operand onStack(Operand written, @Nullable Lanes lanes) {
        var node = new Operand(STACK, written.kind, 0, false, NONE);
        node.lanes = lanes;
        node.slot = written.slot;
        return node;
    }

    /// Whether it can be left out when nobody uses it.
    boolean isIdle() {
        return switch (op) {
            case VAR,
                    Op.LOCAL_GET,
                    Op.LOCAL_GET_REF,
                    Op.LOCAL_GET_V128,
                    Op.I32_CONST,
                    Op.I64_CONST,
                    Op.F32_CONST,
                    Op.F64_CONST,
                    Op.V128_CONST,
                    Op.REF_NULL,
                    Op.REF_FUNC ->
                    true;
            default -> false;
        };
    }
}
