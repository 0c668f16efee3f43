package dev.weir.wasm;

import static java.lang.constant.ConstantDescs.CD_Object;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;
import static java.lang.constant.ConstantDescs.CD_void;

import java.lang.classfile.CodeBuilder;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.MethodType;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/// How a function is cut into parts, each a method: because HotSpot does not compile a method of
/// 8,000 bytes and the JVM has none of 64 KiB, or because a loop that runs in the interpreter is to
/// go on in compiled code.
///
/// A part has the frame in two arrays with the interpreter's slots. It takes from them what it
/// uses, starts at the instruction that it is told, and gives back the instruction to go on at, in
/// another part; -1 when the function returned, with the results in the arrays.
final class Plan {
    /// Where a part has its parameters: numbers, references, where to start, the instance, how many
    /// calls deeper it may go.
    static final int ENTRY = 2;

    static final int INSTANCE = 3;

    static final MethodTypeDesc DESC =
            MethodTypeDesc.of(
                    CD_int,
                    CD_long.arrayType(),
                    CD_Object.arrayType(),
                    CD_int,
                    Signature.INSTANCE,
                    CD_int);

    static final MethodType TYPE =
            MethodType.methodType(
                    int.class, long[].class, Object[].class, int.class, Instance.class, int.class);

    private final Code code;
    private final int[] cuts;
    private final boolean everyLoop;
    final Map<Integer, Kind[]> states;
    private final Map<Integer, int[]> sources;
    private final Liveness liveness;

    /// What the lanes of locals that are vectors are taken for.
    final Map<Integer, Lanes> lanes;

    /// @param limit about how many bytes a part may have
    /// @param everyLoop whether parts can be entered at all loops
    Plan(Compiler unit, Code code, int limit, boolean everyLoop) {
        this.code = code;
        this.cuts = cuts(code, limit);
        this.everyLoop = everyLoop;
        var places = new TreeSet<Integer>();
        for (int cut : cuts) {
            places.add(cut);
        }
        var survey = Translator.survey(unit, code, places);
        states = survey.states();
        sources = survey.sources();
        lanes = survey.lanes();
        liveness = new Liveness(code, states.keySet());
    }

    int parts() {
        return cuts.length - 1;
    }

    int start(int part) {
        return cuts[part];
    }

    int end(int part) {
        return cuts[part + 1];
    }

    String name(int part) {
        return Compiler.partName(code, start(part));
    }

    /// The part that an instruction is in.
    int part(int place) {
        int at = java.util.Arrays.binarySearch(cuts, place);
        return at >= 0 ? at : -at - 2;
    }

    /// Where a part is entered: from the part before, by branches from others, at loops.
    List<Integer> entries(int from, int to) {
        var found = new TreeSet<Integer>();
        for (int place : states.keySet()) {
            var range = sources.get(place);
            boolean outside = range != null && (range[0] < from || range[1] >= to);
            boolean loop = everyLoop && code.ops()[place] == Op.CHARGE;
            if (place >= from && place < to && (place == from || outside || loop)) {
                found.add(place);
            }
        }
        return List.copyOf(found);
    }

    /// The slots of the locals that matter at some of these places.
    BitSet live(Iterable<Integer> places) {
        var live = new BitSet();
        for (int place : places) {
            live.or(liveness.at(place));
        }
        return live;
    }

    /// Cuts before loops where that keeps them whole, and where a part is long enough.
    private static int[] cuts(Code code, int limit) {
        // Of a function that needs parts anyway, short ones are compiled sooner, and anew sooner
        // when they turn out to do what they had not done before.
        int enough = limit * 2 / 5;
        int[] ops = code.ops();
        var weights = new int[ops.length + 1];
        var loopEnds = new int[ops.length + 1];
        int sum = 0;
        for (int pc = 0; pc < ops.length; pc = Translator.next(code, pc)) {
            int next = Translator.next(code, pc);
            for (int i = pc; i < next; i++) {
                weights[i] = sum;
            }
            sum += weight(code, pc);
            backward(code, pc, loopEnds, next);
        }
        weights[ops.length] = sum;
        var cuts = new ArrayList<Integer>();
        cuts.add(0);
        int start = 0;
        for (int pc = 0; pc < ops.length; pc = Translator.next(code, pc)) {
            int next = Translator.next(code, pc);
            int loop = loopEnds[pc] == 0 ? next : loopEnds[pc];
            boolean whole = weights[loop] - weights[pc] <= limit;
            int end = whole ? loop : next;
            if (pc > start && weights[end] - weights[start] > enough) {
                cuts.add(pc);
                start = pc;
            }
        }
        cuts.add(ops.length);
        return cuts.stream().mapToInt(Integer::intValue).toArray();
    }

    /// Notes the end of a loop that the instruction goes back to.
    private static void backward(Code code, int pc, int[] loopEnds, int next) {
        int[] ops = code.ops();
        switch (ops[pc]) {
            case Op.JUMP,
                    Op.JUMP_UNLESS,
                    Op.BR,
                    Op.BR_IF,
                    Op.BR_ON_NULL,
                    Op.BR_ON_NON_NULL,
                    Op.BR_ON_CAST,
                    Op.BR_ON_CAST_FAIL ->
                    backward(ops[pc + 1], pc, loopEnds, next);
            case Op.BR_TABLE -> {
                for (int i = 0; i <= ops[pc + 1]; i++) {
                    backward(ops[pc + 2 + 3 * i], pc, loopEnds, next);
                }
            }
            default -> {}
        }
    }

    private static void backward(int target, int pc, int[] loopEnds, int next) {
        if (target <= pc) {
            loopEnds[target] = Math.max(loopEnds[target], next);
        }
    }

    /// About how many bytes of bytecode a function is.
    static int weight(Code code) {
        int sum = 0;
        for (int pc = 0; pc < code.ops().length; pc = Translator.next(code, pc)) {
            sum += weight(code, pc);
        }
        return sum;
    }

    private static int weight(Code code, int pc) {
        int op = code.ops()[pc];
        return switch (op) {
            case Op.CALL -> 36;
            case Op.CALL_INDIRECT, Op.CALL_REF -> 48;
            case Op.CHARGE -> 72;
            case Op.BR_TABLE -> 12 + 8 * code.ops()[pc + 1];
            case Op.I64_CONST, Op.F64_CONST, Op.I32_CONST, Op.F32_CONST -> 3;
            case Op.BR, Op.BR_IF, Op.BR_ON_CAST, Op.BR_ON_CAST_FAIL -> 8;
            case Op.GLOBAL_GET, Op.GLOBAL_SET -> 8;
            case Op.ARRAY_NEW_FIXED -> 30 + 12 * code.ops()[pc + 2];
            case Op.STRUCT_NEW -> 60;
            case Op.STRUCT_GET, Op.STRUCT_GET_S, Op.STRUCT_GET_U, Op.STRUCT_SET -> 18;
            default ->
                    op >= Op.I32_LOAD && op <= Op.I64_STORE32
                            ? 18
                            : VectorRule.of(op) != null
                                    ? 14
                                    : op >= 0x100 || op == Op.TABLE_GET || op == Op.TABLE_SET
                                            ? 45
                                            : 3;
        };
    }

    // --- the arrays ---

    private static final MethodTypeDesc HOLD_REFERENCE =
            MethodTypeDesc.of(CD_void, CD_Object, CD_Object.arrayType(), CD_int);

    private static final ClassDesc NUMBERS = CD_long.arrayType();

    static void load(CodeBuilder out, Kind kind, int slot) {
        if (kind == Kind.REFERENCE) {
            out.aload(1).loadConstant(slot).aaload();
        } else {
            out.aload(0).loadConstant(slot).laload();
            Emitter.fromBits(out, kind);
        }
    }

    /// Puts what is on the stack into its slot.
    static void store(CodeBuilder out, Kind kind, int slot) {
        if (kind == Kind.REFERENCE) {
            out.aload(1).loadConstant(slot).invokestatic(Compiler.COMPILED, "hold", HOLD_REFERENCE);
        } else {
            Emitter.toBits(out, kind);
            out.aload(0)
                    .loadConstant(slot)
                    .invokestatic(
                            Compiler.COMPILED,
                            "hold",
                            MethodTypeDesc.of(CD_void, CD_long, NUMBERS, CD_int));
        }
    }
}
