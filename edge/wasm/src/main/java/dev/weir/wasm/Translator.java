package dev.weir.wasm;

import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_void;

import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.TypeKind;
import java.lang.classfile.instruction.SwitchCase;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Turns the [Code] of a function into the body of a method.
///
/// One pass over the instructions, with a stack of [Operand]s in place of the operands. Where code
/// can be come to by a branch, the JVM's stack is empty and every operand is in the local of its
/// slot, so that branches, exception handlers and entries in the middle need nothing more. Between
/// these places operands are expressions, and are written when something uses them or has an effect
/// after them.
final class Translator {
    private static final ClassDesc RUNTIME_EXCEPTION = ClassDesc.of("java.lang.RuntimeException");
    private static final ClassDesc GUEST_EXCEPTION = ClassDesc.of("dev.weir.wasm.GuestException");
    private static final ClassDesc TAG = ClassDesc.of("dev.weir.wasm.Tag");
    private static final int DEEP = 40;

    private final Code code;
    private final int[] ops;
    private final Module module;
    private final Signature signature;
    private final CodeBuilder out;
    private final Emitter emitter;
    private final Kind[] slotKinds;

    private final ArrayList<Operand> stack = new ArrayList<>();
    private int height;
    private int pc;
    private boolean live = true;

    private final Map<Integer, Label> labels = new HashMap<>();

    /// The kinds of the operands where branches go.
    private final Map<Integer, Kind[]> states = new HashMap<>();

    private final Map<Integer, Label> handlerStarts = new HashMap<>();
    private final Map<Integer, Label> handlerEnds = new HashMap<>();
    private final Set<Integer> entered = new HashSet<>();
    private final boolean[] loops;
    private final BitSet used = new BitSet();
    private final BitSet changed = new BitSet();
    private final Label body;

    /// Where the range began whose exceptions are traps.
    private @Nullable Label guarded;

    /// The line of what traps in it; 0 without lines.
    private int line;

    /// Where such ranges begin and end, by turns, for each line: a handler for each costs nothing
    /// where the guest runs, while a local with the line would take a register of its loops.
    private final Map<Integer, List<Label>> ranges = new LinkedHashMap<>();

    /// The part of the code to write; null for a method of its own.
    private final @Nullable Plan plan;

    private final int from;
    private final int to;

    /// Where the operands are noted too, as the code may be cut there.
    private final Set<Integer> cuts;

    /// The first and last places that branches to a place come from.
    private final Map<Integer, int[]> sources = new HashMap<>();

    /// Writes the whole of a function.
    Translator(Compiler unit, Code code, Signature signature, CodeBuilder out) {
        this(
                unit,
                code,
                signature.arguments(),
                signature,
                out,
                null,
                0,
                Set.of(),
                lanes(unit, code));
    }

    /// Writes a part of a function.
    Translator(Compiler unit, Code code, CodeBuilder out, Plan plan, int part) {
        this(
                unit,
                code,
                Plan.INSTANCE,
                Signature.of(code.type()),
                out,
                plan,
                part,
                Set.of(),
                plan.lanes);
    }

    private Translator(
            Compiler unit,
            Code code,
            int instance,
            Signature signature,
            CodeBuilder out,
            @Nullable Plan plan,
            int part,
            Set<Integer> cuts,
            Map<Integer, Lanes> lanes) {
        this.code = code;
        this.ops = code.ops();
        this.module = unit.module;
        this.signature = signature;
        this.out = out;
        this.body = out.newLabel();
        this.emitter =
                new Emitter(
                        unit,
                        code,
                        instance,
                        out,
                        this::endGuard,
                        this::startGuard,
                        this::guardLine,
                        lanes);
        this.slotKinds = new Kind[code.localSlots()];
        this.loops = new boolean[ops.length + 1];
        this.plan = plan;
        this.from = plan == null ? 0 : plan.start(part);
        this.to = plan == null ? ops.length : plan.end(part);
        this.cuts = cuts;
        int slot = 0;
        for (int type : code.locals()) {
            slotKinds[slot] = Kind.of(type);
            slot += Types.width(type);
        }
        height = code.localSlots();
    }

    /// Finds out what the operands are wherever a branch or one of the cuts is, and where branches
    /// come from. What is written on the way is thrown away.
    static Translator survey(Compiler unit, Code code, Set<Integer> cuts) {
        var found = new Translator[1];
        var signature = Signature.of(code.type());
        ClassFile.of()
                .build(
                        Compiler.SELF,
                        to -> {
                            try {
                                to.withMethodBody(
                                        "survey",
                                        signature.desc(),
                                        Compiler.STATIC,
                                        out -> {
                                            found[0] =
                                                    new Translator(
                                                            unit,
                                                            code,
                                                            signature.arguments(),
                                                            signature,
                                                            out,
                                                            null,
                                                            0,
                                                            cuts,
                                                            Map.of());
                                            found[0].translate();
                                            throw new Surveyed();
                                        });
                            } catch (Surveyed e) {
                                // All is known.
                            }
                        });
        return found[0];
    }

    private static final class Surveyed extends RuntimeException {
        private static final long serialVersionUID = 1;

        Surveyed() {
            super(null, null, false, false);
        }
    }

    /// What the lanes of the locals are best taken for, which is known when the function has been
    /// written once.
    private static Map<Integer, Lanes> lanes(Compiler unit, Code code) {
        for (int type : code.locals()) {
            if (type == Types.V128 && unit.module.engine.vectors) {
                return survey(unit, code, Set.of()).lanes();
            }
        }
        return Map.of();
    }

    Map<Integer, Lanes> lanes() {
        return emitter.vectors == null ? Map.of() : emitter.vectors.favourites();
    }

    Map<Integer, Kind[]> states() {
        return states;
    }

    Map<Integer, int[]> sources() {
        return sources;
    }

    /// Whether it has a tail call other than to itself.
    static boolean endsWithCalls(Code code, boolean alsoToItself) {
        int[] ops = code.ops();
        for (int pc = 0; pc < ops.length; pc = next(code, pc)) {
            switch (ops[pc]) {
                case Op.RETURN_CALL_INDIRECT, Op.RETURN_CALL_REF -> {
                    return true;
                }
                case Op.RETURN_CALL -> {
                    if (alsoToItself || ops[pc + 1] != code.index()) {
                        return true;
                    }
                }
                default -> {}
            }
        }
        return false;
    }

    /// Where the instruction after one is. The clauses of handlers are between instructions.
    static int next(Code code, int pc) {
        int next = pc + Interpreter.length(code.ops(), pc);
        if (code.ops()[pc] == Op.JUMP) {
            for (var handler : code.handlers()) {
                if (handler.clauses() == next) {
                    return next + 5 * handler.count();
                }
            }
        }
        return next;
    }

    // --- the whole ---

    void translate() {
        prologue();
        for (var handler : code.handlers()) {
            if (handler.start() < to && handler.end() > from) {
                int start = Math.max(handler.start(), from);
                handlerStarts.computeIfAbsent(start, unused -> out.newLabel());
                int end = Math.min(handler.end(), to);
                handlerEnds.computeIfAbsent(end, unused -> out.newLabel());
            }
        }
        pc = from;
        while (pc < to) {
            arrive();
            int next = next(code, pc);
            if (live) {
                emitter.mark(pc);
                instruction(ops[pc]);
            }
            pc = next;
        }
        if (plan != null && live) {
            spillAll();
            out.goto_(label(to));
        }
        bindHandlerEnds();
        endGuard();
        handlers();
        if (plan != null) {
            exits(plan);
        }
    }

    private void prologue() {
        out.lineNumber(1);
        emitter.startMarks(from);
        if (plan == null) {
            parameters();
        } else {
            states.putAll(plan.states);
            live = false;
        }
        boolean charges = false;
        boolean turns = false;
        boolean memory = false;
        var globals = new boolean[module.globals.size()];
        for (int at = from; at < to; at = next(code, at)) {
            int op = ops[at];
            switch (op) {
                case Op.LOCAL_GET, Op.LOCAL_GET_REF, Op.LOCAL_GET_V128 -> used.set(ops[at + 1]);
                case Op.LOCAL_SET,
                        Op.LOCAL_TEE,
                        Op.LOCAL_SET_REF,
                        Op.LOCAL_TEE_REF,
                        Op.LOCAL_SET_V128,
                        Op.LOCAL_TEE_V128 -> {
                    used.set(ops[at + 1]);
                    changed.set(ops[at + 1]);
                }
                case Op.GLOBAL_GET, Op.GLOBAL_SET -> globals[ops[at + 1]] = true;
                case Op.CHARGE -> {
                    charges = true;
                    if (at > 0) {
                        loops[at] = true;
                        turns = true;
                    }
                }
                default -> {
                    boolean vector =
                            op >= Op.V128_LOAD && op <= Op.V128_STORE
                                    || op >= Op.V128_LOAD8_LANE && op <= Op.V128_LOAD64_ZERO;
                    if (vector || op >= Op.I32_LOAD && op <= Op.I64_STORE32) {
                        memory |= ops[at + 1] == 0;
                    }
                }
            }
        }
        if (code.calls() && plan == null) {
            checkDepth(out, emitter.left);
        }
        for (int i = 0; i < globals.length; i++) {
            if (globals[i]) {
                emitter.loadGlobal(i);
            }
        }
        if (memory) {
            emitter.memory = out.allocateLocal(TypeKind.REFERENCE);
            if (module.memories.getFirst().grows()) {
                emitter.limit = out.allocateLocal(TypeKind.INT);
            }
            emitter.reload();
        }
        if (charges) {
            emitter.loadStore();
        }
        if (turns) {
            emitter.keepBudget();
        }
        out.labelBinding(body);
        startGuard();
        if (plan != null) {
            entries(plan);
            return;
        }
        int slot = code.type().slots[code.type().params.length];
        for (; slot < code.localSlots(); slot++) {
            if (slotKinds[slot] != null && used.get(slot)) {
                emitter.clear(slotKinds[slot], slot);
            }
        }
    }

    static void checkDepth(CodeBuilder out, int left) {
        var deep = out.newLabel();
        out.iload(left)
                .ifgt(deep)
                .invokestatic(Compiler.COMPILED, "exhausted", MethodTypeDesc.of(RUNTIME_EXCEPTION))
                .athrow()
                .labelBinding(deep);
    }

    // --- the edges of a part ---

    /// Takes the locals that matter from the frame's arrays, and goes to where the part is entered.
    private void entries(Plan plan) {
        var places = plan.entries(from, to);
        var live = plan.live(places);
        for (int slot = 0; slot < code.localSlots(); slot++) {
            if (slotKinds[slot] == null || !used.get(slot)) {
                continue;
            }
            if (live.get(slot)) {
                take(slotKinds[slot], slot);
            } else {
                emitter.clear(slotKinds[slot], slot);
            }
        }
        var cases = new ArrayList<SwitchCase>();
        for (int place : places) {
            cases.add(SwitchCase.of(place, out.newLabel()));
        }
        var none = out.newLabel();
        out.iload(Plan.ENTRY).lookupswitch(none, cases);
        for (var entry : cases) {
            out.labelBinding(entry.target());
            int slot = code.localSlots();
            for (var kind : Objects.requireNonNull(states.get(entry.caseValue()))) {
                take(kind, slot);
                slot += kind.width();
            }
            out.goto_(label(entry.caseValue()));
        }
        out.labelBinding(none)
                .invokestatic(Compiler.COMPILED, "lost", MethodTypeDesc.of(RUNTIME_EXCEPTION))
                .athrow();
    }

    private void take(Kind kind, int slot) {
        for (int half = 0; half < kind.width(); half++) {
            Plan.load(out, kind, slot + half);
        }
        emitter.storeUnits(kind, slot);
    }

    /// Puts the topmost value of the JVM's stack into the frame's arrays.
    private void give(Kind kind, int slot) {
        for (int half = kind.width() - 1; half >= 0; half--) {
            Plan.store(out, kind, slot + half);
        }
    }

    /// Leaves to other parts: operands and changed locals that matter there go back to the arrays,
    /// and the place is what the method gives.
    private void exits(Plan plan) {
        var common = out.newLabel();
        var targets = new ArrayList<Integer>();
        for (var exit : List.copyOf(labels.entrySet())) {
            int target = exit.getKey();
            if (target >= from && target < to) {
                continue;
            }
            targets.add(target);
            out.labelBinding(exit.getValue());
            int slot = code.localSlots();
            for (var kind : Objects.requireNonNull(states.get(target))) {
                emitter.loadUnits(kind, slot);
                give(kind, slot);
                slot += kind.width();
            }
            out.loadConstant(target).istore(Plan.ENTRY).goto_(common);
        }
        if (!targets.isEmpty()) {
            out.labelBinding(common);
            emitter.storeBudget();
            var live = plan.live(targets);
            for (int slot = 0; slot < code.localSlots(); slot++) {
                // An old reference in the array would keep its object from being collected.
                boolean matters = live.get(slot) || slotKinds[slot] == Kind.REFERENCE;
                if (slotKinds[slot] != null && changed.get(slot) && matters) {
                    emitter.loadUnits(slotKinds[slot], slot);
                    give(slotKinds[slot], slot);
                }
            }
            out.iload(Plan.ENTRY).ireturn();
        }
    }

    private void parameters() {
        int local = 0;
        int slot = 0;
        for (int type : code.type().params) {
            var kind = Kind.of(type);
            if (signature.spilled()) {
                for (int i = 0; i < kind.width(); i++) {
                    Compiler.get(out, kind, emitter.instance, slot + i);
                }
                emitter.storeUnits(kind, slot);
            } else {
                emitter.parameter(kind, slot, local);
                local += kind.size();
            }
            slot += kind.width();
        }
    }

    private Label label(int at) {
        return labels.computeIfAbsent(at, unused -> out.newLabel());
    }

    /// What must be so before the instruction at `pc`.
    private void arrive() {
        var state = states.get(pc);
        boolean target = state != null;
        boolean boundary =
                target
                        || loops[pc]
                        || cuts.contains(pc)
                        || handlerStarts.containsKey(pc)
                        || handlerEnds.containsKey(pc);
        if (!boundary) {
            return;
        }
        if (live) {
            spillAll();
            if (cuts.contains(pc) || loops[pc]) {
                note(pc, 0, height);
            }
        } else if (state != null) {
            restore(state);
            live = true;
        }
        bindHandlerEnds();
        if (live && (target || loops[pc])) {
            out.labelBinding(label(pc));
        }
        var start = handlerStarts.get(pc);
        if (start != null) {
            out.labelBinding(start);
            if (live || plan != null) {
                out.nop();
                entered.add(pc);
                for (var handler : code.handlers()) {
                    if (handler.start() == pc && plan == null) {
                        clauses(handler);
                    }
                }
            }
        }
    }

    private void bindHandlerEnds() {
        var end = handlerEnds.get(pc);
        if (end != null) {
            out.labelBinding(end);
        }
    }

    private void restore(Kind[] kinds) {
        stack.clear();
        height = code.localSlots();
        for (var kind : kinds) {
            push(Operand.var(kind, height));
        }
    }

    // --- the stack ---

    private void push(Operand node) {
        node.slot = height;
        stack.add(node);
        height += node.kind.width();
        if (node.depth > DEEP) {
            flush();
        }
    }

    private Operand pop() {
        var node = stack.removeLast();
        height -= node.kind.width();
        return node;
    }

    /// Takes operands off the stack, in order. If some are on the JVM's stack, these are the first.
    private Operand[] pop(int count) {
        var nodes = new Operand[count];
        for (int i = count - 1; i >= 0; i--) {
            nodes[i] = pop();
        }
        for (int i = 1; i < count; i++) {
            if (nodes[i].onStack && !(nodes[i - 1].op == Operand.STACK)) {
                hold(nodes, i);
            }
        }
        return nodes;
    }

    /// Puts what is on the JVM's stack into locals.
    private void hold(Operand[] nodes, int from) {
        for (int i = from; i < nodes.length; i++) {
            emitter.emit(nodes[i]);
        }
        for (int i = nodes.length - 1; i >= from; i--) {
            emitter.store(nodes[i], nodes[i].slot);
            nodes[i] = Operand.var(nodes[i].kind, nodes[i].slot);
        }
    }

    /// Writes all expressions, before something that has an effect.
    private void flush() {
        boolean under = true;
        for (int i = 0; i < stack.size(); i++) {
            var node = stack.get(i);
            under &= node.op == Operand.VAR;
            if (!under && node.op != Operand.STACK) {
                emitter.emit(node);
                stack.set(i, Operand.onStack(node, emitter.lanes(node)));
            }
        }
    }

    /// Puts every operand into the local of its slot.
    private void spillAll() {
        flush();
        for (int i = stack.size() - 1; i >= 0; i--) {
            var node = stack.get(i);
            if (node.op == Operand.STACK) {
                emitter.store(node, node.slot);
                stack.set(i, Operand.var(node.kind, node.slot));
            }
        }
    }

    /// The same, but for the topmost operand, which is taken off.
    private Operand popCondition() {
        var nodes = pop(1);
        if (nodes[0].onStack) {
            hold(nodes, 0);
        }
        spillAll();
        return nodes[0];
    }

    // --- branches ---

    /// Notes what the operands are where a branch goes that carries `count` slots to a height.
    private void expect(int target, int count, int to) {
        from(target, pc);
        note(target, count, to);
    }

    private void from(int target, int place) {
        var range = sources.computeIfAbsent(target, unused -> new int[] {place, place});
        range[0] = Math.min(range[0], place);
        range[1] = Math.max(range[1], place);
    }

    private void note(int target, int count, int to) {
        if (states.containsKey(target)) {
            return;
        }
        var kinds = new ArrayList<Kind>();
        for (var node : stack) {
            if (node.slot < to || count > 0 && node.slot >= height - count) {
                kinds.add(node.kind);
            }
        }
        states.put(target, kinds.toArray(new Kind[0]));
    }

    /// Goes to where the three ints say, with the operands in locals.
    private void branch(int at) {
        int target = ops[at];
        int count = ops[at + 1];
        int to = ops[at + 2];
        expect(target, count, to);
        int from = height - count;
        if (count > 0 && from != to) {
            var carried = stack.stream().filter(node -> node.slot >= from).toList();
            carried.forEach(emitter::emit);
            for (var node : carried.reversed()) {
                emitter.store(node, node.slot - from + to);
            }
        }
        out.goto_(label(target));
    }

    private boolean moves(int at) {
        return ops[at + 1] > 0 && height - ops[at + 1] != ops[at + 2];
    }

    private void branchIf(Operand condition, int at) {
        if (moves(at)) {
            var not = out.newLabel();
            emitter.condition(condition, not, false);
            branch(at);
            out.labelBinding(not);
        } else {
            expect(ops[at], ops[at + 1], ops[at + 2]);
            emitter.condition(condition, label(ops[at]), true);
        }
    }

    private void branchTable() {
        var choice = popCondition();
        int count = ops[pc + 1];
        emitter.emit(choice);
        var arms = new HashMap<List<Integer>, Label>();
        var cases = new ArrayList<SwitchCase>();
        var order = new ArrayList<Integer>();
        Label other = null;
        for (int i = 0; i <= count; i++) {
            int at = pc + 2 + 3 * i;
            Label arm;
            if (moves(at)) {
                var key = List.of(ops[at], ops[at + 1], ops[at + 2]);
                if (!arms.containsKey(key)) {
                    order.add(at);
                }
                arm = arms.computeIfAbsent(key, unused -> out.newLabel());
            } else {
                expect(ops[at], ops[at + 1], ops[at + 2]);
                arm = label(ops[at]);
            }
            if (i == count) {
                other = arm;
            } else {
                cases.add(SwitchCase.of(i, arm));
            }
        }
        if (count == 0) {
            out.pop().goto_(other);
        } else {
            out.tableswitch(0, count - 1, other, cases);
        }
        for (int at : order) {
            out.labelBinding(arms.get(List.of(ops[at], ops[at + 1], ops[at + 2])));
            branch(at);
        }
        live = false;
    }

    // --- exceptions ---

    private void startGuard() {
        guarded = out.newBoundLabel();
    }

    private void endGuard() {
        if (guarded != null) {
            var range = ranges.computeIfAbsent(line, unused -> new ArrayList<>());
            range.add(guarded);
            range.add(out.newBoundLabel());
            guarded = null;
        }
    }

    private void guardLine(int next) {
        if (next != line) {
            // The JVM takes no empty range.
            out.nop();
            endGuard();
            line = next;
            startGuard();
        }
    }

    /// Notes what the operands are where the clauses of a handler go.
    private void clauses(Code.Handler handler) {
        for (int i = 0; i < handler.count(); i++) {
            int at = handler.clauses() + 5 * i;
            from(ops[at + 2], handler.start());
            from(ops[at + 2], handler.end() - 1);
            if (states.containsKey(ops[at + 2])) {
                continue;
            }
            var kinds = new ArrayList<Kind>();
            for (var node : stack) {
                if (node.slot < ops[at + 4]) {
                    kinds.add(node.kind);
                }
            }
            if (ops[at] <= Code.CATCH_REF) {
                for (int type : module.tags.get(ops[at + 1]).params) {
                    kinds.add(Kind.of(type));
                }
            }
            if (ops[at] == Code.CATCH_REF || ops[at] == Code.CATCH_ALL_REF) {
                kinds.add(Kind.REFERENCE);
            }
            states.put(ops[at + 2], kinds.toArray(new Kind[0]));
        }
    }

    private void handlers() {
        var all = code.handlers();
        for (int i = 0; i < all.size(); i++) {
            handler(all.get(i), all.subList(i, all.size()));
        }
        if (ranges.isEmpty()) {
            return;
        }
        var trap = out.newLabel();
        ranges.forEach((line, range) -> {
            var place = out.newBoundLabel();
            out.loadConstant(line).goto_(trap);
            for (int i = 0; i < range.size(); i += 2) {
                out.exceptionCatch(range.get(i), range.get(i + 1), place, RUNTIME_EXCEPTION);
            }
        });
        out.labelBinding(trap);
        emitter.storeBudget();
        out.invokestatic(
                        Compiler.COMPILED,
                        "trap",
                        MethodTypeDesc.of(RUNTIME_EXCEPTION, RUNTIME_EXCEPTION, CD_int))
                .athrow();
    }

    /// Looks through the clauses of a handler, and then of those around it.
    private void handler(Code.Handler handler, List<Code.Handler> outward) {
        int first = Math.max(handler.start(), from);
        if (handler.start() >= to || handler.end() <= from || !entered.contains(first)) {
            return;
        }
        var start = Objects.requireNonNull(handlerStarts.get(first));
        var end = Objects.requireNonNull(handlerEnds.get(Math.min(handler.end(), to)));
        var place = out.newBoundLabel();
        int exception = out.allocateLocal(TypeKind.REFERENCE);
        out.astore(exception);
        emitter.reload();
        emitter.reloadBudget();
        for (var around : outward) {
            if (around.start() <= handler.start() && around.end() >= handler.end()) {
                for (int i = 0; i < around.count(); i++) {
                    clause(around.clauses() + 5 * i, exception);
                }
            }
        }
        out.aload(exception).athrow();
        out.exceptionCatch(start, end, place, GUEST_EXCEPTION);
    }

    private void clause(int at, int exception) {
        if (!labels.containsKey(ops[at + 2]) && !states.containsKey(ops[at + 2])) {
            return;
        }
        var other = out.newLabel();
        int slot = ops[at + 4];
        if (ops[at] <= Code.CATCH_REF) {
            out.aload(exception)
                    .getfield(GUEST_EXCEPTION, "tag", TAG)
                    .aload(emitter.instance)
                    .getfield(Compiler.INSTANCE, "tags", TAG.arrayType())
                    .loadConstant(ops[at + 1])
                    .aaload()
                    .if_acmpne(other)
                    .aload(exception)
                    .aload(emitter.instance)
                    .invokestatic(
                            Compiler.COMPILED,
                            "caught",
                            MethodTypeDesc.of(CD_void, GUEST_EXCEPTION, Compiler.INSTANCE));
            slot = take(module.tags.get(ops[at + 1]).params, 0, 0, slot);
        }
        if (ops[at] == Code.CATCH_REF || ops[at] == Code.CATCH_ALL_REF) {
            out.aload(exception);
            emitter.store(Kind.REFERENCE, slot);
        }
        out.goto_(label(ops[at + 2])).labelBinding(other);
    }

    /// Moves values from the store to the locals of slots, from one of the types on.
    private int take(int[] types, int first, int unit, int slot) {
        for (int i = first; i < types.length; i++) {
            var kind = Kind.of(types[i]);
            for (int half = 0; half < kind.width(); half++) {
                Compiler.get(out, kind, emitter.instance, unit++);
            }
            emitter.storeUnits(kind, slot);
            slot += kind.width();
        }
        return slot;
    }

    // --- instructions ---

    private void instruction(int op) {
        switch (op) {
            case Op.CHARGE -> {
                if (pc > 0) {
                    emitter.chargeTurn(ops[pc + 1]);
                } else {
                    emitter.chargeCall(ops[pc + 1]);
                }
            }
            case Op.JUMP -> {
                spillAll();
                expect(ops[pc + 1], 0, height);
                out.goto_(label(ops[pc + 1]));
                live = false;
            }
            case Op.JUMP_UNLESS -> {
                var condition = popCondition();
                expect(ops[pc + 1], 0, height);
                emitter.condition(condition, label(ops[pc + 1]), false);
            }
            case Op.BR -> {
                spillAll();
                branch(pc + 1);
                live = false;
            }
            case Op.BR_IF -> branchIf(popCondition(), pc + 1);
            case Op.BR_TABLE -> branchTable();
            case Op.BR_ON_NULL, Op.BR_ON_NON_NULL -> branchOnNull(op == Op.BR_ON_NULL);
            case Op.BR_ON_CAST, Op.BR_ON_CAST_FAIL -> branchOnCast(op == Op.BR_ON_CAST);
            case Op.UNREACHABLE -> {
                flush();
                emitter.storeBudget();
                out.invokestatic(
                                Compiler.COMPILED,
                                "unreachable",
                                MethodTypeDesc.of(RUNTIME_EXCEPTION))
                        .athrow();
                live = false;
            }
            case Op.RETURN -> giveBack();
            case Op.CALL -> call(module.functions.get(ops[pc + 1]), 0);
            case Op.CALL_INDIRECT, Op.CALL_REF -> call(module.engine.types.get(ops[pc + 1]), 1);
            case Op.RETURN_CALL -> {
                if (ops[pc + 1] == code.index() && plan == null) {
                    again();
                } else {
                    tail(module.functions.get(ops[pc + 1]), 0);
                }
            }
            case Op.RETURN_CALL_INDIRECT, Op.RETURN_CALL_REF ->
                    tail(module.engine.types.get(ops[pc + 1]), 1);
            case Op.THROW -> raise();
            case Op.THROW_REF -> {
                var exception = pop(1)[0];
                flush();
                emitter.emit(exception);
                emitter.storeBudget();
                out.checkcast(GUEST_EXCEPTION).athrow();
                live = false;
            }
            case Op.DROP, Op.DROP_V128 -> drop();
            case Op.LOCAL_SET, Op.LOCAL_SET_REF, Op.LOCAL_SET_V128 -> {
                var value = pop(1)[0];
                flush();
                emitter.emit(value);
                emitter.store(value, ops[pc + 1]);
            }
            case Op.GLOBAL_SET -> {
                var value = pop(1)[0];
                flush();
                emitter.setGlobal(ops[pc + 1], value);
            }
            default -> value(op);
        }
    }

    private void drop() {
        var value = pop(1)[0];
        if (!value.isIdle()) {
            flush();
            emitter.emit(value);
            emitter.pop(value.kind);
        }
    }

    private void value(int op) {
        switch (op) {
            case Op.LOCAL_GET -> push(new Operand(op, slotKinds[ops[pc + 1]], pc, false));
            case Op.LOCAL_GET_REF, Op.REF_NULL, Op.REF_FUNC ->
                    push(new Operand(op, Kind.REFERENCE, pc, false));
            case Op.LOCAL_GET_V128 -> push(new Operand(op, Kind.VECTOR, pc, false));
            case Op.LOCAL_TEE, Op.LOCAL_TEE_REF, Op.LOCAL_TEE_V128 -> {
                var value = pop(1)[0];
                push(new Operand(op, value.kind, pc, false, value));
            }
            case Op.SELECT, Op.SELECT_REF, Op.SELECT_V128 -> {
                var nodes = pop(3);
                push(new Operand(op, nodes[0].kind, pc, false, nodes));
            }
            case Op.GLOBAL_GET ->
                    push(
                            new Operand(
                                    op,
                                    Kind.of(module.globals.get(ops[pc + 1]).type()),
                                    pc,
                                    false));
            case Op.REF_AS_NON_NULL -> expression(op, 1, Kind.REFERENCE);
            case Op.REF_IS_NULL -> expression(op, 1, Kind.INT);
            case Op.REF_EQ -> expression(op, 2, Kind.INT);
            default -> {
                if (op >= Op.I32_STORE && op <= Op.I64_STORE32) {
                    var nodes = pop(2);
                    flush();
                    emitter.memoryStore(pc, nodes[0], nodes[1]);
                } else if (op >= Op.FAR) {
                    far(op);
                } else if (op >= Op.I64_ADD128 && op <= Op.I64_MUL_WIDE_U) {
                    wide(op);
                } else if (Opcodes.isPlain(op)) {
                    plain(op);
                } else if (op >= 0x100 && op < 0x120) {
                    structured(op);
                } else {
                    bulk(op);
                }
            }
        }
    }

    private void expression(int op, int count, Kind kind) {
        push(new Operand(op, kind, pc, false, pop(count)));
    }

    private void statement(int op, int count, boolean grows) {
        var nodes = pop(count);
        flush();
        emitter.run(new Operand(op, Kind.INT, pc, grows, nodes));
    }

    private void plain(int op) {
        int count = Opcodes.before(op).length;
        var after = Opcodes.after(op);
        if (after.length == 0) {
            statement(op, count, false);
        } else {
            expression(op, count, Kind.of(after[0]));
        }
    }

    private void far(int op) {
        int plain = op - Op.FAR;
        int count = Opcodes.before(plain).length;
        var after = Opcodes.after(plain);
        if (after.length > 0) {
            expression(op, count, Kind.of(after[0]));
        } else if (plain <= Op.I64_STORE32) {
            var nodes = pop(count);
            flush();
            emitter.farStore(new Operand(op, Kind.INT, pc, false, nodes));
        } else {
            statement(op, count, false);
        }
    }

    private void wide(int op) {
        var nodes = pop(Opcodes.before(op).length);
        flush();
        emitter.wide(op, nodes, height);
        boolean below = !stack.isEmpty() && stack.getLast().op == Operand.STACK;
        if (below) {
            spillAll();
        }
        push(Operand.var(Kind.LONG, height));
        push(Operand.var(Kind.LONG, height));
    }

    private void structured(int op) {
        switch (op) {
            case Op.STRUCT_NEW -> expression(op, type().params.length, Kind.REFERENCE);
            case Op.STRUCT_NEW_DEFAULT -> expression(op, 0, Kind.REFERENCE);
            case Op.STRUCT_GET, Op.STRUCT_GET_S, Op.STRUCT_GET_U ->
                    expression(op, 1, Kind.of(Types.unpacked(type().params[ops[pc + 2]])));
            case Op.STRUCT_SET -> change(op, 2);
            case Op.ARRAY_NEW, Op.ARRAY_NEW_DATA, Op.ARRAY_NEW_ELEM ->
                    expression(op, 2, Kind.REFERENCE);
            case Op.ARRAY_NEW_DEFAULT -> expression(op, 1, Kind.REFERENCE);
            case Op.ARRAY_NEW_FIXED -> expression(op, ops[pc + 2], Kind.REFERENCE);
            case Op.ARRAY_GET, Op.ARRAY_GET_S, Op.ARRAY_GET_U ->
                    expression(op, 2, Kind.of(Types.unpacked(type().params[0])));
            case Op.ARRAY_SET -> change(op, 3);
            case Op.ARRAY_LEN -> expression(op, 1, Kind.INT);
            case Op.ARRAY_FILL, Op.ARRAY_INIT_DATA, Op.ARRAY_INIT_ELEM -> statement(op, 4, false);
            case Op.ARRAY_COPY -> statement(op, 5, false);
            case Op.REF_TEST, Op.REF_TEST_NULL, Op.I31_GET_S, Op.I31_GET_U ->
                    expression(op, 1, Kind.INT);
            default -> expression(op, 1, Kind.REFERENCE);
        }
    }

    private void change(int op, int count) {
        var nodes = pop(count);
        flush();
        if (!emitter.objectStore(pc, nodes)) {
            emitter.run(new Operand(op, Kind.INT, pc, false, nodes));
        }
    }

    private DefType type() {
        return module.engine.types.get(ops[pc + 1]);
    }

    private void bulk(int op) {
        switch (op) {
            case Op.MEMORY_SIZE ->
                    expression(
                            op, 0, module.memories.get(ops[pc + 1]).is64() ? Kind.LONG : Kind.INT);
            case Op.MEMORY_GROW ->
                    push(
                            new Operand(
                                    op,
                                    module.memories.get(ops[pc + 1]).is64() ? Kind.LONG : Kind.INT,
                                    pc,
                                    true,
                                    pop(1)));
            case Op.TABLE_GET -> expression(op, 1, Kind.REFERENCE);
            case Op.TABLE_SET -> statement(op, 2, false);
            case Op.TABLE_SIZE -> expression(op, 0, address());
            case Op.TABLE_GROW -> expression(op, 2, address());
            case Op.DATA_DROP, Op.ELEM_DROP -> statement(op, 0, false);
            case Op.MEMORY_INIT,
                    Op.MEMORY_COPY,
                    Op.MEMORY_FILL,
                    Op.TABLE_INIT,
                    Op.TABLE_COPY,
                    Op.TABLE_FILL ->
                    statement(op, 3, false);
            default -> throw new IllegalStateException("no instruction " + op);
        }
    }

    private Kind address() {
        return module.tables.get(ops[pc + 1]).is64() ? Kind.LONG : Kind.INT;
    }

    private void branchOnNull(boolean onNull) {
        var reference = popCondition();
        var node = new Operand(Op.REF_IS_NULL, Kind.INT, pc, false, reference);
        if (onNull) {
            branchIf(node, pc + 1);
            push(reference.op == Operand.VAR ? reference : held(reference));
            return;
        }
        // What is not null is carried.
        var not = out.newLabel();
        var kept = held(reference);
        emitter.condition(new Operand(Op.REF_IS_NULL, Kind.INT, pc, false, kept), not, true);
        push(kept);
        branch(pc + 1);
        pop();
        out.labelBinding(not);
    }

    /// Puts a value that was popped into the local of its slot.
    private Operand held(Operand node) {
        if (node.op == Operand.VAR) {
            return node;
        }
        emitter.emit(node);
        emitter.store(node, node.slot);
        return Operand.var(node.kind, node.slot);
    }

    private void branchOnCast(boolean on) {
        spillAll();
        var not = out.newLabel();
        emitter.emit(stack.getLast());
        emitter.matches(ops[pc + 4]);
        if (on) {
            out.ifeq(not);
        } else {
            out.ifne(not);
        }
        branch(pc + 1);
        out.labelBinding(not);
    }

    // --- calls ---

    private void call(DefType type, int extra) {
        var arguments = pop(type.params.length + extra);
        int op = ops[pc];
        if (type.results.length == 1 && type.results[0] != Types.V128) {
            push(new Operand(op, Kind.of(type.results[0]), pc, true, arguments));
            return;
        }
        flush();
        emitter.units(arguments);
        switch (op) {
            case Op.CALL -> emitter.callFunction(ops[pc + 1]);
            case Op.CALL_INDIRECT -> emitter.callIndirect(pc);
            default -> emitter.callRef(pc);
        }
        if (type.results.length > 0) {
            results(type);
        }
    }

    /// Takes the first unit of the results from the JVM's stack and the others from the store.
    private void results(DefType type) {
        int slot = height;
        var first = Kind.of(type.results[0]);
        if (first == Kind.VECTOR) {
            Compiler.get(out, first, emitter.instance, 1);
        }
        emitter.storeUnits(first, slot);
        take(type.results, 1, first.width(), slot + first.width());
        // Operands below may be on the JVM's stack; these are above, in locals.
        boolean below = !stack.isEmpty() && stack.getLast().op == Operand.STACK;
        if (below) {
            spillAll();
        }
        for (int result : type.results) {
            push(Operand.var(Kind.of(result), height));
        }
    }

    private void giveBack() {
        int[] types = code.type().results;
        var values = pop(types.length);
        flush();
        emitter.units(values);
        int unit = code.type().resultSlots;
        if (plan != null) {
            for (int i = types.length - 1; i >= 0; i--) {
                unit -= Types.width(types[i]);
                give(Kind.of(types[i]), unit);
            }
            emitter.storeBudget();
            out.iconst_m1().ireturn();
            live = false;
            return;
        }
        for (int i = types.length - 1; i >= 0; i--) {
            var kind = Kind.of(types[i]);
            for (int half = kind.width() - 1; half >= 0; half--) {
                if (--unit > 0) {
                    Compiler.put(out, kind, emitter.instance, unit);
                }
            }
        }
        emitter.storeBudget();
        out.return_(types.length == 0 ? TypeKind.VOID : Kind.of(types[0]).jvm);
        live = false;
    }

    /// A tail call to itself.
    private void again() {
        int[] types = code.type().params;
        var arguments = pop(types.length);
        flush();
        for (var argument : arguments) {
            emitter.emit(argument);
        }
        int slot = code.type().slots[types.length];
        for (int i = types.length - 1; i >= 0; i--) {
            slot -= Types.width(types[i]);
            emitter.store(arguments[i], slot);
        }
        out.goto_(body);
        live = false;
    }

    private void tail(DefType type, int extra) {
        var arguments = pop(type.params.length + extra);
        flush();
        emitter.units(arguments);
        int callee = out.allocateLocal(TypeKind.REFERENCE);
        switch (ops[pc]) {
            case Op.RETURN_CALL -> emitter.function(ops[pc + 1]);
            case Op.RETURN_CALL_INDIRECT -> emitter.indirect(pc);
            default -> emitter.asFunction();
        }
        out.astore(callee);
        emitter.toStore(type.params);
        emitter.storeBudget();
        out.aload(callee)
                .invokestatic(Compiler.COMPILED, "tail", MethodTypeDesc.of(CD_void, Compiler.FUNC));
        if (plan != null) {
            out.iconst_m1().ireturn();
        } else if (code.type().results.length > 0) {
            var kind = Kind.of(code.type().results[0]);
            emitter.zero(kind == Kind.VECTOR ? Kind.LONG : kind);
            out.return_(kind.jvm);
        } else {
            out.return_();
        }
        live = false;
    }

    private void raise() {
        var type = module.tags.get(ops[pc + 1]);
        var values = pop(type.params.length);
        flush();
        emitter.units(values);
        emitter.toStore(type.params);
        emitter.storeBudget();
        out.aload(emitter.instance)
                .loadConstant(ops[pc + 1])
                .invokestatic(
                        Compiler.COMPILED,
                        "exception",
                        MethodTypeDesc.of(GUEST_EXCEPTION, Compiler.INSTANCE, CD_int))
                .athrow();
        live = false;
    }
}
