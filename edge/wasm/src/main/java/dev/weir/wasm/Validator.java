package dev.weir.wasm;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Validates a function's body or a constant expression, and writes its [Code] on the way.
///
/// This is the specification's algorithm (core 3.0, appendix "Validation Algorithm"): a stack of
/// operand types, and a stack of the blocks that are open. It is one class because nearly every
/// rule needs both stacks; the rules with a fixed effect are in `opcodes.txt`, those of structs,
/// arrays and casts in [GcValidator].
///
/// Beside types it keeps `slots`, the height of the frame, which is exact wherever code can be
/// reached. Where it cannot, types are still checked, with `BOTTOM` for whatever the stack lacks,
/// but nothing is written. A branch forward is written with a hole, which the end of its block
/// fills.
final class Validator {
    private static final int MAX_LOCALS = 50_000;
    private static final int MAX_OPERANDS = 1_000_000;
    private static final int FUNCTION = -1;

    final Module module;
    final TypeDecoder types;
    final TypeRegistry registry;
    final Reader in;
    private final boolean constant;
    private final int index;
    private final DefType type;

    private final IntList code = new IntList();
    private final List<Code.Handler> handlers = new ArrayList<>();
    private int[] operands = new int[32];
    private int height;
    private int slots;
    private int maxSlots;
    private final ArrayList<Block> blocks = new ArrayList<>();

    private int[] locals = new int[0];
    private int[] localSlots = new int[1];
    private boolean[] assigned = new boolean[0];
    private final IntList assignments = new IntList();

    /// How many locals behind the function's own keep what legacy `catch` blocks caught, for
    /// `rethrow`. How many are needed is known only at the end, so that a body with such blocks is
    /// read twice.
    private final int hidden;

    private int hiddenNeeded;
    private boolean calls;
    private int ownLocals;

    /// A block that is open.
    private static final class Block {
        final int op;
        final int[] params;
        final int[] results;
        final int height;
        final int slots;
        final int assignments;
        final boolean live;
        final IntList holes = new IntList();
        boolean unreachable;
        int start;
        int elseHole = -1;
        int clauses;
        int clauseCount;

        /// Of a legacy `try`: how many are open around it, where its body ends (-1 while it runs),
        /// the clauses found, and the holes that lead to where a `delegate` inside goes on.
        int tries;

        int bodyEnd = -1;
        final IntList caught = new IntList();
        final IntList delegated = new IntList();

        Block(
                int op,
                int[] params,
                int[] results,
                int height,
                int slots,
                int assignments,
                boolean live) {
            this.op = op;
            this.params = params;
            this.results = results;
            this.height = height;
            this.slots = slots;
            this.assignments = assignments;
            this.live = live;
        }

        boolean isCatchAll() {
            return caught.size > 0 && caught.values[caught.size - 2] < 0;
        }

        int[] labelTypes() {
            return op == Op.LOOP ? params : results;
        }
    }

    private Validator(
            Module module,
            TypeDecoder types,
            Reader in,
            boolean constant,
            int index,
            DefType type,
            int hidden) {
        this.module = module;
        this.types = types;
        this.registry = module.engine.types;
        this.in = in;
        this.constant = constant;
        this.index = index;
        this.type = type;
        this.hidden = hidden;
    }

    static Code function(Module module, TypeDecoder types, Reader in, int index) {
        int start = in.position;
        var type = module.functions.get(index);
        var validator = new Validator(module, types, in, false, index, type, 0);
        validator.readLocals();
        var code = validator.body();
        if (validator.hiddenNeeded > 0) {
            in.position = start;
            validator =
                    new Validator(module, types, in, false, index, type, validator.hiddenNeeded);
            validator.readLocals();
            code = validator.body();
        }
        if (!in.atEnd()) {
            throw in.malformed("END opcode expected at the end of the body");
        }
        return code;
    }

    static Code constant(Module module, TypeDecoder types, Reader in, int result) {
        var type = module.engine.types.func(new int[0], new int[] {result});
        return new Validator(module, types, in, true, -1, type, 0).body();
    }

    /// The constant expression of a null reference.
    static Code nothing(Module module) {
        return written(module, Types.nullable(Types.NONE), Op.REF_NULL, Op.RETURN, 1);
    }

    /// The constant expression of a reference to a function.
    static Code reference(Module module, Reader in, int function, int type) {
        if (function < 0 || function >= module.functions.size()) {
            throw in.invalid("unknown function " + Integer.toUnsignedString(function));
        }
        module.declared.set(function);
        return written(module, type, Op.REF_FUNC, function, Op.RETURN, 1);
    }

    private static Code written(Module module, int result, int... ops) {
        var type = module.engine.types.func(new int[0], new int[] {result});
        return new Code(-1, type, ops, new int[0], 0, 3, new int[0], false, List.of());
    }

    private void readLocals() {
        var all = new IntList();
        for (int param : type.params) {
            all.add(param);
        }
        int groups = in.count("groups of locals");
        long total = 0;
        for (int i = 0; i < groups; i++) {
            long count = in.u32() & 0xffffffffL;
            total += count;
            if (total + type.params.length > MAX_LOCALS) {
                throw in.malformed("too many locals: at most " + MAX_LOCALS + ", found " + total);
            }
            int local = types.value(in);
            for (long n = 0; n < count; n++) {
                all.add(local);
            }
        }
        ownLocals = all.size;
        for (int i = 0; i < hidden; i++) {
            all.add(Types.EXNREF);
        }
        locals = all.toArray();
        localSlots = Types.slots(locals);
        assigned = new boolean[locals.length];
        for (int i = 0; i < locals.length; i++) {
            assigned[i] = i < type.params.length || Types.isDefaultable(locals[i]);
        }
        slots = localSlots[locals.length];
    }

    /// The slot of what a legacy `try` caught; any in the first reading.
    private int hiddenSlot(Block block) {
        return hidden == 0 ? 0 : localSlots[ownLocals + block.tries];
    }

    private Code body() {
        maxSlots = slots;
        int weight = -1;
        if (!constant) {
            emit(Op.CHARGE, 0);
            weight = code.size - 1;
        }
        open(FUNCTION, new int[0], type.results);
        int count = 0;
        while (!blocks.isEmpty()) {
            instruction();
            count++;
        }
        delegates(functionDelegated, true);
        emit(Op.RETURN, type.resultSlots);
        if (weight >= 0) {
            code.values[weight] = count;
        }
        return new Code(
                index,
                type,
                code.toArray(),
                locals,
                localSlots[locals.length],
                Math.max(maxSlots, type.resultSlots) + 2,
                referenceSlots(),
                calls,
                List.copyOf(handlers));
    }

    private int[] referenceSlots() {
        var found = new IntList();
        for (int i = type.params.length; i < locals.length; i++) {
            if (Types.isRef(locals[i])) {
                found.add(localSlots[i]);
            }
        }
        return found.toArray();
    }

    // --- the stacks ---

    InvalidException mismatch(int expected, String found) {
        return in.invalid("type mismatch: expected " + Types.text(expected) + ", found " + found);
    }

    void push(int type) {
        if (height == operands.length) {
            if (height >= MAX_OPERANDS) {
                throw in.invalid("at most " + MAX_OPERANDS + " operands");
            }
            operands = Arrays.copyOf(operands, height * 2);
        }
        operands[height++] = type;
        slots += Types.width(type);
        maxSlots = Math.max(maxSlots, slots);
    }

    void push(int[] types) {
        for (int type : types) {
            push(type);
        }
    }

    int pop() {
        var block = blocks.getLast();
        if (height == block.height) {
            if (block.unreachable) {
                return Types.BOTTOM;
            }
            throw in.invalid("type mismatch: expected an operand, found none");
        }
        int type = operands[--height];
        slots -= Types.width(type);
        return type;
    }

    int pop(int expected) {
        int found = pop();
        if (!registry.isSubtype(found, expected)) {
            throw mismatch(expected, Types.text(found));
        }
        return found;
    }

    void pop(int[] expected) {
        for (int i = expected.length - 1; i >= 0; i--) {
            pop(expected[i]);
        }
    }

    int popRef() {
        int found = pop();
        if (found == Types.BOTTOM) {
            return Types.BOTTOM_REF;
        }
        if (!Types.isRef(found)) {
            throw in.invalid("type mismatch: expected a reference, found " + Types.text(found));
        }
        return found;
    }

    boolean isLive() {
        var block = blocks.getLast();
        return block.live && !block.unreachable;
    }

    private void unreachable() {
        var block = blocks.getLast();
        height = block.height;
        slots = block.slots;
        block.unreachable = true;
    }

    private Block open(int op, int[] params, int[] results) {
        boolean live = blocks.isEmpty() || isLive();
        var block = new Block(op, params, results, height, slots, assignments.size, live);
        blocks.add(block);
        push(params);
        return block;
    }

    private Block close() {
        var block = blocks.getLast();
        pop(block.results);
        if (height != block.height) {
            throw in.invalid(
                    "type mismatch: "
                            + (height - block.height)
                            + " more operands than expected at the end of the block");
        }
        slots = block.slots;
        forgetAssignments(block);
        return block;
    }

    private void forgetAssignments(Block block) {
        while (assignments.size > block.assignments) {
            assigned[assignments.removeLast()] = false;
        }
    }

    // --- writing ---

    void emit(int... ops) {
        if (blocks.isEmpty() || isLive()) {
            for (int op : ops) {
                code.add(op);
            }
        }
    }

    void emitLong(int op, long value) {
        emit(op, (int) value, (int) (value >>> 32));
    }

    /// Writes where a branch goes, how many slots it carries, and to which height.
    void emitTarget(int depth) {
        if (!isLive()) {
            return;
        }
        var block = label(depth);
        if (block.op == Op.LOOP) {
            code.add(block.start);
        } else {
            block.holes.add(code.size);
            code.add(-1);
        }
        code.add(Types.slots(block.labelTypes())[block.labelTypes().length]);
        code.add(block.slots);
    }

    private Block label(int depth) {
        if (depth < 0 || depth >= blocks.size()) {
            throw in.invalid("unknown label " + Integer.toUnsignedString(depth));
        }
        return blocks.get(blocks.size() - 1 - depth);
    }

    int[] labelTypes(int depth) {
        return label(depth).labelTypes();
    }

    // --- instructions ---

    private void instruction() {
        int at = in.position;
        int op = Opcodes.read(in);
        module.vectors |= Opcodes.isVector(op);
        if (!Opcodes.exists(op) || (op == Op.ELSE && blocks.getLast().op != Op.IF)) {
            throw new MalformedException(
                    at, "illegal opcode " + Integer.toHexString(in.bytes[at] & 0xff));
        }
        if (constant && !isConstant(op)) {
            throw in.invalid("constant expression required, found " + Opcodes.name(op));
        }
        if (Opcodes.isPlain(op)) {
            plain(op);
        } else if (op >= 0x100) {
            if (!GcValidator.instruction(this, op)) {
                bulk(op);
            }
        } else if (op < 0x20) {
            control(op);
        } else {
            variable(op);
        }
    }

    private static boolean isConstant(int op) {
        return switch (op) {
            case Op.END,
                    Op.GLOBAL_GET,
                    Op.I32_CONST,
                    Op.I64_CONST,
                    Op.F32_CONST,
                    Op.F64_CONST,
                    Op.V128_CONST,
                    Op.REF_NULL,
                    Op.REF_FUNC,
                    Op.I32_ADD,
                    Op.I32_SUB,
                    Op.I32_MUL,
                    Op.I64_ADD,
                    Op.I64_SUB,
                    Op.I64_MUL,
                    Op.STRUCT_NEW,
                    Op.STRUCT_NEW_DEFAULT,
                    Op.ARRAY_NEW,
                    Op.ARRAY_NEW_DEFAULT,
                    Op.ARRAY_NEW_FIXED,
                    Op.ANY_CONVERT_EXTERN,
                    Op.EXTERN_CONVERT_ANY,
                    Op.REF_I31 ->
                    true;
            default -> false;
        };
    }

    /// What has its stack effect in the table.
    private void plain(int op) {
        var immediates = Opcodes.immediates(op);
        int address = 0;
        boolean live = isLive();
        int start = code.size;
        emit(op);
        switch (immediates) {
            case "-" -> {}
            case "i32" -> emit(in.s32());
            case "i64" -> emitTwo(in.s64());
            case "f32" -> emit(in.fixed32());
            case "f64" -> emitTwo(in.fixed64());
            case "v128" -> {
                emitTwo(in.fixed64());
                emitTwo(in.fixed64());
            }
            case "mem", "atom" -> address = memoryArgument(op);
            case "fence" -> {
                if (in.u8() != 0) {
                    throw in.malformed("zero byte expected");
                }
            }
            case "shuffle" -> shuffle();
            default -> {
                boolean memory = immediates.startsWith("memlane");
                if (memory) {
                    address = memoryArgument(op);
                }
                emit(lane(Integer.parseInt(immediates.substring(memory ? 7 : 4))));
            }
        }
        if (op == Op.NOP && live) {
            code.size = start;
        }
        var before = Opcodes.before(op);
        for (int i = before.length - 1; i >= 0; i--) {
            pop(before[i] == Opcodes.ADDRESS ? address : before[i]);
        }
        push(Opcodes.after(op));
    }

    private void emitTwo(long value) {
        emit((int) value, (int) (value >>> 32));
    }

    private void shuffle() {
        for (int i = 0; i < 4; i++) {
            emit(lane(32) | lane(32) << 8 | lane(32) << 16 | lane(32) << 24);
        }
    }

    private int lane(int lanes) {
        int lane = in.u8();
        if (lane >= lanes) {
            throw in.invalid("invalid lane index " + lane + ": expected less than " + lanes);
        }
        return lane;
    }

    private int memoryArgument(int op) {
        int flags = in.u32();
        if (flags < 0 || flags >= 128) {
            throw in.malformed("malformed memop flags " + Integer.toUnsignedString(flags));
        }
        int memory = (flags & 64) == 0 ? 0 : in.u32();
        long offset = in.u64();
        boolean is64 = memory(memory).is64();
        if (!is64 && offset >>> 32 != 0) {
            throw in.invalid("offset out of range: expected 32 bits");
        }
        if (op >= Op.MEMORY_ATOMIC_NOTIFY && (flags & 63) != Opcodes.align(op)) {
            throw in.invalid("atomic alignment must be natural: 2^" + (flags & 63));
        }
        if ((flags & 63) > Opcodes.align(op)) {
            throw in.invalid("alignment must not be larger than natural: 2^" + (flags & 63));
        }
        emit(memory, (int) offset, (int) (offset >>> 32));
        return is64 ? Types.I64 : Types.I32;
    }

    private Module.MemoryType memory(int memory) {
        if (memory < 0 || memory >= module.memories.size()) {
            throw in.invalid("unknown memory " + Integer.toUnsignedString(memory));
        }
        return module.memories.get(memory);
    }

    private void control(int op) {
        switch (op) {
            case Op.UNREACHABLE -> {
                emit(op);
                unreachable();
            }
            case Op.BLOCK, Op.LOOP, Op.IF, Op.TRY_TABLE, Op.TRY -> block(op);
            case Op.CATCH, Op.CATCH_ALL -> legacyCatch(op);
            case Op.DELEGATE -> delegate();
            case Op.RETHROW -> rethrow();
            case Op.ELSE -> otherwise();
            case Op.END -> end();
            case Op.BR -> {
                int depth = in.u32();
                pop(label(depth).labelTypes());
                emitBranch(op, depth);
                unreachable();
            }
            case Op.BR_IF -> {
                int depth = in.u32();
                var types = label(depth).labelTypes();
                pop(Types.I32);
                pop(types);
                emitBranch(op, depth);
                push(types);
            }
            case Op.BR_TABLE -> branchTable();
            case Op.RETURN -> {
                pop(type.results);
                emit(op, type.resultSlots);
                unreachable();
            }
            case Op.CALL, Op.RETURN_CALL -> {
                int function = function();
                call(module.functions.get(function), op == Op.RETURN_CALL, op, function);
            }
            case Op.CALL_INDIRECT, Op.RETURN_CALL_INDIRECT -> callIndirect(op);
            case Op.CALL_REF, Op.RETURN_CALL_REF -> {
                var callee = types.func(in);
                pop(Types.ref(callee) | Types.NULLABLE);
                call(callee, op == Op.RETURN_CALL_REF, op, callee.id);
            }
            case Op.THROW -> {
                int tag = tag();
                pop(module.tags.get(tag).params);
                emit(op, tag);
                unreachable();
            }
            case Op.THROW_REF -> {
                pop(Types.EXNREF);
                emit(op);
                unreachable();
            }
            case Op.DROP -> emit(pop() == Types.V128 ? Op.DROP_V128 : Op.DROP);
            default -> select(op);
        }
    }

    void emitBranch(int op, int depth) {
        emit(op);
        emitTarget(depth);
    }

    private int tag() {
        int tag = in.u32();
        if (tag < 0 || tag >= module.tags.size()) {
            throw in.invalid("unknown tag " + Integer.toUnsignedString(tag));
        }
        return tag;
    }

    private int function() {
        int function = in.u32();
        if (function < 0 || function >= module.functions.size()) {
            throw in.invalid("unknown function " + Integer.toUnsignedString(function));
        }
        return function;
    }

    private void block(int op) {
        int[] params = new int[0];
        int[] results = new int[0];
        int form = in.peek();
        if (form == 0x40) {
            in.u8();
        } else if (form >= Types.V128 && form <= Types.I32
                || form == 0x63
                || form == 0x64
                || Types.isAbstractHeap(form)) {
            results = new int[] {types.value(in)};
        } else {
            long number = in.s33();
            if (number < 0) {
                throw in.malformed("malformed block type " + number);
            }
            var signature = types.get(in, number > Integer.MAX_VALUE ? -1 : (int) number);
            if (signature.kind != DefType.Kind.FUNC) {
                throw in.invalid("type mismatch: expected a function type, found " + signature);
            }
            params = signature.params;
            results = signature.results;
        }
        switch (op) {
            case Op.IF -> openIf(params, results);
            case Op.LOOP -> openLoop(params, results);
            case Op.TRY_TABLE -> openTry(params, results);
            case Op.TRY -> {
                pop(params);
                var block = open(op, params, results);
                block.start = code.size;
                block.tries = tries++;
                hiddenNeeded = Math.max(hiddenNeeded, tries);
            }
            default -> {
                pop(params);
                open(op, params, results);
            }
        }
    }

    private void openIf(int[] params, int[] results) {
        pop(Types.I32);
        emit(Op.JUMP_UNLESS, -1);
        int hole = code.size - 1;
        pop(params);
        open(Op.IF, params, results).elseHole = hole;
    }

    private void openLoop(int[] params, int[] results) {
        pop(params);
        var block = open(Op.LOOP, params, results);
        block.start = code.size;
        emit(Op.CHARGE, 0);
        block.clauses = in.position;
    }

    private void openTry(int[] params, int[] results) {
        pop(params);
        int count = in.count("catch clauses");
        emit(Op.JUMP, -1);
        int clauses = code.size;
        for (int i = 0; i < count; i++) {
            clause();
        }
        if (isLive()) {
            code.values[clauses - 1] = code.size;
        }
        var block = open(Op.TRY_TABLE, params, results);
        block.clauses = clauses;
        block.clauseCount = count;
        block.start = code.size;
    }

    private void clause() {
        int kind = in.u8();
        if (kind > Code.CATCH_ALL_REF) {
            throw in.malformed("malformed catch clause " + kind);
        }
        int tag = kind <= Code.CATCH_REF ? tag() : -1;
        var carried = tag < 0 ? new int[0] : module.tags.get(tag).params;
        if (kind == Code.CATCH_REF || kind == Code.CATCH_ALL_REF) {
            carried = Arrays.copyOf(carried, carried.length + 1);
            carried[carried.length - 1] = Types.ref(Types.EXN);
        }
        int depth = in.u32();
        var expected = label(depth).labelTypes();
        boolean fits = carried.length == expected.length;
        for (int i = 0; fits && i < carried.length; i++) {
            fits = registry.isSubtype(carried[i], expected[i]);
        }
        if (!fits) {
            throw in.invalid(
                    "type mismatch: label takes "
                            + Types.text(expected)
                            + ", the clause gives "
                            + Types.text(carried));
        }
        emit(kind, tag);
        emitTarget(depth);
    }

    private void otherwise() {
        var block = close();
        blocks.removeLast();
        if (block.live) {
            if (!block.unreachable) {
                code.add(Op.JUMP);
                block.holes.add(code.size);
                code.add(-1);
            }
            code.values[block.elseHole] = code.size;
        }
        pushAgain(block);
    }

    private void pushAgain(Block block) {
        var other = open(Op.ELSE, block.params, block.results);
        for (int i = 0; i < block.holes.size; i++) {
            other.holes.add(block.holes.values[i]);
        }
    }

    private void end() {
        var block = close();
        if (block.op == Op.IF) {
            if (!same(block.params, block.results)) {
                throw in.invalid("type mismatch: an if without else must give what it takes");
            }
            if (block.live) {
                code.values[block.elseHole] = code.size;
            }
        }
        if (block.live && block.op == Op.LOOP) {
            code.values[block.start + 1] = in.position - block.clauses;
        }
        if (block.op == Op.TRY_TABLE) {
            delegates(block.delegated, !block.unreachable && block.live);
        }
        if (block.op == Op.TRY) {
            endTry(block);
        }
        if (block.live && block.op == Op.TRY_TABLE && block.clauseCount > 0) {
            handlers.add(
                    new Code.Handler(block.start, code.size, block.clauses, block.clauseCount));
        }
        for (int i = 0; i < block.holes.size; i++) {
            code.values[block.holes.values[i]] = code.size;
        }
        blocks.removeLast();
        push(block.results);
    }

    // --- legacy exceptions ---

    private int tries;
    private final IntList functionDelegated = new IntList();

    /// Ends the body of a `try`, or a `catch` block of it, and begins another.
    private void legacyCatch(int op) {
        var block = blocks.getLast();
        if (block.op != Op.TRY || block.isCatchAll()) {
            throw in.malformed("unexpected catch: expected it in a try, before catch_all");
        }
        int tag = op == Op.CATCH ? tag() : -1;
        pop(block.results);
        if (height != block.height) {
            throw in.invalid("type mismatch: more operands than expected before the catch");
        }
        endBody(block);
        forgetAssignments(block);
        slots = block.slots;
        block.unreachable = false;
        var params = tag < 0 ? new int[0] : module.tags.get(tag).params;
        block.caught.add(tag);
        block.caught.add(code.size);
        push(params);
        maxSlots = Math.max(maxSlots, slots + 1);
        emit(Op.LOCAL_SET_REF, hiddenSlot(block));
    }

    /// Leaves to the end of the block; what is delegated to the body goes on at its own end.
    private void endBody(Block block) {
        if (block.live && !block.unreachable) {
            code.add(Op.JUMP);
            block.holes.add(code.size);
            code.add(-1);
        }
        if (block.bodyEnd < 0) {
            delegates(block.delegated, false);
            block.bodyEnd = code.size;
        }
    }

    private void endTry(Block block) {
        tries--;
        endBody(block);
        if (!block.live || block.caught.size == 0) {
            return;
        }
        int clauses = code.size;
        for (int i = 0; i < block.caught.size; i += 2) {
            int tag = block.caught.values[i];
            int carried =
                    tag < 0 ? 0 : module.tags.get(tag).slots[module.tags.get(tag).params.length];
            code.add(tag < 0 ? Code.CATCH_ALL_REF : Code.CATCH_REF);
            code.add(tag);
            code.add(block.caught.values[i + 1]);
            code.add(carried + 1);
            code.add(block.slots);
        }
        handlers.add(new Code.Handler(block.start, block.bodyEnd, clauses, block.caught.size / 2));
    }

    /// Writes where exceptions go on that were delegated to here: they are thrown again.
    ///
    /// @param reached whether the code before would run into it
    private void delegates(IntList holes, boolean reached) {
        if (holes.size == 0) {
            return;
        }
        if (reached) {
            code.add(Op.JUMP);
            code.add(code.size + 2);
        }
        for (int i = 0; i < holes.size; i++) {
            code.values[holes.values[i]] = code.size;
        }
        code.add(Op.THROW_REF);
        holes.size = 0;
    }

    private void delegate() {
        var block = blocks.getLast();
        if (block.op != Op.TRY || block.bodyEnd >= 0) {
            throw in.malformed("unexpected delegate: expected it in the body of a try");
        }
        int depth = in.u32();
        if (depth < 0 || depth > blocks.size() - 2) {
            throw in.invalid("unknown label " + Integer.toUnsignedString(depth));
        }
        int target = blocks.size() - 2 - depth;
        close();
        tries--;
        if (block.live) {
            endBody(block);
            int clauses = code.size;
            code.add(Code.CATCH_ALL_REF);
            code.add(-1);
            delegatedTo(target).add(code.size);
            code.add(-1);
            code.add(1);
            code.add(block.slots);
            maxSlots = Math.max(maxSlots, block.slots + 1);
            handlers.add(new Code.Handler(block.start, block.bodyEnd, clauses, 1));
        }
        for (int i = 0; i < block.holes.size; i++) {
            code.values[block.holes.values[i]] = code.size;
        }
        blocks.removeLast();
        push(block.results);
    }

    /// Who may catch what is thrown in a block: the innermost body around its end.
    private IntList delegatedTo(int block) {
        for (int i = block; i >= 0; i--) {
            var found = blocks.get(i);
            boolean body = found.op == Op.TRY && found.bodyEnd < 0 || found.op == Op.TRY_TABLE;
            if (body && found.live) {
                return found.delegated;
            }
        }
        return functionDelegated;
    }

    private void rethrow() {
        int depth = in.u32();
        var block = label(depth);
        if (block.op != Op.TRY || block.bodyEnd < 0) {
            throw in.invalid("invalid rethrow label " + depth + ": expected one of a catch");
        }
        maxSlots = Math.max(maxSlots, slots + 1);
        emit(Op.LOCAL_GET_REF, hiddenSlot(block), Op.THROW_REF);
        unreachable();
    }

    private boolean same(int[] params, int[] results) {
        if (params.length != results.length) {
            return false;
        }
        for (int i = 0; i < params.length; i++) {
            if (!registry.isSubtype(params[i], results[i])) {
                return false;
            }
        }
        return true;
    }

    private void branchTable() {
        int count = in.count("labels");
        var depths = new int[count + 1];
        for (int i = 0; i <= count; i++) {
            depths[i] = in.u32();
        }
        pop(Types.I32);
        emit(Op.BR_TABLE, count);
        int arity = label(depths[count]).labelTypes().length;
        for (int depth : depths) {
            var types = label(depth).labelTypes();
            if (types.length != arity) {
                throw in.invalid("type mismatch: labels of br_table differ in arity");
            }
            check(types);
            emitTarget(depth);
        }
        pop(label(depths[count]).labelTypes());
        unreachable();
    }

    /// Whether the stack has these on top, which stay. In dead code, what is missing is anything.
    private void check(int[] types) {
        var block = blocks.getLast();
        for (int i = 0; i < types.length; i++) {
            int place = height - types.length + i;
            int found = place >= block.height ? operands[place] : Types.BOTTOM;
            if (place < block.height && !block.unreachable) {
                throw in.invalid("type mismatch: expected " + Types.text(types) + " for a label");
            }
            if (!registry.isSubtype(found, types[i])) {
                throw mismatch(types[i], Types.text(found));
            }
        }
    }

    private void call(DefType callee, boolean tail, int... ops) {
        pop(callee.params);
        if (tail) {
            boolean fits = callee.results.length == type.results.length;
            for (int i = 0; fits && i < type.results.length; i++) {
                fits = registry.isSubtype(callee.results[i], type.results[i]);
            }
            if (!fits) {
                throw in.invalid("type mismatch: a tail call to " + callee + " in " + type);
            }
        }
        calls |= !tail && isLive();
        emit(ops);
        if (tail) {
            unreachable();
        } else {
            push(callee.results);
        }
    }

    private void callIndirect(int op) {
        var callee = types.func(in);
        int table = table();
        var place = module.tables.get(table);
        if (!registry.isSubtype(place.element(), Types.FUNCREF)) {
            throw in.invalid("type mismatch: expected a table of functions");
        }
        pop(place.is64() ? Types.I64 : Types.I32);
        call(callee, op == Op.RETURN_CALL_INDIRECT, op, callee.id, table);
    }

    int table() {
        int table = in.u32();
        if (table < 0 || table >= module.tables.size()) {
            throw in.invalid("unknown table " + Integer.toUnsignedString(table));
        }
        return table;
    }

    private void select(int op) {
        if (op == Op.SELECT_T) {
            int count = in.count("types");
            if (count != 1) {
                throw in.invalid("invalid result arity: expected 1, found " + count);
            }
            int result = types.value(in);
            pop(Types.I32);
            pop(result);
            pop(result);
            pushSelected(result);
            return;
        }
        pop(Types.I32);
        int first = pop();
        int second = pop();
        if (Types.isRef(first) || Types.isRef(second)) {
            throw in.invalid("type mismatch: select of references needs their type");
        }
        if (first != second && first != Types.BOTTOM && second != Types.BOTTOM) {
            throw mismatch(first, Types.text(second));
        }
        pushSelected(first == Types.BOTTOM ? second : first);
    }

    private void pushSelected(int result) {
        emit(
                Types.isRef(result)
                        ? Op.SELECT_REF
                        : result == Types.V128 ? Op.SELECT_V128 : Op.SELECT);
        push(result);
    }

    private void variable(int op) {
        switch (op) {
            case Op.LOCAL_GET -> {
                int local = local();
                if (!assigned[local]) {
                    throw in.invalid("uninitialized local " + local);
                }
                emit(variant(op, locals[local]), localSlots[local]);
                push(locals[local]);
            }
            case Op.LOCAL_SET, Op.LOCAL_TEE -> {
                int local = local();
                pop(locals[local]);
                emit(variant(op, locals[local]), localSlots[local]);
                if (!assigned[local]) {
                    assigned[local] = true;
                    assignments.add(local);
                }
                if (op == Op.LOCAL_TEE) {
                    push(locals[local]);
                }
            }
            case Op.GLOBAL_GET, Op.GLOBAL_SET -> global(op);
            case Op.TABLE_GET, Op.TABLE_SET -> {
                int table = table();
                if (op == Op.TABLE_SET) {
                    pop(module.tables.get(table).element());
                }
                pop(address(table));
                emit(op, table);
                if (op == Op.TABLE_GET) {
                    push(module.tables.get(table).element());
                }
            }
            case Op.MEMORY_SIZE, Op.MEMORY_GROW -> {
                int memory = in.u32();
                int address = memory(memory).is64() ? Types.I64 : Types.I32;
                if (op == Op.MEMORY_GROW) {
                    pop(address);
                }
                emit(op, memory);
                push(address);
            }
            default -> reference(op);
        }
    }

    private int local() {
        int local = in.u32();
        if (local < 0 || local >= ownLocals) {
            throw in.invalid("unknown local " + Integer.toUnsignedString(local));
        }
        return local;
    }

    private static int variant(int op, int type) {
        if (Types.isRef(type)) {
            return op - Op.LOCAL_GET + Op.LOCAL_GET_REF;
        }
        return type == Types.V128 ? op - Op.LOCAL_GET + Op.LOCAL_GET_V128 : op;
    }

    private int address(int table) {
        return module.tables.get(table).is64() ? Types.I64 : Types.I32;
    }

    private void global(int op) {
        int global = in.u32();
        if (global < 0 || global >= module.globals.size()) {
            throw in.invalid("unknown global " + Integer.toUnsignedString(global));
        }
        var found = module.globals.get(global);
        int kind = Types.isRef(found.type()) ? 1 : found.type() == Types.V128 ? 2 : 0;
        if (op == Op.GLOBAL_GET) {
            if (constant && found.mutable()) {
                throw in.invalid("constant expression required, found a mutable global");
            }
            emit(op, global, kind);
            push(found.type());
            return;
        }
        if (!found.mutable()) {
            throw in.invalid("global " + global + " is immutable");
        }
        pop(found.type());
        emit(op, global, kind);
    }

    private void reference(int op) {
        switch (op) {
            case Op.REF_NULL -> {
                int heap = types.heap(in);
                emit(op);
                push(Types.REF | Types.NULLABLE | heap);
            }
            case Op.REF_IS_NULL -> {
                popRef();
                emit(op);
                push(Types.I32);
            }
            case Op.REF_FUNC -> {
                int function = function();
                if (constant) {
                    module.declared.set(function);
                } else if (!module.declared.get(function)) {
                    throw in.invalid("undeclared function reference " + function);
                }
                emit(op, function);
                push(Types.ref(module.functions.get(function)));
            }
            case Op.REF_EQ -> {
                pop(Types.nullable(Types.EQ));
                pop(Types.nullable(Types.EQ));
                emit(op);
                push(Types.I32);
            }
            case Op.REF_AS_NON_NULL -> {
                int found = popRef();
                emit(op);
                push(found & ~Types.NULLABLE);
            }
            case Op.BR_ON_NULL -> {
                int depth = in.u32();
                var label = label(depth).labelTypes();
                int found = popRef();
                pop(label);
                emitBranch(op, depth);
                push(label);
                push(found & ~Types.NULLABLE);
            }
            default -> {
                int depth = in.u32();
                var label = label(depth).labelTypes();
                if (label.length == 0 || !Types.isRef(label[label.length - 1])) {
                    throw in.invalid("type mismatch: expected a label that takes a reference");
                }
                pop(label[label.length - 1] | Types.NULLABLE);
                var rest = Arrays.copyOf(label, label.length - 1);
                pop(rest);
                emitBranch(op, depth);
                push(rest);
            }
        }
    }

    private void bulk(int op) {
        switch (op) {
            case Op.MEMORY_INIT -> {
                int data = data();
                int memory = in.u32();
                pop(Types.I32);
                pop(Types.I32);
                pop(memory(memory).is64() ? Types.I64 : Types.I32);
                emit(op, data, memory);
            }
            case Op.DATA_DROP -> emit(op, data());
            case Op.MEMORY_COPY -> {
                int to = in.u32();
                int from = in.u32();
                boolean wideTo = memory(to).is64();
                boolean wideFrom = memory(from).is64();
                pop(wideTo && wideFrom ? Types.I64 : Types.I32);
                pop(wideFrom ? Types.I64 : Types.I32);
                pop(wideTo ? Types.I64 : Types.I32);
                emit(op, to, from);
            }
            case Op.MEMORY_FILL -> {
                int memory = in.u32();
                int address = memory(memory).is64() ? Types.I64 : Types.I32;
                pop(address);
                pop(Types.I32);
                pop(address);
                emit(op, memory);
            }
            default -> bulkTable(op);
        }
    }

    int data() {
        int data = in.u32();
        if (module.dataCount < 0) {
            throw in.malformed("data count section required");
        }
        if (data < 0 || data >= module.dataCount) {
            throw in.invalid("unknown data segment " + Integer.toUnsignedString(data));
        }
        return data;
    }

    int element() {
        int element = in.u32();
        if (element < 0 || element >= module.elements.size()) {
            throw in.invalid("unknown elem segment " + Integer.toUnsignedString(element));
        }
        return element;
    }

    private void bulkTable(int op) {
        switch (op) {
            case Op.TABLE_INIT -> {
                int element = element();
                int table = table();
                match(module.elements.get(element).type(), table);
                pop(Types.I32);
                pop(Types.I32);
                pop(address(table));
                emit(op, element, table);
            }
            case Op.ELEM_DROP -> emit(op, element());
            case Op.TABLE_COPY -> {
                int to = table();
                int from = table();
                match(module.tables.get(from).element(), to);
                boolean wide = module.tables.get(to).is64() && module.tables.get(from).is64();
                pop(wide ? Types.I64 : Types.I32);
                pop(address(from));
                pop(address(to));
                emit(op, to, from);
            }
            case Op.TABLE_GROW -> {
                int table = table();
                pop(address(table));
                pop(module.tables.get(table).element());
                emit(op, table);
                push(address(table));
            }
            case Op.TABLE_SIZE -> {
                int table = table();
                emit(op, table);
                push(address(table));
            }
            default -> {
                int table = table();
                pop(address(table));
                pop(module.tables.get(table).element());
                pop(address(table));
                emit(op, table);
            }
        }
    }

    void match(int type, int table) {
        int element = module.tables.get(table).element();
        if (!registry.isSubtype(type, element)) {
            throw mismatch(element, Types.text(type));
        }
    }
}
