package dev.weir.wasm;

import static java.lang.constant.ConstantDescs.CD_Object;
import static java.lang.constant.ConstantDescs.CD_boolean;
import static java.lang.constant.ConstantDescs.CD_byte;
import static java.lang.constant.ConstantDescs.CD_double;
import static java.lang.constant.ConstantDescs.CD_float;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;
import static java.lang.constant.ConstantDescs.CD_short;
import static java.lang.constant.ConstantDescs.CD_void;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.Opcode;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.util.Map;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/// Writes the expressions of one method as bytecode.
///
/// Memory is read and written by the JDK's own array access and `VarHandle`s, called right here:
/// HotSpot always inlines these, while a method of ours would be inlined only as long as the caller
/// is small.
final class Emitter {
    static final ClassDesc BYTES = CD_byte.arrayType();
    private static final ClassDesc CHECKS = ClassDesc.of("java.util.Objects");
    private static final ClassDesc MEMORY = ClassDesc.of("dev.weir.wasm.Memory");
    private static final ClassDesc FAR = ClassDesc.of("dev.weir.wasm.FarMemory");
    private static final ClassDesc GLOBAL = ClassDesc.of("dev.weir.wasm.Global");
    private static final ClassDesc NUMERIC = ClassDesc.of("dev.weir.wasm.Numeric");
    private static final ClassDesc TRAP_EXCEPTION = ClassDesc.of("dev.weir.wasm.TrapException");
    private static final ClassDesc VIEWS = ClassDesc.of("dev.weir.wasm.Bytes");
    private static final ClassDesc MATH = ClassDesc.of("java.lang.Math");
    private static final ClassDesc INTEGER = ConstantDescs.CD_Integer;
    private static final ClassDesc LONG = ConstantDescs.CD_Long;
    private static final MethodTypeDesc II = MethodTypeDesc.of(CD_int, CD_int);
    private static final MethodTypeDesc III = MethodTypeDesc.of(CD_int, CD_int, CD_int);
    private static final MethodTypeDesc IJ = MethodTypeDesc.of(CD_int, CD_long);
    private static final MethodTypeDesc IJJ = MethodTypeDesc.of(CD_int, CD_long, CD_long);
    private static final MethodTypeDesc JJJ = MethodTypeDesc.of(CD_long, CD_long, CD_long);
    private static final MethodTypeDesc JJI = MethodTypeDesc.of(CD_long, CD_long, CD_int);

    final Compiler unit;
    final Module module;
    final int[] ops;
    final int function;
    final CodeBuilder out;

    /// The locals that have the instance, how many calls deeper are allowed, the first memory's
    /// array, and its limit where it grows.
    final int instance;

    final int left;
    int memory = -1;
    int limit = -1;
    int[] globals;

    /// What stands for a slot, by kind; -1 where nothing does yet.
    private final int[][] vars;

    /// The locals that have the store, and its budget where the method has loops: what is counted
    /// down in each turn must be in a register. Others see it only around calls.
    int store = -1;

    private int budget = -1;

    /// A local for all fuel, while the budget is filled up.
    private int fuel = -1;

    /// Where the method's code begins, and the instruction that was marked last.
    private int first;

    private int marked;
    private final boolean marks;

    /// What a class file has at most.
    private static final int MOST_LINES = 65_535;

    /// Called before and after what exceptions must pass through: calls of guests.
    private final Runnable beforeCall;

    private final Runnable afterCall;

    /// Called before code whose traps are at another line.
    private final IntConsumer lineOfTraps;

    /// Writes vectors with the Vector API; null where they are two longs.
    final @Nullable VectorEmitter vectors;

    Emitter(
            Compiler unit,
            Code code,
            int instance,
            CodeBuilder out,
            Runnable beforeCall,
            Runnable afterCall,
            IntConsumer lineOfTraps,
            Map<Integer, Lanes> lanes) {
        this.unit = unit;
        this.module = unit.module;
        this.ops = code.ops();
        this.function = code.index();
        this.out = out;
        this.instance = instance;
        this.left = instance + 1;
        this.beforeCall = beforeCall;
        this.afterCall = afterCall;
        this.lineOfTraps = lineOfTraps;
        this.marks = unit.module.lines != null;
        this.globals = new int[module.globals.size()];
        java.util.Arrays.fill(globals, -1);
        vars = new int[Kind.values().length][code.frameSlots() + 1];
        for (var row : vars) {
            java.util.Arrays.fill(row, -1);
        }
        vectors =
                unit.module.engine.vectors
                        ? new VectorEmitter(this, code.localSlots(), lanes)
                        : null;
    }

    // --- locals ---

    private int local(Kind kind, int slot) {
        var row = vars[kind.ordinal()];
        if (row[slot] < 0) {
            row[slot] = fresh(kind);
        }
        return row[slot];
    }

    private boolean isObject(Kind kind) {
        return kind == Kind.VECTOR && vectors != null;
    }

    private int size(Kind kind) {
        return isObject(kind) ? 1 : kind.size();
    }

    /// The lanes that an operand has on the stack; null when it is no vector of the Vector API.
    @Nullable Lanes lanes(Operand node) {
        return vectors == null || node.kind != Kind.VECTOR ? null : vectors.of(node);
    }

    private int fresh(Kind kind) {
        if (isObject(kind)) {
            return out.allocateLocal(Kind.REFERENCE.jvm);
        }
        int local = out.allocateLocal(kind.jvm);
        if (kind == Kind.VECTOR) {
            out.allocateLocal(kind.jvm);
        }
        return local;
    }

    void load(Kind kind, int slot) {
        int local = local(kind, slot);
        if (isObject(kind)) {
            out.aload(local);
            return;
        }
        out.loadLocal(kind.jvm, local);
        if (kind == Kind.VECTOR) {
            out.lload(local + 2);
        }
    }

    void store(Kind kind, int slot) {
        int local = local(kind, slot);
        if (isObject(kind)) {
            out.astore(local);
            return;
        }
        if (kind == Kind.VECTOR) {
            out.lstore(local + 2);
        }
        out.storeLocal(kind.jvm, local);
    }

    /// Stores an operand, which is on the stack.
    void store(Operand node, int slot) {
        if (vectors != null && node.kind == Kind.VECTOR) {
            vectors.stored(slot, node);
            vectors.cast(vectors.of(node), vectors.ofSlot(slot));
        }
        store(node.kind, slot);
    }

    /// Stores what is on the stack as its units.
    void storeUnits(Kind kind, int slot) {
        if (vectors != null && kind == Kind.VECTOR) {
            vectors.fromLongs(vectors.ofSlot(slot));
        }
        store(kind, slot);
    }

    void loadUnits(Kind kind, int slot) {
        load(kind, slot);
        if (vectors != null && kind == Kind.VECTOR) {
            vectors.toLongs(vectors.ofSlot(slot));
        }
    }

    /// A parameter that is passed as units, the first of them in a local.
    void parameter(Kind kind, int slot, int local) {
        if (isObject(kind)) {
            out.lload(local).lload(local + 2);
            storeUnits(kind, slot);
        } else {
            vars[kind.ordinal()][slot] = local;
        }
    }

    void clear(Kind kind, int slot) {
        if (vectors != null && kind == Kind.VECTOR) {
            vectors.zero(vectors.ofSlot(slot));
        } else {
            zero(kind);
        }
        store(kind, slot);
    }

    /// Writes operands, vectors as two longs.
    void units(Operand... nodes) {
        int first = 0;
        while (first < nodes.length && !isObject(nodes[first].kind)) {
            first++;
        }
        for (var node : nodes) {
            emit(node);
        }
        if (first == nodes.length || vectors == null) {
            return;
        }
        var held = new int[nodes.length];
        for (int i = nodes.length - 1; i >= first; i--) {
            var jvm = isObject(nodes[i].kind) ? Kind.REFERENCE.jvm : nodes[i].kind.jvm;
            held[i] = out.allocateLocal(jvm);
            out.storeLocal(jvm, held[i]);
        }
        for (int i = first; i < nodes.length; i++) {
            if (isObject(nodes[i].kind)) {
                out.aload(held[i]);
                vectors.toLongs(vectors.of(nodes[i]));
            } else {
                out.loadLocal(nodes[i].kind.jvm, held[i]);
            }
        }
    }

    void zero(Kind kind) {
        switch (kind) {
            case INT -> out.iconst_0();
            case LONG -> out.lconst_0();
            case FLOAT -> out.fconst_0();
            case DOUBLE -> out.dconst_0();
            case REFERENCE -> out.aconst_null();
            case VECTOR -> out.lconst_0().lconst_0();
        }
    }

    private void dup(Kind kind, int slot) {
        switch (size(kind)) {
            case 1 -> out.dup();
            case 2 -> out.dup2();
            default -> {
                store(kind, slot);
                load(kind, slot);
            }
        }
    }

    void pop(Kind kind) {
        switch (size(kind)) {
            case 1 -> out.pop();
            case 2 -> out.pop2();
            default -> out.pop2().pop2();
        }
    }

    static void fromBits(CodeBuilder out, Kind kind) {
        switch (kind) {
            case INT -> out.l2i();
            case FLOAT ->
                    out.l2i()
                            .invokestatic(
                                    ConstantDescs.CD_Float,
                                    "intBitsToFloat",
                                    MethodTypeDesc.of(CD_float, CD_int));
            case DOUBLE ->
                    out.invokestatic(
                            ConstantDescs.CD_Double,
                            "longBitsToDouble",
                            MethodTypeDesc.of(CD_double, CD_long));
            default -> {}
        }
    }

    static void toBits(CodeBuilder out, Kind kind) {
        switch (kind) {
            case INT -> out.i2l();
            case FLOAT -> {
                rawInt(out);
                out.i2l();
            }
            case DOUBLE ->
                    out.invokestatic(
                            ConstantDescs.CD_Double,
                            "doubleToRawLongBits",
                            MethodTypeDesc.of(CD_long, CD_double));
            default -> {}
        }
    }

    private static void rawInt(CodeBuilder out) {
        out.invokestatic(
                ConstantDescs.CD_Float, "floatToRawIntBits", MethodTypeDesc.of(CD_int, CD_float));
    }

    private void toFloat() {
        out.invokestatic(
                ConstantDescs.CD_Float, "intBitsToFloat", MethodTypeDesc.of(CD_float, CD_int));
    }

    private void toDouble() {
        fromBits(out, Kind.DOUBLE);
    }

    // --- the budget ---

    void loadStore() {
        store = out.allocateLocal(Kind.REFERENCE.jvm);
        out.aload(instance).getfield(Compiler.INSTANCE, "store", Compiler.STORE).astore(store);
    }

    void keepBudget() {
        budget = out.allocateLocal(Kind.INT.jvm);
        fuel = out.allocateLocal(Kind.LONG.jvm);
        reloadBudget();
    }

    void reloadBudget() {
        if (budget >= 0) {
            out.aload(store).getfield(Compiler.STORE, "budget", CD_int).istore(budget);
        }
    }

    void storeBudget() {
        if (budget >= 0) {
            out.aload(store).iload(budget).putfield(Compiler.STORE, "budget", CD_int);
        }
    }

    /// Takes from the budget where a method starts.
    void chargeCall(int amount) {
        var enough = out.newLabel();
        if (budget >= 0) {
            charge(amount, enough);
            out.aload(store)
                    .iload(budget)
                    .invokevirtual(Compiler.STORE, "refill", II)
                    .istore(budget)
                    .labelBinding(enough);
            return;
        }
        out.aload(store)
                .dup()
                .getfield(Compiler.STORE, "budget", CD_int)
                .loadConstant(amount)
                .isub()
                .dup_x1()
                .putfield(Compiler.STORE, "budget", CD_int)
                .ifge(enough)
                .aload(store)
                .invokevirtual(Compiler.STORE, "refill", MethodTypeDesc.of(CD_void))
                .labelBinding(enough);
    }

    private void charge(int amount, Label enough) {
        out.iload(budget).loadConstant(amount).isub().dup().istore(budget).ifge(enough);
    }

    /// Takes from the budget in each turn of a loop. More is taken right here, as [Store#refill]
    /// does it, and what is called only stops the guest: a call that comes back to the loop, though
    /// it is rare, would keep HotSpot from using registers well.
    void chargeTurn(int amount) {
        var enough = out.newLabel();
        var stop = out.newLabel();
        charge(amount, enough);
        out.aload(store)
                .getfield(Compiler.STORE, "cancelled", CD_boolean)
                .ifne(stop)
                .aload(store)
                .getfield(Compiler.STORE, "reserve", CD_long)
                .iload(budget)
                .i2l()
                .ladd()
                .dup2()
                .lstore(fuel)
                .lconst_0()
                .lcmp()
                .iflt(stop)
                .lload(fuel)
                .loadConstant((long) Store.BUDGET)
                .invokestatic(MATH, "min", JJJ)
                .l2i()
                .istore(budget)
                .aload(store)
                .lload(fuel)
                .iload(budget)
                .i2l()
                .lsub()
                .putfield(Compiler.STORE, "reserve", CD_long)
                .goto_(enough)
                .labelBinding(stop)
                .aload(store)
                .iload(budget)
                .invokevirtual(Compiler.STORE, "stop", MethodTypeDesc.of(TRAP_EXCEPTION, CD_int))
                .athrow()
                .labelBinding(enough);
    }

    void reload() {
        if (memory >= 0) {
            out.aload(instance).getfield(Compiler.INSTANCE, "memory", MEMORY);
            if (limit >= 0) {
                out.dup().getfield(MEMORY, "limit", CD_int).istore(limit);
            }
            out.getfield(MEMORY, "data", BYTES).astore(memory);
        }
    }

    // --- lines ---

    /// Says where the method's code begins.
    void startMarks(int from) {
        first = from;
    }

    /// Notes that what follows belongs to an instruction: as the method's line, which the JVM keeps
    /// of frames that call, and in which handler has what the JVM traps itself. Only where the
    /// module says from which lines of source it is.
    void mark(int at) {
        if (marks && at >= first) {
            int line = Math.min(at - first + 1, MOST_LINES);
            out.lineNumber(line);
            if (traps(ops[at])) {
                lineOfTraps.accept(line);
            }
            marked = at;
        }
    }

    /// Whether the JVM may throw in an instruction itself, not in a method that it calls.
    private static boolean traps(int op) {
        return op >= Op.I32_LOAD && op <= Op.I64_STORE32
                || op >= Op.I32_DIV_S && op <= Op.I32_REM_U
                || op >= Op.I64_DIV_S && op <= Op.I64_REM_U
                || op >= 0x100 && op < 0x120
                || op >= Op.V128_LOAD && op <= Op.V128_STORE
                || op >= Op.V128_LOAD8_LANE && op <= Op.V128_LOAD64_ZERO
                || op == Op.REF_AS_NON_NULL
                || op == Op.THROW_REF
                || op == Op.CALL_REF
                || op == Op.RETURN_CALL_REF;
    }

    // --- expressions ---

    void emit(Operand node) {
        boolean placeless =
                !marks || node.isIdle() || node.op == Operand.STACK || node.op == Operand.TEMPORARY;
        int outer = marked;
        if (!placeless) {
            mark(node.at);
        }
        write(node);
        if (!placeless) {
            mark(outer);
        }
    }

    private void write(Operand node) {
        int op = node.op;
        switch (op) {
            case Operand.STACK -> {}
            case Operand.VAR -> load(node.kind, node.at);
            case Operand.TEMPORARY ->
                    out.loadLocal(
                            isObject(node.kind) ? Kind.REFERENCE.jvm : node.kind.jvm, node.at);
            case Op.LOCAL_GET, Op.LOCAL_GET_REF, Op.LOCAL_GET_V128 ->
                    load(node.kind, ops[node.at + 1]);
            case Op.LOCAL_TEE, Op.LOCAL_TEE_REF, Op.LOCAL_TEE_V128 -> {
                emit(node.arguments[0]);
                dup(node.kind, ops[node.at + 1]);
                if (size(node.kind) <= 2) {
                    store(node.arguments[0], ops[node.at + 1]);
                }
            }
            case Op.I32_CONST -> out.loadConstant(ops[node.at + 1]);
            case Op.I64_CONST -> out.loadConstant(wide(node.at + 1));
            case Op.F32_CONST -> constant(Float.intBitsToFloat(ops[node.at + 1]), node);
            case Op.F64_CONST -> constant(Double.longBitsToDouble(wide(node.at + 1)), node);
            case Op.V128_CONST -> {
                if (vectors == null || !vectors.write(node)) {
                    out.loadConstant(wide(node.at + 1)).loadConstant(wide(node.at + 3));
                }
            }
            case Op.SELECT, Op.SELECT_REF, Op.SELECT_V128 -> select(node);
            case Op.REF_NULL -> out.aconst_null();
            case Op.REF_FUNC -> function(ops[node.at + 1]);
            case Op.REF_AS_NON_NULL -> {
                emit(node.arguments[0]);
                out.dup()
                        .invokestatic(
                                ClassDesc.of("java.util.Objects"),
                                "requireNonNull",
                                MethodTypeDesc.of(CD_Object, CD_Object))
                        .pop();
            }
            case Op.GLOBAL_GET -> global(node);
            case Op.CALL -> call(node);
            case Op.CALL_INDIRECT -> callIndirect(node);
            case Op.CALL_REF -> callRef(node);
            case Op.MEMORY_SIZE -> size(node);
            case Op.STRUCT_NEW, Op.STRUCT_NEW_DEFAULT -> structNew(node);
            case Op.STRUCT_GET, Op.STRUCT_GET_S, Op.STRUCT_GET_U -> structGet(node);
            case Op.ARRAY_GET, Op.ARRAY_GET_S, Op.ARRAY_GET_U -> arrayGet(node);
            case Op.ARRAY_LEN -> {
                arguments(node);
                out.invokestatic(OBJECTS, "length", MethodTypeDesc.of(CD_int, CD_Object));
            }
            case Op.REF_CAST, Op.REF_CAST_NULL -> cast(node);
            case Op.ANY_CONVERT_EXTERN, Op.EXTERN_CONVERT_ANY -> arguments(node);
            case Op.REF_I31 -> {
                arguments(node);
                out.invokestatic(OBJECTS, "i31", MethodTypeDesc.of(CD_Object, CD_int));
            }
            case Op.I31_GET_S, Op.I31_GET_U -> {
                arguments(node);
                out.invokestatic(
                        OBJECTS,
                        op == Op.I31_GET_S ? "signed" : "unsigned",
                        MethodTypeDesc.of(CD_int, CD_Object));
            }
            default -> {
                if (op >= Op.I32_LOAD && op <= Op.I64_LOAD32_U) {
                    memoryLoad(node);
                } else if (op >= Op.FAR + Op.I32_LOAD && op <= Op.FAR + Op.I64_LOAD32_U) {
                    farLoad(node);
                } else if (isCondition(op)) {
                    flag(node);
                } else if (op >= Op.I32_CLZ && op <= Op.I64_EXTEND32_S
                        || op >= Op.I32_TRUNC_SAT_F32_S && op <= Op.I64_TRUNC_SAT_F64_U) {
                    arguments(node);
                    numeric(op);
                } else if (vectors == null || !vectors.write(node)) {
                    shared(node);
                }
            }
        }
    }

    private void arguments(Operand node) {
        for (var argument : node.arguments) {
            emit(argument);
        }
    }

    private long wide(int at) {
        return ops[at] & 0xffffffffL | (long) ops[at + 1] << 32;
    }

    private void constant(float value, Operand node) {
        if (Float.isNaN(value)) {
            out.loadConstant(ops[node.at + 1]);
            toFloat();
        } else {
            out.loadConstant(value);
        }
    }

    private void constant(double value, Operand node) {
        if (Double.isNaN(value)) {
            out.loadConstant(wide(node.at + 1));
            toDouble();
        } else {
            out.loadConstant(value);
        }
    }

    private void select(Operand node) {
        if (vectors != null && node.kind == Kind.VECTOR) {
            vectors.alternatives(node);
        } else {
            emit(node.arguments[0]);
            emit(node.arguments[1]);
        }
        var first = out.newLabel();
        condition(node.arguments[2], first, true);
        switch (size(node.kind)) {
            case 1 -> out.swap().labelBinding(first).pop();
            case 2 -> out.dup2_x2().pop2().labelBinding(first).pop2();
            default -> {
                int local = fresh(Kind.VECTOR);
                var end = out.newLabel();
                out.lstore(local + 2).lstore(local).pop2().pop2().lload(local).lload(local + 2);
                out.goto_(end).labelBinding(first).pop2().pop2().labelBinding(end);
            }
        }
    }

    void function(int index) {
        out.aload(instance)
                .getfield(Compiler.INSTANCE, "functions", Compiler.FUNC.arrayType())
                .loadConstant(index)
                .aaload();
    }

    /// Writes what puts a global at hand; done once, where the method starts.
    void loadGlobal(int index) {
        globals[index] = out.allocateLocal(Kind.REFERENCE.jvm);
        out.aload(instance)
                .getfield(Compiler.INSTANCE, "globals", GLOBAL.arrayType())
                .loadConstant(index)
                .aaload()
                .astore(globals[index]);
    }

    private void global(Operand node) {
        int local = globals[ops[node.at + 1]];
        out.aload(local);
        if (node.kind == Kind.REFERENCE) {
            out.getfield(GLOBAL, "reference", CD_Object);
            return;
        }
        out.getfield(GLOBAL, "bits", CD_long);
        if (node.kind == Kind.VECTOR) {
            out.aload(local).getfield(GLOBAL, "high", CD_long);
            if (vectors != null) {
                vectors.fromLongs(Lanes.LONG);
            }
        } else {
            fromBits(out, node.kind);
        }
    }

    void setGlobal(int index, Operand value) {
        int local = globals[index];
        var kind = value.kind;
        boolean under = !value.onStack && kind != Kind.VECTOR;
        if (under) {
            out.aload(local);
        }
        units(value);
        toBits(out, kind);
        if (kind == Kind.VECTOR) {
            int high = fresh(Kind.LONG);
            out.lstore(high).aload(local).lload(high).putfield(GLOBAL, "high", CD_long);
        }
        if (!under) {
            if (kind == Kind.REFERENCE) {
                out.aload(local).swap();
            } else {
                out.aload(local).dup_x2().pop();
            }
        }
        if (kind == Kind.REFERENCE) {
            out.putfield(GLOBAL, "reference", CD_Object);
        } else {
            out.putfield(GLOBAL, "bits", CD_long);
        }
    }

    // --- calls ---

    private void call(Operand node) {
        units(node.arguments);
        callFunction(ops[node.at + 1]);
    }

    void callFunction(int index) {
        var signature = Signature.of(module.functions.get(index));
        spill(module.functions.get(index), signature);
        var name =
                unit.has(index)
                        ? "f" + index
                        : index < module.importedFunctions ? null : unit.link(index);
        if (name == null) {
            function(index);
            if (unit.isSite(index)) {
                out.iload(left).iconst_1().isub();
                invoke(unit.site(index), Compiler.bridgeDesc(signature));
            } else {
                callAny(signature);
            }
            return;
        }
        out.aload(instance).iload(left).iconst_1().isub();
        invoke(name, signature.desc());
    }

    private void callIndirect(Operand node) {
        units(node.arguments);
        callIndirect(node.at);
    }

    /// The arguments and then the index are on the stack.
    void callIndirect(int at) {
        indirect(at);
        callAny(at);
    }

    void indirect(int at) {
        boolean wide = module.tables.get(ops[at + 2]).is64();
        out.aload(instance)
                .loadConstant(ops[at + 2])
                .loadConstant(unit.index(module.engine.types.get(ops[at + 1])))
                .invokestatic(
                        Compiler.COMPILED,
                        "indirect",
                        MethodTypeDesc.of(
                                Compiler.FUNC,
                                wide ? CD_long : CD_int,
                                Compiler.INSTANCE,
                                CD_int,
                                CD_int));
    }

    private void callRef(Operand node) {
        units(node.arguments);
        callRef(node.at);
    }

    void callRef(int at) {
        asFunction();
        callAny(at);
    }

    void asFunction() {
        out.invokestatic(
                Compiler.COMPILED, "function", MethodTypeDesc.of(Compiler.FUNC, CD_Object));
    }

    private void callAny(int at) {
        var type = module.engine.types.get(ops[at + 1]);
        var signature = Signature.of(type);
        if (signature.spilled()) {
            int callee = fresh(Kind.REFERENCE);
            out.astore(callee);
            spill(type, signature);
            out.aload(callee);
        }
        callAny(signature);
    }

    /// Leaves arguments that the JVM does not take in the store.
    private void spill(DefType type, Signature signature) {
        if (signature.spilled()) {
            toStore(type.params);
        }
    }

    /// Moves values of these types from the stack to the store.
    void toStore(int[] types) {
        int slot = Types.slots(types)[types.length];
        for (int i = types.length - 1; i >= 0; i--) {
            var kind = Kind.of(types[i]);
            if (kind == Kind.VECTOR) {
                Compiler.put(out, kind, instance, --slot);
            }
            Compiler.put(out, kind, instance, --slot);
        }
    }

    private void callAny(Signature signature) {
        out.iload(left).iconst_1().isub();
        invoke(unit.bridge(signature), Compiler.bridgeDesc(signature));
    }

    private void invoke(String name, MethodTypeDesc desc) {
        storeBudget();
        beforeCall.run();
        out.invokestatic(Compiler.SELF, name, desc);
        afterCall.run();
        reload();
        reloadBudget();
    }

    private void shared(Operand node) {
        run(node);
        Compiler.get(out, node.kind, instance, 0);
        if (node.kind == Kind.VECTOR) {
            Compiler.get(out, node.kind, instance, 1);
            if (vectors != null) {
                vectors.fromLongs(Lanes.LONG);
            }
        }
        if (node.calls) {
            reload();
        }
    }

    /// Runs an instruction in the interpreter's way; a result is left in the store.
    void run(Operand node) {
        if (vectors != null && node.op == Op.V128_STORE) {
            vectors.store(node.at, node.arguments);
            return;
        }
        units(node.arguments);
        int slot = 0;
        for (var argument : node.arguments) {
            slot += argument.kind.width();
        }
        int height = slot;
        for (int i = node.arguments.length - 1; i >= 0; i--) {
            var kind = node.arguments[i].kind;
            if (kind == Kind.VECTOR) {
                Compiler.put(out, kind, instance, --slot);
            }
            Compiler.put(out, kind, instance, --slot);
        }
        out.aload(instance)
                .loadConstant(function)
                .loadConstant(node.at)
                .loadConstant(height)
                .invokestatic(
                        Compiler.COMPILED,
                        "step",
                        MethodTypeDesc.of(CD_void, Compiler.INSTANCE, CD_int, CD_int, CD_int));
    }

    // --- structs and arrays ---

    private static final ClassDesc OBJECTS = ClassDesc.of("dev.weir.wasm.CompiledObjects");

    private DefType type(int at) {
        return module.engine.types.get(ops[at + 1]);
    }

    /// Makes a struct of zeros, and then sets its fields: with a handle of a constructor, HotSpot
    /// does not inline the allocation where it compiles the caller before it changes the handle's
    /// own code, which it does after 127 calls.
    private void structNew(Operand node) {
        var type = type(node.at);
        var nodes = node.arguments;
        var struct = unit.constants.struct(unit.index(type));
        var filler = nodes.length == 0 ? "" : unit.filler(type);
        if (struct == null || filler == null) {
            shared(node);
            return;
        }
        for (var field : nodes) {
            emit(field);
        }
        out.getstatic(Compiler.SELF, struct, Compiler.STRUCT)
                .invokevirtual(Compiler.STRUCT, "blank", MethodTypeDesc.of(Compiler.STRUCT));
        if (nodes.length > 0) {
            out.invokestatic(Compiler.SELF, filler, Compiler.fillerDesc(type));
        }
    }

    /// Writes values, and puts them into locals.
    private int[] hold(Operand[] nodes) {
        for (var node : nodes) {
            emit(node);
        }
        var held = new int[nodes.length];
        for (int i = held.length - 1; i >= 0; i--) {
            held[i] = fresh(nodes[i].kind);
            out.storeLocal(nodes[i].kind.jvm, held[i]);
        }
        return held;
    }

    /// Cuts a number to what a field of a type has.
    static void pack(CodeBuilder out, int type) {
        if (type == Types.I8) {
            out.i2b();
        } else if (type == Types.I16) {
            out.i2s();
        }
    }

    private void structGet(Operand node) {
        var type = type(node.at);
        int field = ops[node.at + 2];
        var handle =
                StructClass.hasField(type, field)
                        ? unit.constants.field(unit.index(type), field)
                        : null;
        if (handle == null) {
            shared(node);
            return;
        }
        arguments(node);
        out.getstatic(Compiler.SELF, handle, ConstantDescs.CD_VarHandle)
                .swap()
                .invokevirtual(
                        ConstantDescs.CD_VarHandle,
                        "get",
                        MethodTypeDesc.of(StructClass.desc(type.params[field]), CD_Object));
        unpack(node.op == Op.STRUCT_GET_S, node.op == Op.STRUCT_GET, type.params[field]);
    }

    /// Whether it wrote a store to a struct.
    private boolean structSet(int at, Operand[] nodes) {
        var type = type(at);
        int field = ops[at + 2];
        var handle =
                StructClass.hasField(type, field)
                        ? unit.constants.field(unit.index(type), field)
                        : null;
        if (handle == null) {
            return false;
        }
        if (nodes[1].onStack) {
            var held = hold(nodes);
            out.getstatic(Compiler.SELF, handle, ConstantDescs.CD_VarHandle)
                    .aload(held[0])
                    .loadLocal(nodes[1].kind.jvm, held[1]);
        } else {
            emit(nodes[0]);
            out.getstatic(Compiler.SELF, handle, ConstantDescs.CD_VarHandle).swap();
            emit(nodes[1]);
        }
        pack(out, type.params[field]);
        out.invokevirtual(
                ConstantDescs.CD_VarHandle,
                "set",
                MethodTypeDesc.of(CD_void, CD_Object, StructClass.desc(type.params[field])));
        return true;
    }

    /// The field that has the class of a type, if it is one of structs.
    private @Nullable String structType(int type) {
        if (!Types.isConcrete(type)) {
            return null;
        }
        var defined = module.engine.types.get(Types.heap(type));
        return defined.kind == DefType.Kind.STRUCT
                ? unit.constants.type(unit.index(defined))
                : null;
    }

    private void isInstance(String type) {
        out.getstatic(Compiler.SELF, type, ConstantDescs.CD_Class)
                .swap()
                .invokevirtual(
                        ConstantDescs.CD_Class,
                        "isInstance",
                        MethodTypeDesc.of(CD_boolean, CD_Object));
    }

    private void cast(Operand node) {
        arguments(node);
        int type = ops[node.at + 1];
        var struct = structType(type);
        if (struct == null) {
            out.aload(instance)
                    .loadConstant(unit.local(type))
                    .invokestatic(
                            OBJECTS,
                            "cast",
                            MethodTypeDesc.of(CD_Object, CD_Object, Compiler.INSTANCE, CD_int));
            return;
        }
        var good = out.newLabel();
        if (Types.isNullable(type)) {
            out.dup().ifnull(good);
        }
        out.dup();
        isInstance(struct);
        out.ifne(good)
                .invokestatic(
                        OBJECTS,
                        "noCast",
                        MethodTypeDesc.of(ClassDesc.of("java.lang.RuntimeException")))
                .athrow()
                .labelBinding(good);
    }

    private void unpack(boolean signed, boolean whole, int type) {
        if (whole) {
            return;
        }
        if (type == Types.I8) {
            if (signed) {
                out.i2b();
            } else {
                out.sipush(255).iand();
            }
        } else if (signed) {
            out.i2s();
        } else {
            out.i2c();
        }
    }

    /// Whether it wrote a store to a struct or an array.
    boolean objectStore(int at, Operand[] nodes) {
        var kind = nodes[nodes.length - 1].kind;
        if (kind == Kind.VECTOR) {
            return false;
        }
        if (ops[at] == Op.STRUCT_SET) {
            return structSet(at, nodes);
        }
        for (var node : nodes) {
            emit(node);
        }
        out.invokestatic(
                OBJECTS,
                "put" + element(type(at).params[0]),
                MethodTypeDesc.of(CD_void, CD_Object, CD_int, kind.desc));
        return true;
    }

    private static String element(int type) {
        return switch (type) {
            case Types.I8 -> "Byte";
            case Types.I16 -> "Short";
            case Types.I32 -> "Int";
            case Types.I64 -> "Long";
            case Types.F32 -> "Float";
            case Types.F64 -> "Double";
            default -> "Reference";
        };
    }

    private void arrayGet(Operand node) {
        if (node.kind == Kind.VECTOR) {
            shared(node);
            return;
        }
        int element = type(node.at).params[0];
        arguments(node);
        out.invokestatic(
                OBJECTS,
                "get" + element(element),
                MethodTypeDesc.of(node.kind.desc, CD_Object, CD_int));
        unpack(node.op == Op.ARRAY_GET_S, node.op == Op.ARRAY_GET, element);
    }

    // --- memory ---

    private void size(Operand node) {
        far(ops[node.at + 1]);
        out.invokevirtual(MEMORY, "pages", MethodTypeDesc.of(CD_long));
        if (node.kind == Kind.INT) {
            out.l2i();
        }
    }

    private void far(int index) {
        out.aload(instance)
                .getfield(Compiler.INSTANCE, "memories", MEMORY.arrayType())
                .loadConstant(index)
                .aaload();
    }

    void array(int index) {
        if (index == 0) {
            out.aload(memory);
            return;
        }
        out.aload(instance)
                .getfield(Compiler.INSTANCE, "memories", MEMORY.arrayType())
                .loadConstant(index)
                .aaload()
                .getfield(MEMORY, "data", BYTES);
    }

    /// How many bytes a memory has whose array is longer; 0 for others. C2 compiles the code for
    /// one of them only, and asks only once between calls.
    private void limit(int index) {
        if (index == 0) {
            out.iload(limit);
            return;
        }
        far(index);
        out.getfield(MEMORY, "limit", CD_int);
    }

    /// What an access needs below its array and address, where it is not of bytes.
    private void view(String view) {
        if (!view.isEmpty()) {
            out.getstatic(VIEWS, view, ConstantDescs.CD_VarHandle);
        }
    }

    private void prefix(int index, String view) {
        view(view);
        array(index);
    }

    /// Turns the address on the stack into an index, which is outside of the array where the access
    /// is outside of the memory.
    private void index(int at) {
        long offset = wide(at + 2);
        if (module.memories.get(ops[at + 1]).grows()) {
            var exact = out.newLabel();
            limit(ops[at + 1]);
            out.ifeq(exact);
            long end = offset + size(at);
            if (isThere(at, end)) {
                limit(ops[at + 1]);
                if (end > 1) {
                    out.loadConstant((int) end - 1).isub();
                }
                out.invokestatic(CHECKS, "checkIndex", MethodTypeDesc.of(CD_int, CD_int, CD_int));
            } else {
                out.loadConstant(end);
                limit(ops[at + 1]);
                out.invokestatic(
                        MEMORY, "check", MethodTypeDesc.of(CD_int, CD_int, CD_long, CD_int));
            }
            out.labelBinding(exact);
        }
        if (offset > Integer.MAX_VALUE) {
            out.pop().iconst_m1();
        } else if (offset != 0) {
            var high = out.newLabel();
            out.dup().iflt(high).loadConstant((int) offset).iadd().labelBinding(high);
        }
    }

    /// Writes the array and the index of an access, with something below them.
    void access(Operand address, int at, Runnable below) {
        if (address.onStack || address.calls) {
            address(address, at);
            int local = fresh(Kind.INT);
            out.istore(local);
            below.run();
            array(ops[at + 1]);
            out.iload(local);
        } else {
            below.run();
            array(ops[at + 1]);
            address(address, at);
        }
    }

    void address(Operand address, int at) {
        if (address.op == Op.I32_CONST) {
            long sum = (ops[address.at + 1] & 0xffffffffL) + wide(at + 2);
            if (!module.memories.get(ops[at + 1]).grows() || isThere(at, sum + size(at))) {
                out.loadConstant(sum > Integer.MAX_VALUE ? -1 : (int) sum);
                return;
            }
        }
        emit(address);
        index(at);
    }

    /// Whether the memory of an access has so many bytes from its start on: it never has fewer.
    private boolean isThere(int at, long end) {
        var type = module.memories.get(ops[at + 1]);
        return end <= type.minimum() << type.pageBits();
    }

    /// How many bytes an access is of.
    private int size(int at) {
        return 1 << Opcodes.align(ops[at]);
    }

    private static String view(int op) {
        return switch (op) {
            case Op.I32_LOAD,
                    Op.F32_LOAD,
                    Op.I64_LOAD32_S,
                    Op.I64_LOAD32_U,
                    Op.I32_STORE,
                    Op.F32_STORE,
                    Op.I64_STORE32 ->
                    "INT";
            case Op.I64_LOAD, Op.F64_LOAD, Op.I64_STORE, Op.F64_STORE -> "LONG";
            case Op.I32_LOAD16_S,
                    Op.I32_LOAD16_U,
                    Op.I64_LOAD16_S,
                    Op.I64_LOAD16_U,
                    Op.I32_STORE16,
                    Op.I64_STORE16 ->
                    "SHORT";
            default -> "";
        };
    }

    private void memoryLoad(Operand node) {
        var address = node.arguments[0];
        var view = view(node.op);
        access(address, node.at, () -> view(view));
        switch (view) {
            case "INT" -> get(CD_int);
            case "LONG" -> get(CD_long);
            case "SHORT" -> get(CD_short);
            default -> out.baload();
        }
        widen(node.op);
    }

    private void widen(int op) {
        switch (op) {
            case Op.F32_LOAD -> toFloat();
            case Op.F64_LOAD -> toDouble();
            case Op.I32_LOAD8_U -> out.sipush(255).iand();
            case Op.I32_LOAD16_U -> out.loadConstant(65535).iand();
            case Op.I64_LOAD8_S, Op.I64_LOAD16_S, Op.I64_LOAD32_S -> out.i2l();
            case Op.I64_LOAD8_U -> out.sipush(255).iand().i2l();
            case Op.I64_LOAD16_U -> out.loadConstant(65535).iand().i2l();
            case Op.I64_LOAD32_U -> unsigned();
            default -> {}
        }
    }

    /// A load from a memory that is not simply an array.
    private void farLoad(Operand node) {
        int op = node.op - Op.FAR;
        arguments(node);
        farAddress(node.arguments[0]);
        out.loadConstant(wide(node.at + 2));
        far(ops[node.at + 1]);
        var view = view(op);
        var type = type(view);
        out.invokestatic(
                FAR, "get" + name(view), MethodTypeDesc.of(type, CD_long, CD_long, MEMORY));
        widen(op);
    }

    void farStore(Operand node) {
        int op = node.op - Op.FAR;
        var value = node.arguments[1];
        emit(node.arguments[0]);
        if (value.onStack) {
            emit(value);
            int held = fresh(value.kind);
            out.storeLocal(value.kind.jvm, held);
            value = Operand.temporary(value.kind, held, null);
        }
        farAddress(node.arguments[0]);
        emit(value);
        narrow(op);
        out.loadConstant(wide(node.at + 2));
        far(ops[node.at + 1]);
        var view = view(op);
        var type = view.isEmpty() ? CD_int : type(view);
        out.invokestatic(
                FAR,
                "put" + name(view),
                MethodTypeDesc.of(CD_void, CD_long, type, CD_long, MEMORY));
    }

    private void farAddress(Operand address) {
        if (address.kind == Kind.INT) {
            unsigned();
        }
    }

    private static String name(String view) {
        return switch (view) {
            case "INT" -> "Int";
            case "LONG" -> "Long";
            case "SHORT" -> "Short";
            default -> "Byte";
        };
    }

    private static ClassDesc type(String view) {
        return switch (view) {
            case "INT" -> CD_int;
            case "LONG" -> CD_long;
            case "SHORT" -> CD_short;
            default -> CD_byte;
        };
    }

    private void unsigned() {
        out.i2l().loadConstant(0xffffffffL).land();
    }

    private void get(ClassDesc type) {
        out.invokevirtual(
                ConstantDescs.CD_VarHandle, "get", MethodTypeDesc.of(type, BYTES, CD_int));
    }

    void memoryStore(int at, Operand address, Operand value) {
        var view = view(ops[at]);
        int memory = ops[at + 1];
        if (address.onStack || address.calls || value.calls) {
            emit(address);
            int local = fresh(address.kind);
            out.storeLocal(address.kind.jvm, local);
            emit(value);
            narrow(ops[at]);
            int held = fresh(isWide(ops[at]) ? Kind.LONG : Kind.INT);
            out.storeLocal(isWide(ops[at]) ? Kind.LONG.jvm : Kind.INT.jvm, held);
            prefix(memory, view);
            out.loadLocal(address.kind.jvm, local);
            index(at);
            out.loadLocal(isWide(ops[at]) ? Kind.LONG.jvm : Kind.INT.jvm, held);
        } else {
            prefix(memory, view);
            address(address, at);
            emit(value);
            narrow(ops[at]);
        }
        switch (view) {
            case "INT" -> set(CD_int);
            case "LONG" -> set(CD_long);
            case "SHORT" -> set(CD_short);
            default -> out.bastore();
        }
    }

    private static boolean isWide(int op) {
        return op == Op.I64_STORE || op == Op.F64_STORE;
    }

    private void narrow(int op) {
        switch (op) {
            case Op.F32_STORE -> rawInt(out);
            case Op.F64_STORE -> toBits(out, Kind.DOUBLE);
            case Op.I32_STORE16 -> out.i2s();
            case Op.I64_STORE8, Op.I64_STORE32 -> out.l2i();
            case Op.I64_STORE16 -> out.l2i().i2s();
            default -> {}
        }
    }

    private void set(ClassDesc type) {
        out.invokevirtual(
                ConstantDescs.CD_VarHandle, "set", MethodTypeDesc.of(CD_void, BYTES, CD_int, type));
    }

    // --- two results ---

    /// Writes wide arithmetic, whose results go to the locals of two slots.
    void wide(int op, Operand[] nodes, int slot) {
        var held = hold(nodes);
        int low = fresh(Kind.LONG);
        if (op >= Op.I64_MUL_WIDE_S) {
            out.lload(held[0]).lload(held[1]).lmul().lstore(low);
            out.lload(held[0]).lload(held[1]);
            out.invokestatic(
                    MATH, op == Op.I64_MUL_WIDE_S ? "multiplyHigh" : "unsignedMultiplyHigh", JJJ);
        } else {
            boolean sum = op == Op.I64_ADD128;
            out.lload(held[0]).lload(held[2]);
            step(sum);
            out.lstore(low).lload(held[1]).lload(held[3]);
            step(sum);
            // What is carried: the lower sum is less than a part, or the part less than the other.
            out.lload(sum ? low : held[0]).lload(sum ? held[0] : held[2]);
            out.invokestatic(NUMERIC, "isBelow", JJJ);
            step(sum);
        }
        store(Kind.LONG, slot + 1);
        out.lload(low);
        store(Kind.LONG, slot);
    }

    private void step(boolean sum) {
        if (sum) {
            out.ladd();
        } else {
            out.lsub();
        }
    }

    // --- conditions ---

    private static boolean isCondition(int op) {
        return op >= Op.I32_EQZ && op <= Op.F64_GE
                || op == Op.REF_IS_NULL
                || op == Op.REF_EQ
                || op == Op.REF_TEST
                || op == Op.REF_TEST_NULL;
    }

    private void flag(Operand node) {
        switch (node.op) {
            case Op.REF_EQ -> {
                arguments(node);
                same();
            }
            case Op.REF_TEST, Op.REF_TEST_NULL -> {
                arguments(node);
                matches(ops[node.at + 1]);
            }
            default -> {
                var yes = out.newLabel();
                var end = out.newLabel();
                condition(node, yes, true);
                out.iconst_0().goto_(end).labelBinding(yes).iconst_1().labelBinding(end);
            }
        }
    }

    private void same() {
        out.invokestatic(
                ClassDesc.of("dev.weir.wasm.GcOps"),
                "same",
                MethodTypeDesc.of(CD_boolean, CD_Object, CD_Object));
    }

    /// Whether the reference on the stack is of a type.
    void matches(int type) {
        var struct = structType(type);
        if (struct != null) {
            if (!Types.isNullable(type)) {
                isInstance(struct);
                return;
            }
            var none = out.newLabel();
            var end = out.newLabel();
            out.dup().ifnull(none);
            isInstance(struct);
            out.goto_(end).labelBinding(none).pop().iconst_1().labelBinding(end);
            return;
        }
        out.aload(instance)
                .loadConstant(unit.local(type))
                .invokestatic(
                        Compiler.COMPILED,
                        "matches",
                        MethodTypeDesc.of(CD_boolean, CD_Object, Compiler.INSTANCE, CD_int));
    }

    /// Goes to the label when the number is not zero, or else when it is.
    void condition(Operand node, Label to, boolean jumpIf) {
        int op = node.op;
        if (op == Op.I32_EQZ) {
            condition(node.arguments[0], to, !jumpIf);
        } else if (op >= Op.I32_EQ && op <= Op.I32_GE_U) {
            compareInts(node, to, jumpIf);
        } else if (op == Op.I64_EQZ) {
            arguments(node);
            out.lconst_0().lcmp().branch(jumpIf ? Opcode.IFEQ : Opcode.IFNE, to);
        } else if (op >= Op.I64_EQ && op <= Op.I64_GE_U) {
            arguments(node);
            int which = op - Op.I64_EQ;
            if (isUnsigned(which)) {
                out.invokestatic(LONG, "compareUnsigned", IJJ);
            } else {
                out.lcmp();
            }
            out.branch(jumpIf ? AGAINST_ZERO[which] : not(AGAINST_ZERO[which]), to);
        } else if (op >= Op.F32_EQ && op <= Op.F64_GE) {
            compareFloats(node, to, jumpIf);
        } else if (op == Op.REF_IS_NULL) {
            arguments(node);
            out.branch(jumpIf ? Opcode.IFNULL : Opcode.IFNONNULL, to);
        } else {
            emit(node);
            out.branch(jumpIf ? Opcode.IFNE : Opcode.IFEQ, to);
        }
    }

    /// In the order of the opcodes: eq, ne, lt_s, lt_u, gt_s, gt_u, le_s, le_u, ge_s, ge_u.
    private static final Opcode[] AGAINST_ZERO = {
        Opcode.IFEQ,
        Opcode.IFNE,
        Opcode.IFLT,
        Opcode.IFLT,
        Opcode.IFGT,
        Opcode.IFGT,
        Opcode.IFLE,
        Opcode.IFLE,
        Opcode.IFGE,
        Opcode.IFGE
    };

    private static final Opcode[] OF_TWO = {
        Opcode.IF_ICMPEQ,
        Opcode.IF_ICMPNE,
        Opcode.IF_ICMPLT,
        Opcode.IF_ICMPLT,
        Opcode.IF_ICMPGT,
        Opcode.IF_ICMPGT,
        Opcode.IF_ICMPLE,
        Opcode.IF_ICMPLE,
        Opcode.IF_ICMPGE,
        Opcode.IF_ICMPGE
    };

    private static boolean isUnsigned(int which) {
        return which >= 2 && (which & 1) == 1;
    }

    private static Opcode not(Opcode branch) {
        return switch (branch) {
            case IFEQ -> Opcode.IFNE;
            case IFNE -> Opcode.IFEQ;
            case IFLT -> Opcode.IFGE;
            case IFGE -> Opcode.IFLT;
            case IFGT -> Opcode.IFLE;
            case IFLE -> Opcode.IFGT;
            case IF_ICMPEQ -> Opcode.IF_ICMPNE;
            case IF_ICMPNE -> Opcode.IF_ICMPEQ;
            case IF_ICMPLT -> Opcode.IF_ICMPGE;
            case IF_ICMPGE -> Opcode.IF_ICMPLT;
            case IF_ICMPGT -> Opcode.IF_ICMPLE;
            default -> Opcode.IF_ICMPGT;
        };
    }

    private void compareInts(Operand node, Label to, boolean jumpIf) {
        int which = node.op - Op.I32_EQ;
        var second = node.arguments[1];
        emit(node.arguments[0]);
        if (isUnsigned(which)) {
            emit(second);
            out.invokestatic(INTEGER, "compareUnsigned", III);
            out.branch(jumpIf ? AGAINST_ZERO[which] : not(AGAINST_ZERO[which]), to);
        } else if (second.op == Op.I32_CONST && ops[second.at + 1] == 0) {
            out.branch(jumpIf ? AGAINST_ZERO[which] : not(AGAINST_ZERO[which]), to);
        } else {
            emit(second);
            out.branch(jumpIf ? OF_TWO[which] : not(OF_TWO[which]), to);
        }
    }

    private void compareFloats(Operand node, Label to, boolean jumpIf) {
        arguments(node);
        boolean wide = node.op >= Op.F64_EQ;
        int which = node.op - (wide ? Op.F64_EQ : Op.F32_EQ);
        // NaN must make every comparison false but `ne`: it counts as greater for lt and le.
        boolean greater = which == 2 || which == 4;
        if (wide) {
            if (greater) {
                out.dcmpg();
            } else {
                out.dcmpl();
            }
        } else if (greater) {
            out.fcmpg();
        } else {
            out.fcmpl();
        }
        var branch =
                switch (which) {
                    case 0 -> Opcode.IFEQ;
                    case 1 -> Opcode.IFNE;
                    case 2 -> Opcode.IFLT;
                    case 3 -> Opcode.IFGT;
                    case 4 -> Opcode.IFLE;
                    default -> Opcode.IFGE;
                };
        out.branch(jumpIf ? branch : not(branch), to);
    }

    // --- numbers ---

    private void numeric(int op) {
        switch (op) {
            case Op.I32_CLZ -> out.invokestatic(INTEGER, "numberOfLeadingZeros", II);
            case Op.I32_CTZ -> out.invokestatic(INTEGER, "numberOfTrailingZeros", II);
            case Op.I32_POPCNT -> out.invokestatic(INTEGER, "bitCount", II);
            case Op.I32_ADD -> out.iadd();
            case Op.I32_SUB -> out.isub();
            case Op.I32_MUL -> out.imul();
            case Op.I32_DIV_S -> out.invokestatic(NUMERIC, "divide", III);
            case Op.I32_DIV_U -> out.invokestatic(INTEGER, "divideUnsigned", III);
            case Op.I32_REM_S -> out.irem();
            case Op.I32_REM_U -> out.invokestatic(INTEGER, "remainderUnsigned", III);
            case Op.I32_AND -> out.iand();
            case Op.I32_OR -> out.ior();
            case Op.I32_XOR -> out.ixor();
            case Op.I32_SHL -> out.ishl();
            case Op.I32_SHR_S -> out.ishr();
            case Op.I32_SHR_U -> out.iushr();
            case Op.I32_ROTL -> out.invokestatic(INTEGER, "rotateLeft", III);
            case Op.I32_ROTR -> out.invokestatic(INTEGER, "rotateRight", III);
            case Op.I64_CLZ -> out.invokestatic(LONG, "numberOfLeadingZeros", IJ).i2l();
            case Op.I64_CTZ -> out.invokestatic(LONG, "numberOfTrailingZeros", IJ).i2l();
            case Op.I64_POPCNT -> out.invokestatic(LONG, "bitCount", IJ).i2l();
            case Op.I64_ADD -> out.ladd();
            case Op.I64_SUB -> out.lsub();
            case Op.I64_MUL -> out.lmul();
            case Op.I64_DIV_S -> out.invokestatic(NUMERIC, "divide", JJJ);
            case Op.I64_DIV_U -> out.invokestatic(LONG, "divideUnsigned", JJJ);
            case Op.I64_REM_S -> out.lrem();
            case Op.I64_REM_U -> out.invokestatic(LONG, "remainderUnsigned", JJJ);
            case Op.I64_AND -> out.land();
            case Op.I64_OR -> out.lor();
            case Op.I64_XOR -> out.lxor();
            case Op.I64_SHL -> out.l2i().lshl();
            case Op.I64_SHR_S -> out.l2i().lshr();
            case Op.I64_SHR_U -> out.l2i().lushr();
            case Op.I64_ROTL -> out.l2i().invokestatic(LONG, "rotateLeft", JJI);
            case Op.I64_ROTR -> out.l2i().invokestatic(LONG, "rotateRight", JJI);
            case Op.F32_ADD -> out.fadd();
            case Op.F32_SUB -> out.fsub();
            case Op.F32_MUL -> out.fmul();
            case Op.F32_DIV -> out.fdiv();
            case Op.F64_ADD -> out.dadd();
            case Op.F64_SUB -> out.dsub();
            case Op.F64_MUL -> out.dmul();
            case Op.F64_DIV -> out.ddiv();
            default -> {
                if (op < Op.I32_WRAP_I64) {
                    round(op);
                } else {
                    convert(op);
                }
            }
        }
    }

    private void round(int op) {
        boolean wide = op >= Op.F64_ABS;
        var type = wide ? CD_double : CD_float;
        var one = MethodTypeDesc.of(type, type);
        var two = MethodTypeDesc.of(type, type, type);
        switch (wide ? op - Op.F64_ABS + Op.F32_ABS : op) {
            case Op.F32_ABS -> out.invokestatic(MATH, "abs", one);
            case Op.F32_NEG -> {
                if (wide) {
                    out.dneg();
                } else {
                    out.fneg();
                }
            }
            case Op.F32_CEIL -> rounded("ceil", wide);
            case Op.F32_FLOOR -> rounded("floor", wide);
            case Op.F32_TRUNC -> rounded("trunc", wide);
            case Op.F32_NEAREST -> rounded("nearest", wide);
            case Op.F32_SQRT -> {
                if (!wide) {
                    out.f2d();
                }
                out.invokestatic(MATH, "sqrt", MethodTypeDesc.of(CD_double, CD_double));
                if (!wide) {
                    out.d2f();
                }
            }
            case Op.F32_MIN -> out.invokestatic(NUMERIC, "min", two);
            case Op.F32_MAX -> out.invokestatic(NUMERIC, "max", two);
            default -> out.invokestatic(NUMERIC, "copySign", two);
        }
    }

    private void rounded(String how, boolean wide) {
        if (!wide) {
            out.f2d();
        }
        out.invokestatic(NUMERIC, how, MethodTypeDesc.of(CD_double, CD_double));
        if (!wide) {
            out.d2f();
        }
    }

    private void convert(int op) {
        switch (op) {
            case Op.I32_WRAP_I64 -> out.l2i();
            case Op.I32_TRUNC_F32_S -> truncate("toInt", true, CD_int);
            case Op.I32_TRUNC_F32_U -> truncate("toUnsignedInt", true, CD_int);
            case Op.I32_TRUNC_F64_S -> truncate("toInt", false, CD_int);
            case Op.I32_TRUNC_F64_U -> truncate("toUnsignedInt", false, CD_int);
            case Op.I64_EXTEND_I32_S -> out.i2l();
            case Op.I64_EXTEND_I32_U -> unsigned();
            case Op.I64_TRUNC_F32_S -> truncate("toLong", true, CD_long);
            case Op.I64_TRUNC_F32_U -> truncate("toUnsignedLong", true, CD_long);
            case Op.I64_TRUNC_F64_S -> truncate("toLong", false, CD_long);
            case Op.I64_TRUNC_F64_U -> truncate("toUnsignedLong", false, CD_long);
            case Op.F32_CONVERT_I32_S -> out.i2f();
            case Op.F32_CONVERT_I32_U -> {
                unsigned();
                out.l2f();
            }
            case Op.F32_CONVERT_I64_S -> out.l2f();
            case Op.F32_CONVERT_I64_U ->
                    out.invokestatic(
                            NUMERIC, "unsignedToFloat", MethodTypeDesc.of(CD_float, CD_long));
            case Op.F32_DEMOTE_F64 -> out.d2f();
            case Op.F64_CONVERT_I32_S -> out.i2d();
            case Op.F64_CONVERT_I32_U -> {
                unsigned();
                out.l2d();
            }
            case Op.F64_CONVERT_I64_S -> out.l2d();
            case Op.F64_CONVERT_I64_U ->
                    out.invokestatic(
                            NUMERIC, "unsignedToDouble", MethodTypeDesc.of(CD_double, CD_long));
            case Op.F64_PROMOTE_F32 -> out.f2d();
            case Op.I32_REINTERPRET_F32 -> rawInt(out);
            case Op.I64_REINTERPRET_F64 -> toBits(out, Kind.DOUBLE);
            case Op.F32_REINTERPRET_I32 -> toFloat();
            case Op.F64_REINTERPRET_I64 -> toDouble();
            case Op.I32_EXTEND8_S -> out.i2b();
            case Op.I32_EXTEND16_S -> out.i2s();
            case Op.I64_EXTEND8_S -> out.l2i().i2b().i2l();
            case Op.I64_EXTEND16_S -> out.l2i().i2s().i2l();
            case Op.I64_EXTEND32_S -> out.l2i().i2l();
            case Op.I32_TRUNC_SAT_F32_S -> out.f2i();
            case Op.I32_TRUNC_SAT_F32_U -> truncate("saturateInt", true, CD_int);
            case Op.I32_TRUNC_SAT_F64_S -> out.d2i();
            case Op.I32_TRUNC_SAT_F64_U -> truncate("saturateInt", false, CD_int);
            case Op.I64_TRUNC_SAT_F32_S -> out.f2l();
            case Op.I64_TRUNC_SAT_F32_U -> truncate("saturate", true, CD_long);
            case Op.I64_TRUNC_SAT_F64_S -> out.d2l();
            case Op.I64_TRUNC_SAT_F64_U -> truncate("saturate", false, CD_long);
            default -> throw new IllegalStateException("no instruction " + op);
        }
    }

    private void truncate(String how, boolean single, ClassDesc to) {
        if (single) {
            out.f2d();
        }
        out.invokestatic(NUMERIC, how, MethodTypeDesc.of(to, CD_double));
    }
}
