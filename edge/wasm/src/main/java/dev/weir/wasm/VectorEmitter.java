package dev.weir.wasm;

import static java.lang.constant.ConstantDescs.CD_boolean;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;
import static java.lang.constant.ConstantDescs.CD_void;

import java.lang.classfile.CodeBuilder;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Writes vector instructions as calls of the Vector API, which HotSpot turns into single
/// instructions of the machine.
///
/// In a method a vector is one object, of the class that its lanes say; C2 keeps it in a register.
/// Each local has the lanes that most of its uses ask for, because every reinterpretation costs
/// some of what C2 is ready to inline. Between methods a vector is two longs.
final class VectorEmitter {
    private static final String PACKAGE = "jdk.incubator.vector.";
    private static final ClassDesc VECTOR = ClassDesc.of(PACKAGE + "Vector");
    private static final ClassDesc SPECIES = ClassDesc.of(PACKAGE + "VectorSpecies");
    private static final ClassDesc MASK = ClassDesc.of(PACKAGE + "VectorMask");
    private static final ClassDesc SHUFFLE = ClassDesc.of(PACKAGE + "VectorShuffle");
    private static final ClassDesc OPERATORS = ClassDesc.of(PACKAGE + "VectorOperators");
    private static final ClassDesc UNARY = ClassDesc.of(PACKAGE + "VectorOperators$Unary");
    private static final ClassDesc BINARY = ClassDesc.of(PACKAGE + "VectorOperators$Binary");
    private static final ClassDesc TERNARY = ClassDesc.of(PACKAGE + "VectorOperators$Ternary");
    private static final ClassDesc ASSOCIATIVE =
            ClassDesc.of(PACKAGE + "VectorOperators$Associative");
    private static final ClassDesc COMPARISON =
            ClassDesc.of(PACKAGE + "VectorOperators$Comparison");
    private static final ClassDesc CONVERSION =
            ClassDesc.of(PACKAGE + "VectorOperators$Conversion");

    private final Emitter emitter;
    private final CodeBuilder out;
    private final int[] ops;
    private final int localSlots;

    /// What the locals of the guest have been used for, by slot; decides for the next time the
    /// function is written.
    private final Map<Integer, int[]> votes = new HashMap<>();

    private final Map<Integer, Lanes> locals;

    VectorEmitter(Emitter emitter, int localSlots, Map<Integer, Lanes> locals) {
        this.emitter = emitter;
        this.out = emitter.out;
        this.ops = emitter.ops;
        this.localSlots = localSlots;
        this.locals = locals;
    }

    /// The lanes that locals are mostly used with.
    Map<Integer, Lanes> favourites() {
        var found = new HashMap<Integer, Lanes>();
        votes.forEach((slot, counts) -> {
            int best = Lanes.INT.ordinal();
            for (int i = 0; i < counts.length; i++) {
                best = counts[i] > counts[best] ? i : best;
            }
            found.put(slot, Lanes.values()[best]);
        });
        return found;
    }

    private void vote(int slot, Lanes lanes) {
        if (slot < localSlots) {
            votes.computeIfAbsent(slot, unused -> new int[Lanes.values().length])[
                    lanes.ordinal()]++;
        }
    }

    /// Votes for a local that is used with lanes.
    private void want(Operand node, Lanes lanes) {
        switch (node.op) {
            case Op.LOCAL_GET_V128 -> vote(ops[node.at + 1], lanes);
            case Op.LOCAL_TEE_V128 -> {
                vote(ops[node.at + 1], lanes);
                want(node.arguments[0], lanes);
            }
            case Op.V128_AND,
                    Op.V128_ANDNOT,
                    Op.V128_OR,
                    Op.V128_XOR,
                    Op.V128_NOT,
                    Op.V128_BITSELECT -> {
                for (var argument : node.arguments) {
                    want(argument, lanes.integral());
                }
            }
            default -> {}
        }
    }

    /// Votes for a local by what is stored to it.
    void stored(int slot, Operand node) {
        var lanes = definite(node);
        if (lanes != null) {
            vote(slot, lanes);
        }
    }

    private @Nullable Lanes definite(Operand node) {
        var rule = VectorRule.of(node.op);
        if (rule == null) {
            return null;
        }
        return switch (rule.how()) {
            case LOAD, CONSTANT -> null;
            case BITS, NOT, BIT_SELECT -> {
                for (var argument : node.arguments) {
                    var lanes = definite(argument);
                    if (lanes != null) {
                        yield lanes.integral();
                    }
                }
                yield null;
            }
            default -> rule.out();
        };
    }

    /// The lanes of a guest's local, or of an operand's place.
    Lanes ofSlot(int slot) {
        return slot < localSlots ? locals.getOrDefault(slot, Lanes.INT) : Lanes.INT;
    }

    /// The lanes that an operand has when it is written.
    Lanes of(Operand node) {
        switch (node.op) {
            case Operand.STACK, Operand.TEMPORARY -> {
                return java.util.Objects.requireNonNull(node.lanes);
            }
            case Operand.VAR -> {
                return ofSlot(node.at);
            }
            case Op.LOCAL_GET_V128 -> {
                return ofSlot(ops[node.at + 1]);
            }
            case Op.LOCAL_TEE_V128 -> {
                return of(node.arguments[0]);
            }
            case Op.SELECT_V128 -> {
                return ofFirst(node);
            }
            default -> {}
        }
        var rule = VectorRule.of(node.op);
        if (rule == null) {
            return Lanes.LONG;
        }
        return switch (rule.how()) {
            case BITS, NOT, BIT_SELECT -> ofFirst(node).integral();
            case SHUFFLE -> isOfWords(node) ? Lanes.INT : Lanes.BYTE;
            default -> rule.out();
        };
    }

    /// The lanes of the first operand that is not a constant.
    private Lanes ofFirst(Operand node) {
        for (var argument : node.arguments) {
            if (argument.kind == Kind.VECTOR && argument.op != Op.V128_CONST) {
                return of(argument);
            }
        }
        return Lanes.INT;
    }

    void emitAs(Operand node, Lanes lanes) {
        want(node, lanes);
        if (node.op == Op.V128_CONST) {
            constant(lanes, wide(node.at + 1), wide(node.at + 3));
            return;
        }
        emitter.emit(node);
        cast(of(node), lanes);
    }

    private long wide(int at) {
        return ops[at] & 0xffffffffL | (long) ops[at + 1] << 32;
    }

    void cast(Lanes from, Lanes to) {
        if (from != to) {
            out.invokevirtual(VECTOR, to.reinterpret, MethodTypeDesc.of(to.desc));
        }
    }

    void zero(Lanes lanes) {
        species(lanes);
        out.invokestatic(lanes.desc, "zero", MethodTypeDesc.of(lanes.desc, SPECIES));
    }

    private void species(Lanes lanes) {
        out.getstatic(lanes.desc, "SPECIES_128", SPECIES);
    }

    private void constant(Lanes lanes, long low, long high) {
        if ((low | high) == 0) {
            zero(lanes);
            return;
        }
        var field = emitter.unit.constants.vector(lanes, low, high);
        if (field != null) {
            out.getstatic(Compiler.SELF, field, lanes.desc);
        } else {
            out.loadConstant(low).loadConstant(high);
            fromLongs(out, lanes);
        }
    }

    /// Makes the two longs on the stack a vector.
    static void fromLongs(CodeBuilder out, Lanes lanes) {
        int high = out.allocateLocal(Kind.LONG.jvm);
        int low = out.allocateLocal(Kind.LONG.jvm);
        out.lstore(high)
                .lstore(low)
                .getstatic(Lanes.LONG.desc, "SPECIES_128", SPECIES)
                .lload(low)
                .invokestatic(
                        Lanes.LONG.desc,
                        "broadcast",
                        MethodTypeDesc.of(Lanes.LONG.desc, SPECIES, CD_long))
                .iconst_1()
                .lload(high)
                .invokevirtual(
                        Lanes.LONG.desc,
                        "withLane",
                        MethodTypeDesc.of(Lanes.LONG.desc, CD_int, CD_long));
        if (lanes != Lanes.LONG) {
            out.invokevirtual(VECTOR, lanes.reinterpret, MethodTypeDesc.of(lanes.desc));
        }
    }

    void fromLongs(Lanes lanes) {
        fromLongs(out, lanes);
    }

    /// Makes the vector on the stack two longs.
    void toLongs(Lanes from) {
        cast(from, Lanes.LONG);
        int vector = out.allocateLocal(Kind.REFERENCE.jvm);
        out.astore(vector).aload(vector).iconst_0();
        lane(Lanes.LONG);
        out.aload(vector).iconst_1();
        lane(Lanes.LONG);
    }

    private void lane(Lanes lanes) {
        out.invokevirtual(lanes.desc, "lane", MethodTypeDesc.of(lanes.elementDesc, CD_int));
    }

    private void withLane(Lanes lanes) {
        out.invokevirtual(
                lanes.desc, "withLane", MethodTypeDesc.of(lanes.desc, CD_int, lanes.elementDesc));
    }

    // --- operands ---

    /// The operands with those on the stack in temporary locals, if other things must be written
    /// between or below them.
    private Operand[] settle(Operand[] arguments, boolean below) {
        int first = below ? 0 : 1;
        boolean must = false;
        for (int i = first; i < arguments.length; i++) {
            must |= arguments[i].onStack;
        }
        return must ? hold(arguments) : arguments;
    }

    private Operand[] hold(Operand... arguments) {
        var held = new Operand[arguments.length];
        for (var argument : arguments) {
            emitter.emit(argument);
        }
        for (int i = held.length - 1; i >= 0; i--) {
            var kind = arguments[i].kind;
            boolean vector = kind == Kind.VECTOR;
            var jvm = vector ? Kind.REFERENCE.jvm : kind.jvm;
            int local = out.allocateLocal(jvm);
            out.storeLocal(jvm, local);
            held[i] = Operand.temporary(kind, local, vector ? of(arguments[i]) : null);
        }
        return held;
    }

    private void operator(String name, ClassDesc kind) {
        out.getstatic(OPERATORS, name, kind);
    }

    private void binaryOperator(String name) {
        operator(
                name,
                switch (name) {
                    case "ADD", "MUL", "MIN", "MAX", "UMIN", "UMAX", "AND", "OR", "XOR" ->
                            ASSOCIATIVE;
                    default -> BINARY;
                });
    }

    private void binary(Lanes lanes) {
        out.invokevirtual(lanes.desc, "lanewise", MethodTypeDesc.of(lanes.desc, BINARY, VECTOR));
    }

    private void unary(Lanes lanes, String name) {
        operator(name, UNARY);
        out.invokevirtual(lanes.desc, "lanewise", MethodTypeDesc.of(lanes.desc, UNARY));
    }

    private void number(Lanes lanes, long value) {
        if (lanes == Lanes.LONG) {
            out.loadConstant(value);
        } else {
            out.loadConstant((int) value);
        }
    }

    /// `lanewise` of the vector on the stack and a number.
    private void withNumber(Lanes lanes, String name, long value) {
        binaryOperator(name);
        number(lanes, value);
        out.invokevirtual(
                lanes.desc, "lanewise", MethodTypeDesc.of(lanes.desc, BINARY, lanes.elementDesc));
    }

    // --- instructions ---

    /// Writes an instruction; says whether it could.
    boolean write(Operand node) {
        var rule = VectorRule.of(node.op);
        if (rule == null) {
            return false;
        }
        var in = rule.in();
        var nodes = node.arguments;
        switch (rule.how()) {
            case LOAD -> {
                emitter.access(nodes[0], node.at, () -> species(Lanes.BYTE));
                out.invokestatic(
                        Lanes.BYTE.desc,
                        "fromArray",
                        MethodTypeDesc.of(Lanes.BYTE.desc, SPECIES, Emitter.BYTES, CD_int));
            }
            case LOAD_SPLAT -> splat(in, scalar(node, nodes[0], in));
            case LOAD_ZERO -> lowest(in, scalar(node, nodes[0], in));
            case LOAD_EXTEND -> {
                lowest(Lanes.LONG, scalar(node, nodes[0], Lanes.LONG));
                cast(Lanes.LONG, in);
                convert(rule.operator(), rule.out(), 0);
            }
            case LOAD_LANE -> loadLane(node, in);
            case CONSTANT -> constant(Lanes.INT, wide(node.at + 1), wide(node.at + 3));
            case SHUFFLE -> shuffle(node);
            case SWIZZLE -> swizzle(nodes);
            case SPLAT -> splat(in, nodes[0]);
            case EXTRACT -> {
                emitAs(nodes[0], in);
                out.loadConstant(ops[node.at + 1]);
                lane(in);
                if (!rule.operator().isEmpty()) {
                    out.loadConstant(in == Lanes.BYTE ? 255 : 65_535).iand();
                }
            }
            case REPLACE -> {
                var settled = settle(nodes, false);
                emitAs(settled[0], in);
                out.loadConstant(ops[node.at + 1]);
                element(in, settled[1]);
                withLane(in);
            }
            case COMPARE -> {
                compare(node, rule);
                toVector(in, rule.out());
            }
            case BITS -> bits(node, rule);
            case NOT -> {
                var lanes = of(node);
                emitAs(nodes[0], lanes);
                unary(lanes, "NOT");
            }
            case BIT_SELECT -> select(node);
            case ANY_TRUE -> anyTrue(nodes[0]);
            case ALL_TRUE -> allTrue(nodes[0], in);
            case BIT_MASK -> bitMask(nodes[0], in);
            case UNARY -> {
                emitAs(nodes[0], in);
                unary(in, rule.operator());
            }
            case BINARY -> binary(nodes, in, rule.operator());
            case SHIFT -> shift(nodes, in, rule.operator());
            case EXTREME -> {
                binary(nodes, in, rule.operator());
                // What is subtracted changes no number, and makes a NaN quiet.
                binaryOperator("SUB");
                zero(in);
                binary(in);
            }
            case PSEUDO -> pseudo(nodes, in, rule.operator());
            case MULTIPLY_ADD -> multiplyAdd(nodes, in, rule.operator());
            case EXTEND_LOW, EXTEND_HIGH -> {
                emitAs(nodes[0], in);
                convert(
                        rule.operator(),
                        rule.out(),
                        rule.how() == VectorRule.How.EXTEND_LOW ? 0 : 1);
            }
            case MULTIPLY_LOW, MULTIPLY_HIGH -> {
                int part = rule.how() == VectorRule.How.MULTIPLY_LOW ? 0 : 1;
                var settled = settle(nodes, false);
                emitAs(settled[0], in);
                convert(rule.operator(), rule.out(), part);
                binaryOperator("MUL");
                emitAs(settled[1], in);
                convert(rule.operator(), rule.out(), part);
                binary(rule.out());
            }
            case NARROW -> narrow(node, rule);
            case PAIRWISE -> pairwise(nodes, in, rule.operator());
            case DOT -> dot(nodes);
            case CONVERT -> {
                emitAs(nodes[0], in);
                convert(rule.operator(), rule.out(), 0);
            }
        }
        return true;
    }

    /// Stores the second operand where the first says.
    void store(int at, Operand[] arguments) {
        var nodes = settle(arguments, false);
        emitter.address(nodes[0], at);
        int index = out.allocateLocal(Kind.INT.jvm);
        out.istore(index);
        emitAs(nodes[1], Lanes.BYTE);
        emitter.array(ops[at + 1]);
        out.iload(index)
                .invokevirtual(
                        Lanes.BYTE.desc,
                        "intoArray",
                        MethodTypeDesc.of(CD_void, Emitter.BYTES, CD_int));
    }

    /// The load of one element that a vector is then made of.
    private static Operand scalar(Operand node, Operand address, Lanes lanes) {
        return switch (lanes) {
            case BYTE -> new Operand(Op.I32_LOAD8_S, Kind.INT, node.at, false, address);
            case SHORT -> new Operand(Op.I32_LOAD16_S, Kind.INT, node.at, false, address);
            case INT -> new Operand(Op.I32_LOAD, Kind.INT, node.at, false, address);
            default -> new Operand(Op.I64_LOAD, Kind.LONG, node.at, false, address);
        };
    }

    private void element(Lanes lanes, Operand value) {
        emitter.emit(value);
        if (lanes == Lanes.BYTE) {
            out.i2b();
        } else if (lanes == Lanes.SHORT) {
            out.i2s();
        }
    }

    private void splat(Lanes lanes, Operand value) {
        var settled = settle(new Operand[] {value}, true);
        species(lanes);
        element(lanes, settled[0]);
        out.invokestatic(
                lanes.desc, "broadcast", MethodTypeDesc.of(lanes.desc, SPECIES, lanes.elementDesc));
    }

    /// A vector that is zero but for its first lane.
    private void lowest(Lanes lanes, Operand value) {
        var settled = settle(new Operand[] {value}, true);
        zero(lanes);
        out.iconst_0();
        element(lanes, settled[0]);
        withLane(lanes);
    }

    private void loadLane(Operand node, Lanes lanes) {
        var held = hold(node.arguments);
        emitAs(held[1], lanes);
        out.loadConstant(ops[node.at + 4]);
        element(lanes, scalar(node, held[0], lanes));
        withLane(lanes);
    }

    private void convert(String conversion, Lanes to, int part) {
        operator(conversion, CONVERSION);
        species(to);
        out.loadConstant(part)
                .invokevirtual(
                        VECTOR,
                        "convertShape",
                        MethodTypeDesc.of(VECTOR, CONVERSION, SPECIES, CD_int))
                .checkcast(to.desc);
    }

    private void binary(Operand[] arguments, Lanes lanes, String operator) {
        var nodes = settle(arguments, false);
        emitAs(nodes[0], lanes);
        binaryOperator(operator);
        emitAs(nodes[1], lanes);
        binary(lanes);
    }

    private void bits(Operand node, VectorRule rule) {
        if (rotation(node)) {
            return;
        }
        binary(node.arguments, of(node), rule.operator());
    }

    /// `x << n | x >>> (width - n)` is one instruction.
    private boolean rotation(Operand node) {
        if (node.op != Op.V128_OR) {
            return false;
        }
        var left = node.arguments[0];
        var right = node.arguments[1];
        boolean words = left.op == Op.I32X4_SHL && right.op == Op.I32X4_SHR_U;
        if (!words && !(left.op == Op.I64X2_SHL && right.op == Op.I64X2_SHR_U)) {
            return false;
        }
        var lanes = words ? Lanes.INT : Lanes.LONG;
        var first = left.arguments[0];
        var second = right.arguments[0];
        boolean same =
                second.op == Op.LOCAL_GET_V128
                        && (first.op == Op.LOCAL_GET_V128 || first.op == Op.LOCAL_TEE_V128)
                        && ops[first.at + 1] == ops[second.at + 1];
        if (!same
                || left.arguments[1].op != Op.I32_CONST
                || right.arguments[1].op != Op.I32_CONST) {
            return false;
        }
        int by = ops[left.arguments[1].at + 1] & (lanes.width - 1);
        int back = ops[right.arguments[1].at + 1] & (lanes.width - 1);
        if (by + back != lanes.width) {
            return false;
        }
        emitAs(first, lanes);
        withNumber(lanes, "ROL", by);
        return true;
    }

    private void select(Operand node) {
        var lanes = of(node);
        var nodes = hold(node.arguments);
        emitAs(nodes[1], lanes);
        operator("BITWISE_BLEND", TERNARY);
        emitAs(nodes[0], lanes);
        emitAs(nodes[2], lanes);
        ternary(lanes);
    }

    private void ternary(Lanes lanes) {
        out.invokevirtual(
                lanes.desc, "lanewise", MethodTypeDesc.of(lanes.desc, TERNARY, VECTOR, VECTOR));
    }

    private void shift(Operand[] arguments, Lanes lanes, String operator) {
        var nodes = settle(arguments, false);
        emitAs(nodes[0], lanes);
        operator(operator, BINARY);
        var count = nodes[1];
        if (count.op == Op.I32_CONST) {
            number(lanes, ops[count.at + 1] & (lanes.width - 1));
        } else {
            emitter.emit(count);
            out.loadConstant(lanes.width - 1).iand();
            if (lanes == Lanes.LONG) {
                out.i2l();
            }
        }
        out.invokevirtual(
                lanes.desc, "lanewise", MethodTypeDesc.of(lanes.desc, BINARY, lanes.elementDesc));
    }

    private void multiplyAdd(Operand[] arguments, Lanes lanes, String sign) {
        var nodes = settle(arguments, false);
        emitAs(nodes[0], lanes);
        if (!sign.isEmpty()) {
            unary(lanes, sign);
        }
        operator("FMA", TERNARY);
        emitAs(nodes[1], lanes);
        emitAs(nodes[2], lanes);
        ternary(lanes);
    }

    private void pseudo(Operand[] arguments, Lanes lanes, String order) {
        var nodes = hold(arguments);
        emitAs(nodes[0], lanes);
        emitAs(nodes[1], lanes);
        emitAs(nodes[1], lanes);
        operator(order, COMPARISON);
        emitAs(nodes[0], lanes);
        compare(lanes);
        blend(lanes);
    }

    private void blend(Lanes lanes) {
        out.invokevirtual(lanes.desc, "blend", MethodTypeDesc.of(lanes.desc, VECTOR, MASK));
    }

    /// Writes what `select` chooses from.
    void alternatives(Operand node) {
        var nodes = settle(java.util.Arrays.copyOf(node.arguments, 2), false);
        emitAs(nodes[0], of(node));
        emitAs(nodes[1], of(node));
    }

    // --- comparisons ---

    private void compare(Lanes lanes) {
        out.invokevirtual(lanes.desc, "compare", MethodTypeDesc.of(MASK, COMPARISON, VECTOR));
    }

    private void compare(Operand node, VectorRule rule) {
        var nodes = settle(node.arguments, false);
        emitAs(nodes[0], rule.in());
        operator(rule.operator(), COMPARISON);
        emitAs(nodes[1], rule.in());
        compare(rule.in());
    }

    private void toVector(Lanes of, Lanes to) {
        if (of != to) {
            species(to);
            out.invokevirtual(MASK, "cast", MethodTypeDesc.of(MASK, SPECIES));
        }
        out.invokevirtual(MASK, "toVector", MethodTypeDesc.of(VECTOR)).checkcast(to.desc);
    }

    /// Writes a comparison as a mask, if it is one with lanes of such a width.
    private boolean mask(Operand node, int width) {
        var rule = VectorRule.of(node.op);
        if (rule == null
                || rule.how() != VectorRule.How.COMPARE
                || width != 0 && rule.in().width != width) {
            return false;
        }
        compare(node, rule);
        return true;
    }

    private void againstZero(Operand node, Lanes lanes, String how) {
        emitAs(node, lanes);
        operator(how, COMPARISON);
        zero(lanes);
        compare(lanes);
    }

    private void anyTrue(Operand node) {
        if (!mask(node, 0)) {
            againstZero(node, Lanes.LONG, "NE");
        }
        out.invokevirtual(MASK, "anyTrue", MethodTypeDesc.of(CD_boolean));
    }

    private void allTrue(Operand node, Lanes lanes) {
        if (!mask(node, lanes.width)) {
            againstZero(node, lanes, "NE");
        }
        out.invokevirtual(MASK, "allTrue", MethodTypeDesc.of(CD_boolean));
    }

    private void bitMask(Operand node, Lanes lanes) {
        if (!mask(node, lanes.width)) {
            againstZero(node, lanes, "LT");
        }
        out.invokevirtual(MASK, "toLong", MethodTypeDesc.of(CD_long)).l2i();
    }

    // --- lanes that move ---

    private int place(Operand node, int lane) {
        return ops[node.at + 1 + lane / 4] >>> (lane % 4 * 8) & 0xff;
    }

    /// Whether a shuffle moves whole lanes of 32 bits.
    private boolean isOfWords(Operand node) {
        for (int i = 0; i < 16; i++) {
            int first = place(node, i & ~3);
            if ((first & 3) != 0 || place(node, i) != first + (i & 3)) {
                return false;
            }
        }
        return true;
    }

    private void shuffle(Operand node) {
        boolean words = isOfWords(node);
        var lanes = words ? Lanes.INT : Lanes.BYTE;
        int count = words ? 4 : 16;
        var places = new int[count];
        boolean first = true;
        boolean second = true;
        for (int i = 0; i < count; i++) {
            places[i] = words ? place(node, 4 * i) / 4 : place(node, i);
            first &= places[i] < count;
            second &= places[i] >= count;
        }
        var a = node.arguments[0];
        var b = node.arguments[1];
        boolean same =
                a.op == Op.LOCAL_GET_V128
                        && b.op == Op.LOCAL_GET_V128
                        && ops[a.at + 1] == ops[b.at + 1];
        if (same || first && b.isIdle() || second && a.isIdle()) {
            var source = same || first ? a : b;
            for (int i = 0; i < count; i++) {
                places[i] &= count - 1;
            }
            emitAs(source, lanes);
            order(lanes, places);
            out.invokevirtual(lanes.desc, "rearrange", MethodTypeDesc.of(lanes.desc, SHUFFLE));
            return;
        }
        var nodes = settle(node.arguments, false);
        emitAs(nodes[0], lanes);
        order(lanes, places);
        emitAs(nodes[1], lanes);
        out.invokevirtual(lanes.desc, "rearrange", MethodTypeDesc.of(lanes.desc, SHUFFLE, VECTOR));
    }

    private void order(Lanes lanes, int[] places) {
        var field = emitter.unit.constants.shuffle(lanes, places);
        if (field != null) {
            out.getstatic(Compiler.SELF, field, SHUFFLE);
        } else {
            Constants.shuffle(out, lanes, places);
        }
    }

    private void swizzle(Operand[] arguments) {
        var nodes = hold(arguments);
        var lanes = Lanes.BYTE;
        emitAs(nodes[1], lanes);
        emitAs(nodes[0], lanes);
        out.invokevirtual(lanes.desc, "selectFrom", MethodTypeDesc.of(lanes.desc, VECTOR));
        zero(lanes);
        emitAs(nodes[1], lanes);
        operator("UGE", COMPARISON);
        constant(lanes, 0x1010101010101010L, 0x1010101010101010L);
        compare(lanes);
        blend(lanes);
    }

    private void narrow(Operand node, VectorRule rule) {
        boolean unsigned = node.op == Op.I8X16_NARROW_I16X8_U || node.op == Op.I16X8_NARROW_I32X4_U;
        var from = rule.in();
        var to = rule.out();
        long most = (1L << (unsigned ? to.width : to.width - 1)) - 1;
        long least = unsigned ? 0 : -most - 1;
        var nodes = settle(node.arguments, false);
        for (int i = 0; i < 2; i++) {
            if (i == 1) {
                binaryOperator("OR");
            }
            emitAs(nodes[i], from);
            withNumber(from, "MAX", least);
            withNumber(from, "MIN", most);
            convert(rule.operator(), to, -i);
        }
        binary(to);
    }

    /// Loads a vector's odd or even lanes, which are half as wide, widened.
    private void half(int vector, Lanes lanes, boolean odd, String shift) {
        out.aload(vector);
        if (!odd) {
            withNumber(lanes, "LSHL", lanes.width / 2);
        }
        withNumber(lanes, shift, lanes.width / 2);
    }

    private void pairwise(Operand[] nodes, Lanes lanes, String shift) {
        emitAs(nodes[0], lanes);
        int vector = out.allocateLocal(Kind.REFERENCE.jvm);
        out.astore(vector);
        half(vector, lanes, false, shift);
        binaryOperator("ADD");
        half(vector, lanes, true, shift);
        binary(lanes);
    }

    private void dot(Operand[] arguments) {
        var lanes = Lanes.INT;
        var nodes = settle(arguments, false);
        int a = out.allocateLocal(Kind.REFERENCE.jvm);
        int b = out.allocateLocal(Kind.REFERENCE.jvm);
        emitAs(nodes[0], lanes);
        out.astore(a);
        emitAs(nodes[1], lanes);
        out.astore(b);
        for (int i = 0; i < 2; i++) {
            if (i == 1) {
                binaryOperator("ADD");
            }
            half(a, lanes, i == 1, "ASHR");
            binaryOperator("MUL");
            half(b, lanes, i == 1, "ASHR");
            binary(lanes);
        }
        binary(lanes);
    }
}
