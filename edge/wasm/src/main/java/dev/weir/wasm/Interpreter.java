package dev.weir.wasm;

import dev.weir.wasm.TrapException.Code;
import java.lang.invoke.MethodHandle;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Runs [dev.weir.wasm.Code]. One to a store, as it has the store's stack.
///
/// The giant is [#loop]: one `switch` over the instructions that programs spend their time in, with
/// the state of the running frame in locals, so that HotSpot keeps it in registers. HotSpot does
/// not compile methods of more than 8,000 bytes of bytecode, so everything else is in the classes
/// that [#other] hands on to, and what repeats is in small static methods, which it inlines.
///
/// Calls of guests do not nest on Java's stack: a frame is a row of `functions`, `returns` and
/// `bases`. Only a host function that calls back nests a loop; it ends at the frame that it began
/// with, its `floor`. An instruction that can leave the loop other than by a trap (a call, a throw)
/// writes the frame's state to the fields first, for [#unwind].
final class Interpreter {
    /// Made before the heap is full, when nothing can be made.
    private static final TrapException HEAP_FULL = new TrapException("the JVM's heap is full");

    private final Store store;
    private final TypeRegistry types;
    private long[] st = new long[256];
    private @Nullable Object[] rs = new @Nullable Object[256];

    private @Nullable Func[] functions = new @Nullable Func[64];
    private int[] returns = new int[64];
    private int[] bases = new int[64];
    private int depth;

    /// What `depth` was when each of the running calls from outside of the loop began.
    private final IntList floors = new IntList();

    /// What `depth` may rise to; less than the limit while compiled code has frames of its own.
    private int room;

    /// The frame that runs; in the loop, only as new as its last call or throw.
    private @Nullable Func current;

    private int pc;
    private int fp;
    private int sp;

    /// Where the stack was never used since the last call from outside ended.
    private int high;

    Interpreter(Store store) {
        this.store = store;
        this.types = store.engine.types;
        this.room = store.limits.callDepth();
    }

    List<@Nullable Object> call(Func function, @Nullable Object... arguments) {
        if (function.store != store) {
            throw new IllegalArgumentException("the function is of another store");
        }
        int base = sp;
        var type = function.type;
        reserve(base + type.slots[type.params.length] + type.resultSlots + 2);
        Values.putAll(types, type.params, arguments, st, rs, base);
        run(function, base);
        return Values.list(type.results, st, rs, base);
    }

    /// Runs a constant expression into a global.
    void evaluate(Func expression, Global result) {
        int base = sp;
        run(expression, base);
        result.bits = st[base];
        result.high = st[base + 1];
        result.reference = rs[base];
    }

    /// Runs a function whose arguments are on the stack from `base`; its results replace them.
    private void run(Func function, int base) {
        var caller = current;
        int callerPc = pc;
        int callerFp = fp;
        int callerSp = sp;
        int callerDepth = depth;
        if (caller != null) {
            push(caller, callerPc, callerFp);
        }
        int floor = depth;
        floors.add(floor);
        current = null;
        try {
            store.checkCancelled();
            var inside = outside(function, base);
            if (inside != null && inside.code != null) {
                enter(inside, inside.code, base);
                execute(floor);
            }
        } catch (TrapException e) {
            throw traced(e);
        } catch (StackOverflowError e) {
            throw traced(new TrapException(Code.STACK_EXHAUSTED));
        } catch (OutOfMemoryError _) {
            throw HEAP_FULL;
        } finally {
            floors.removeLast();
            current = caller;
            pc = callerPc;
            fp = callerFp;
            sp = callerSp;
            Arrays.fill(functions, callerDepth, depth, null);
            depth = callerDepth;
            if (depth == 0) {
                forget(base + function.type.resultSlots);
            }
        }
    }

    /// Calls a function from compiled code.
    ///
    /// @param units the arguments, as [Signature] says
    /// @param left how many calls deeper it may go
    /// @return the first unit of the results; the others are in the store
    @Nullable Object callUnits(Func function, @Nullable Object[] units, int left) {
        int base = sp;
        int before = room;
        room = depth + left;
        var type = function.type;
        reserve(base + Math.max(type.slots[type.params.length], type.resultSlots) + 2);
        for (int i = 0; i < units.length; i++) {
            switch (units[i]) {
                case Integer number -> st[base + i] = number;
                case Long number -> st[base + i] = number;
                case Float number -> st[base + i] = Float.floatToRawIntBits(number);
                case Double number -> st[base + i] = Double.doubleToRawLongBits(number);
                case null, default -> {}
            }
            rs[base + i] = units[i];
        }
        try {
            run(function, base);
        } finally {
            room = before;
        }
        if (type.resultSlots > 1) {
            store.keep(st, rs, base, type.resultSlots);
        }
        return Signature.first(type, st, rs, base);
    }

    /// Calls a function whose arguments are in the store, for compiled code; the results go there.
    void callSpilled(Func function, int left) {
        int base = sp;
        int before = room;
        room = depth + left;
        var type = function.type;
        int params = type.slots[type.params.length];
        reserve(base + Math.max(params, type.resultSlots) + 2);
        store.take(st, rs, base, params);
        try {
            run(function, base);
        } finally {
            room = before;
        }
        store.keep(st, rs, base, type.resultSlots);
    }

    /// Runs what does not run in the loop, host functions and compiled ones, with arguments from
    /// `base`, and all that they end with a tail call to. The results are there then; if one of
    /// them is for the loop, its arguments are, and it is what this returns.
    private @Nullable Func outside(Func function, int base) {
        while (true) {
            int params = function.type.slots[function.type.params.length];
            sp = base + params;
            if (function.code == null) {
                callHost(function);
                return null;
            }
            var entry = entry(function);
            if (entry == null) {
                return function;
            }
            sp = base + Math.max(params, function.type.resultSlots);
            reserve(sp + 2);
            Compiled.enter(entry, this, base, instance(function), room - depth);
            var next = store.tail;
            if (next == null) {
                sp = base + function.type.resultSlots;
                return null;
            }
            store.tail = null;
            function = next;
            params = function.type.slots[function.type.params.length];
            reserve(base + params + 2);
            store.take(st, rs, base, params);
        }
    }

    private static @Nullable MethodHandle entry(Func function) {
        var entry = function.entry;
        return entry != null ? entry : instance(function).module.tier.entry(function);
    }

    /// The stack's slots for compiled code, which puts results there.
    long[] slots() {
        return st;
    }

    @Nullable Object[] references() {
        return rs;
    }

    /// Lets go of objects above what a caller from outside still reads.
    private void forget(int from) {
        int end = Math.min(high, rs.length);
        if (from < end) {
            Arrays.fill(rs, from, end, null);
        }
        high = from;
    }

    private void execute(int floor) {
        while (true) {
            try {
                loop(floor);
                return;
            } catch (GuestException e) {
                if (!unwind(e, floor)) {
                    throw e;
                }
            }
        }
    }

    private TrapException traced(TrapException e) {
        if (!e.guestTrace().isEmpty() || e == HEAP_FULL) {
            return e;
        }
        var trace = new ArrayList<String>();
        int segment = floors.size - 1;
        int top = depth;
        var innermost = current;
        int place = -1;
        for (var frame : e.frames) {
            switch (frame) {
                case Trace.Part part -> place = place < 0 ? part.pc() : place;
                case Trace.CompiledFrame compiled -> {
                    trace.add(compiled.name(place));
                    place = -1;
                }
                case Trace.Mark.LOOP -> {
                    if (innermost != null) {
                        trace.add(innermost.name(place < 0 ? pc - 1 : place));
                    }
                    place = -1;
                    names(trace, segment < 0 ? 0 : floors.values[segment], top);
                }
                case Trace.Mark.RUN -> {
                    top = segment < 0 ? 0 : floors.values[segment];
                    innermost = null;
                    segment--;
                }
            }
        }
        var event = new Events.Trap();
        if (event.shouldCommit()) {
            event.code = e.code().name();
            event.trace = String.join("\n", first(trace));
            event.commit();
        }
        return new TrapException(
                e.code(), String.valueOf(e.getMessage()), first(trace), e.getCause());
    }

    private void names(List<String> trace, int floor, int top) {
        for (int i = top - 1; i >= floor && trace.size() < Trace.LENGTH; i--) {
            var function = functions[i];
            if (function != null) {
                trace.add(function.name(returns[i] - 1));
            }
        }
    }

    private static List<String> first(List<String> trace) {
        return trace.subList(0, Math.min(trace.size(), Trace.LENGTH));
    }

    private void push(Func function, int pc, int fp) {
        if (depth >= room) {
            throw new TrapException(Code.STACK_EXHAUSTED);
        }
        if (depth == functions.length) {
            int size = Math.min(depth * 2, Math.max(store.limits.callDepth(), depth + 1));
            functions = Arrays.copyOf(functions, size);
            returns = Arrays.copyOf(returns, size);
            bases = Arrays.copyOf(bases, size);
        }
        functions[depth] = function;
        returns[depth] = pc;
        bases[depth] = fp;
        depth++;
    }

    /// Makes a frame whose parameters are on the stack from `base`, and makes it the current one.
    private void enter(Func function, dev.weir.wasm.Code code, int base) {
        reserve(base + code.frameSlots());
        current = function;
        pc = 0;
        fp = base;
        sp = base + code.localSlots();
        if (code.calls() && depth >= room) {
            // Before it is charged, as compiled code does.
            throw new TrapException(Code.STACK_EXHAUSTED);
        }
        int params = function.type.slots[function.type.params.length];
        if (code.localSlots() > params) {
            Arrays.fill(st, base + params, sp, 0);
            for (int slot : code.references()) {
                rs[base + slot] = null;
            }
        }
    }

    private void reserve(int slots) {
        high = Math.max(high, slots);
        if (slots > st.length) {
            if (slots > store.limits.stackSlots()) {
                throw new TrapException(Code.STACK_EXHAUSTED);
            }
            int size = Math.min(store.limits.stackSlots(), Math.max(slots, st.length * 2));
            st = Arrays.copyOf(st, size);
            rs = Arrays.copyOf(rs, size);
        }
    }

    /// Calls a host function; its arguments are the topmost slots, its results replace them.
    private void callHost(Func function) {
        var type = function.type;
        int base = sp - type.slots[type.params.length];
        var arguments = Values.list(type.params, st, rs, base).toArray();
        reserve(base + type.resultSlots + 2);
        try {
            if (function.host == null) {
                throw new IllegalStateException("a function without a body");
            }
            var results = function.host.call(arguments);
            Values.putAll(types, type.results, results, st, rs, base);
        } catch (WasmException e) {
            throw e;
        } catch (Exception e) {
            throw failed(e);
        }
        sp = base + type.resultSlots;
    }

    /// What a guest is stopped with when a host function throws.
    static TrapException failed(Exception e) {
        if (e instanceof InterruptedException) {
            Thread.currentThread().interrupt();
        }
        return new TrapException(Code.HOST, "host function failed: " + e, List.of(), e);
    }

    /// Before the host calls compiled code directly.
    ///
    /// @return how many calls deep it may go
    int enterGuest() {
        store.checkCancelled();
        return room - depth;
    }

    /// After that failed: what is to be thrown.
    Throwable leftGuest(Throwable e) {
        return switch (e) {
            case TrapException trap -> traced(trap);
            case StackOverflowError deep -> traced(new TrapException(Code.STACK_EXHAUSTED));
            case OutOfMemoryError _ -> HEAP_FULL;
            default -> e;
        };
    }

    /// Before compiled code calls the host directly: a call back into the store may go as deep as
    /// the caller may.
    ///
    /// @return what [#leaveHost] is to be told
    int enterHost(int left) {
        int before = room;
        room = depth + left;
        return before;
    }

    void leaveHost(int before) {
        room = before;
    }

    /// Looks for a handler of the exception, from the current frame down to the floor; if there is
    /// one, its frame is the current one and goes on there.
    private boolean unwind(GuestException e, int floor) {
        while (true) {
            var function = current;
            if (function != null && function.code != null && function.instance != null) {
                for (var handler : function.code.handlers()) {
                    if (pc > handler.start()
                            && pc <= handler.end()
                            && caught(e, function.instance, function.code.ops(), handler)) {
                        return true;
                    }
                }
            }
            if (depth == floor) {
                return false;
            }
            depth--;
            current = functions[depth];
            pc = returns[depth];
            fp = bases[depth];
        }
    }

    private boolean caught(
            GuestException e, Instance instance, int[] ops, dev.weir.wasm.Code.Handler handler) {
        for (int i = 0; i < handler.count(); i++) {
            // A clause is kind, tag, and a target: where, how many slots, which height.
            int at = handler.clauses() + i * 5;
            int kind = ops[at];
            if (kind <= dev.weir.wasm.Code.CATCH_REF && instance.tags[ops[at + 1]] != e.tag) {
                continue;
            }
            sp = fp + ops[at + 4];
            if (kind <= dev.weir.wasm.Code.CATCH_REF) {
                System.arraycopy(e.bits, 0, st, sp, e.bits.length);
                System.arraycopy(e.references, 0, rs, sp, e.bits.length);
                sp += e.bits.length;
            }
            if (kind == dev.weir.wasm.Code.CATCH_REF || kind == dev.weir.wasm.Code.CATCH_ALL_REF) {
                rs[sp++] = e;
            }
            pc = ops[at + 2];
            return true;
        }
        return false;
    }

    private void loop(int floor) {
        Func function = java.util.Objects.requireNonNull(current);
        Instance instance = java.util.Objects.requireNonNull(function.instance);
        int[] code = java.util.Objects.requireNonNull(function.code).ops();
        Memory[] memories = instance.memories;
        long[] st = this.st;
        @Nullable Object[] rs = this.rs;
        int pc = this.pc;
        int fp = this.fp;
        int sp = this.sp;
        // Other than 0 only in calls.
        this.pc = 0;
        try {
            while (true) {
                @Nullable Func callee;
                boolean tail = false;
                switch (code[pc]) {
                    case Op.JUMP -> {
                        pc = code[pc + 1];
                        continue;
                    }
                    case Op.JUMP_UNLESS -> {
                        pc = (int) st[--sp] == 0 ? code[pc + 1] : pc + 2;
                        continue;
                    }
                    case Op.CHARGE -> {
                        if (!store.charge(code[pc + 1]) || pc == 0 || !leaves(function, pc, fp)) {
                            pc += 2;
                            continue;
                        }
                        // The frame went on in compiled code, to its end.
                        this.pc = 0;
                        callee = store.tail;
                        st = this.st;
                        rs = this.rs;
                        if (callee == null) {
                            sp = this.sp;
                            if (depth == floor) {
                                return;
                            }
                            depth--;
                            pc = returns[depth];
                            fp = bases[depth];
                            function = resume(functions[depth]);
                            instance = instance(function);
                            code = ops(function);
                            memories = instance.memories;
                            continue;
                        }
                        store.tail = null;
                        tail = true;
                        sp = this.sp;
                    }
                    case Op.BR -> {
                        sp = carry(st, rs, sp, fp, code, pc + 1);
                        pc = code[pc + 1];
                        continue;
                    }
                    case Op.BR_IF -> {
                        if ((int) st[--sp] == 0) {
                            pc += 4;
                        } else {
                            sp = carry(st, rs, sp, fp, code, pc + 1);
                            pc = code[pc + 1];
                        }
                        continue;
                    }
                    case Op.BR_TABLE -> {
                        int count = code[pc + 1];
                        int choice = (int) st[--sp];
                        int at = pc + 2 + 3 * (choice < 0 || choice > count ? count : choice);
                        sp = carry(st, rs, sp, fp, code, at);
                        pc = code[at];
                        continue;
                    }
                    case Op.BR_ON_NULL -> {
                        if (rs[sp - 1] == null) {
                            sp = carry(st, rs, sp - 1, fp, code, pc + 1);
                            pc = code[pc + 1];
                        } else {
                            pc += 4;
                        }
                        continue;
                    }
                    case Op.BR_ON_NON_NULL -> {
                        if (rs[sp - 1] == null) {
                            sp--;
                            pc += 4;
                        } else {
                            sp = carry(st, rs, sp, fp, code, pc + 1);
                            pc = code[pc + 1];
                        }
                        continue;
                    }
                    case Op.BR_ON_CAST, Op.BR_ON_CAST_FAIL -> {
                        boolean is = types.matches(rs[sp - 1], code[pc + 4]);
                        if (is == (code[pc] == Op.BR_ON_CAST)) {
                            sp = carry(st, rs, sp, fp, code, pc + 1);
                            pc = code[pc + 1];
                        } else {
                            pc += 5;
                        }
                        continue;
                    }
                    case Op.LOCAL_GET -> {
                        st[sp++] = st[fp + code[pc + 1]];
                        pc += 2;
                        continue;
                    }
                    case Op.LOCAL_SET -> {
                        st[fp + code[pc + 1]] = st[--sp];
                        pc += 2;
                        continue;
                    }
                    case Op.LOCAL_TEE -> {
                        st[fp + code[pc + 1]] = st[sp - 1];
                        pc += 2;
                        continue;
                    }
                    case Op.LOCAL_GET_REF -> {
                        rs[sp++] = rs[fp + code[pc + 1]];
                        pc += 2;
                        continue;
                    }
                    case Op.LOCAL_SET_REF -> {
                        rs[fp + code[pc + 1]] = rs[--sp];
                        pc += 2;
                        continue;
                    }
                    case Op.LOCAL_TEE_REF -> {
                        rs[fp + code[pc + 1]] = rs[sp - 1];
                        pc += 2;
                        continue;
                    }
                    case Op.I32_CONST, Op.F32_CONST -> {
                        st[sp++] = code[pc + 1];
                        pc += 2;
                        continue;
                    }
                    case Op.I64_CONST, Op.F64_CONST -> {
                        st[sp++] = wide(code, pc + 1);
                        pc += 3;
                        continue;
                    }
                    case Op.DROP -> {
                        sp--;
                        pc++;
                        continue;
                    }
                    case Op.SELECT -> {
                        sp -= 2;
                        if ((int) st[sp + 1] == 0) {
                            st[sp - 1] = st[sp];
                        }
                        pc++;
                        continue;
                    }
                    case Op.I32_LOAD, Op.F32_LOAD, Op.I64_LOAD32_S -> {
                        var memory = memories[code[pc + 1]];
                        st[sp - 1] =
                                (int)
                                        Bytes.INT.get(
                                                memory.data,
                                                address(memory, st[sp - 1], code, pc, 4));
                        pc += 4;
                        continue;
                    }
                    case Op.I64_LOAD, Op.F64_LOAD -> {
                        var memory = memories[code[pc + 1]];
                        st[sp - 1] =
                                (long)
                                        Bytes.LONG.get(
                                                memory.data,
                                                address(memory, st[sp - 1], code, pc, 8));
                        pc += 4;
                        continue;
                    }
                    case Op.I32_LOAD8_S, Op.I64_LOAD8_S -> {
                        var memory = memories[code[pc + 1]];
                        st[sp - 1] = memory.data[address(memory, st[sp - 1], code, pc, 1)];
                        pc += 4;
                        continue;
                    }
                    case Op.I32_LOAD8_U, Op.I64_LOAD8_U -> {
                        var memory = memories[code[pc + 1]];
                        st[sp - 1] = memory.data[address(memory, st[sp - 1], code, pc, 1)] & 0xff;
                        pc += 4;
                        continue;
                    }
                    case Op.I32_LOAD16_S, Op.I64_LOAD16_S -> {
                        var memory = memories[code[pc + 1]];
                        st[sp - 1] =
                                (short)
                                        Bytes.SHORT.get(
                                                memory.data,
                                                address(memory, st[sp - 1], code, pc, 2));
                        pc += 4;
                        continue;
                    }
                    case Op.I32_LOAD16_U, Op.I64_LOAD16_U -> {
                        var memory = memories[code[pc + 1]];
                        st[sp - 1] =
                                (short)
                                                Bytes.SHORT.get(
                                                        memory.data,
                                                        address(memory, st[sp - 1], code, pc, 2))
                                        & 0xffff;
                        pc += 4;
                        continue;
                    }
                    case Op.I64_LOAD32_U -> {
                        var memory = memories[code[pc + 1]];
                        st[sp - 1] =
                                (int)
                                                Bytes.INT.get(
                                                        memory.data,
                                                        address(memory, st[sp - 1], code, pc, 4))
                                        & 0xffffffffL;
                        pc += 4;
                        continue;
                    }
                    case Op.I32_STORE, Op.F32_STORE, Op.I64_STORE32 -> {
                        var memory = memories[code[pc + 1]];
                        sp -= 2;
                        int at = address(memory, st[sp], code, pc, 4);
                        Bytes.INT.set(memory.data, at, (int) st[sp + 1]);
                        pc += 4;
                        continue;
                    }
                    case Op.I64_STORE, Op.F64_STORE -> {
                        var memory = memories[code[pc + 1]];
                        sp -= 2;
                        int at = address(memory, st[sp], code, pc, 8);
                        Bytes.LONG.set(memory.data, at, st[sp + 1]);
                        pc += 4;
                        continue;
                    }
                    case Op.I32_STORE8, Op.I64_STORE8 -> {
                        var memory = memories[code[pc + 1]];
                        sp -= 2;
                        int at = address(memory, st[sp], code, pc, 1);
                        memory.data[at] = (byte) st[sp + 1];
                        pc += 4;
                        continue;
                    }
                    case Op.I32_STORE16, Op.I64_STORE16 -> {
                        var memory = memories[code[pc + 1]];
                        sp -= 2;
                        int at = address(memory, st[sp], code, pc, 2);
                        Bytes.SHORT.set(memory.data, at, (short) st[sp + 1]);
                        pc += 4;
                        continue;
                    }
                    case Op.I32_EQZ -> {
                        st[sp - 1] = (int) st[sp - 1] == 0 ? 1 : 0;
                        pc += 1;
                        continue;
                    }
                    case Op.I64_EQZ -> {
                        st[sp - 1] = st[sp - 1] == 0 ? 1 : 0;
                        pc += 1;
                        continue;
                    }
                    case Op.I32_EQ -> {
                        sp--;
                        st[sp - 1] = (int) st[sp - 1] == (int) st[sp] ? 1 : 0;
                        pc += 1;
                        continue;
                    }
                    case Op.I32_NE -> {
                        sp--;
                        st[sp - 1] = (int) st[sp - 1] != (int) st[sp] ? 1 : 0;
                        pc += 1;
                        continue;
                    }
                    case Op.I32_LT_S -> {
                        sp--;
                        st[sp - 1] = (int) st[sp - 1] < (int) st[sp] ? 1 : 0;
                        pc += 1;
                        continue;
                    }
                    case Op.I32_GT_S -> {
                        sp--;
                        st[sp - 1] = (int) st[sp - 1] > (int) st[sp] ? 1 : 0;
                        pc += 1;
                        continue;
                    }
                    case Op.I32_LE_S -> {
                        sp--;
                        st[sp - 1] = (int) st[sp - 1] <= (int) st[sp] ? 1 : 0;
                        pc += 1;
                        continue;
                    }
                    case Op.I32_GE_S -> {
                        sp--;
                        st[sp - 1] = (int) st[sp - 1] >= (int) st[sp] ? 1 : 0;
                        pc += 1;
                        continue;
                    }
                    case Op.I32_LT_U -> {
                        sp--;
                        st[sp - 1] =
                                Integer.compareUnsigned((int) st[sp - 1], (int) st[sp]) < 0 ? 1 : 0;
                        pc += 1;
                        continue;
                    }
                    case Op.I32_GT_U -> {
                        sp--;
                        st[sp - 1] =
                                Integer.compareUnsigned((int) st[sp - 1], (int) st[sp]) > 0 ? 1 : 0;
                        pc += 1;
                        continue;
                    }
                    case Op.I32_LE_U -> {
                        sp--;
                        st[sp - 1] =
                                Integer.compareUnsigned((int) st[sp - 1], (int) st[sp]) <= 0
                                        ? 1
                                        : 0;
                        pc += 1;
                        continue;
                    }
                    case Op.I32_GE_U -> {
                        sp--;
                        st[sp - 1] =
                                Integer.compareUnsigned((int) st[sp - 1], (int) st[sp]) >= 0
                                        ? 1
                                        : 0;
                        pc += 1;
                        continue;
                    }
                    case Op.I32_ADD -> {
                        sp--;
                        st[sp - 1] = (int) st[sp - 1] + (int) st[sp];
                        pc += 1;
                        continue;
                    }
                    case Op.I32_SUB -> {
                        sp--;
                        st[sp - 1] = (int) st[sp - 1] - (int) st[sp];
                        pc += 1;
                        continue;
                    }
                    case Op.I32_MUL -> {
                        sp--;
                        st[sp - 1] = (int) st[sp - 1] * (int) st[sp];
                        pc += 1;
                        continue;
                    }
                    case Op.I32_AND -> {
                        sp--;
                        st[sp - 1] = (int) st[sp - 1] & (int) st[sp];
                        pc += 1;
                        continue;
                    }
                    case Op.I32_OR -> {
                        sp--;
                        st[sp - 1] = (int) st[sp - 1] | (int) st[sp];
                        pc += 1;
                        continue;
                    }
                    case Op.I32_XOR -> {
                        sp--;
                        st[sp - 1] = (int) st[sp - 1] ^ (int) st[sp];
                        pc += 1;
                        continue;
                    }
                    case Op.I32_SHL -> {
                        sp--;
                        st[sp - 1] = (int) st[sp - 1] << (int) st[sp];
                        pc += 1;
                        continue;
                    }
                    case Op.I32_SHR_S -> {
                        sp--;
                        st[sp - 1] = (int) st[sp - 1] >> (int) st[sp];
                        pc += 1;
                        continue;
                    }
                    case Op.I32_SHR_U -> {
                        sp--;
                        st[sp - 1] = (int) st[sp - 1] >>> (int) st[sp];
                        pc += 1;
                        continue;
                    }
                    case Op.I64_EQ -> {
                        sp--;
                        st[sp - 1] = st[sp - 1] == st[sp] ? 1 : 0;
                        pc += 1;
                        continue;
                    }
                    case Op.I64_NE -> {
                        sp--;
                        st[sp - 1] = st[sp - 1] != st[sp] ? 1 : 0;
                        pc += 1;
                        continue;
                    }
                    case Op.I64_LT_S -> {
                        sp--;
                        st[sp - 1] = st[sp - 1] < st[sp] ? 1 : 0;
                        pc += 1;
                        continue;
                    }
                    case Op.I64_GT_S -> {
                        sp--;
                        st[sp - 1] = st[sp - 1] > st[sp] ? 1 : 0;
                        pc += 1;
                        continue;
                    }
                    case Op.I64_LE_S -> {
                        sp--;
                        st[sp - 1] = st[sp - 1] <= st[sp] ? 1 : 0;
                        pc += 1;
                        continue;
                    }
                    case Op.I64_GE_S -> {
                        sp--;
                        st[sp - 1] = st[sp - 1] >= st[sp] ? 1 : 0;
                        pc += 1;
                        continue;
                    }
                    case Op.I64_LT_U -> {
                        sp--;
                        st[sp - 1] = Long.compareUnsigned(st[sp - 1], st[sp]) < 0 ? 1 : 0;
                        pc += 1;
                        continue;
                    }
                    case Op.I64_GT_U -> {
                        sp--;
                        st[sp - 1] = Long.compareUnsigned(st[sp - 1], st[sp]) > 0 ? 1 : 0;
                        pc += 1;
                        continue;
                    }
                    case Op.I64_LE_U -> {
                        sp--;
                        st[sp - 1] = Long.compareUnsigned(st[sp - 1], st[sp]) <= 0 ? 1 : 0;
                        pc += 1;
                        continue;
                    }
                    case Op.I64_GE_U -> {
                        sp--;
                        st[sp - 1] = Long.compareUnsigned(st[sp - 1], st[sp]) >= 0 ? 1 : 0;
                        pc += 1;
                        continue;
                    }
                    case Op.I64_ADD -> {
                        sp--;
                        st[sp - 1] = st[sp - 1] + st[sp];
                        pc += 1;
                        continue;
                    }
                    case Op.I64_SUB -> {
                        sp--;
                        st[sp - 1] = st[sp - 1] - st[sp];
                        pc += 1;
                        continue;
                    }
                    case Op.I64_MUL -> {
                        sp--;
                        st[sp - 1] = st[sp - 1] * st[sp];
                        pc += 1;
                        continue;
                    }
                    case Op.I64_AND -> {
                        sp--;
                        st[sp - 1] = st[sp - 1] & st[sp];
                        pc += 1;
                        continue;
                    }
                    case Op.I64_OR -> {
                        sp--;
                        st[sp - 1] = st[sp - 1] | st[sp];
                        pc += 1;
                        continue;
                    }
                    case Op.I64_XOR -> {
                        sp--;
                        st[sp - 1] = st[sp - 1] ^ st[sp];
                        pc += 1;
                        continue;
                    }
                    case Op.I64_SHL -> {
                        sp--;
                        st[sp - 1] = st[sp - 1] << st[sp];
                        pc += 1;
                        continue;
                    }
                    case Op.I64_SHR_S -> {
                        sp--;
                        st[sp - 1] = st[sp - 1] >> st[sp];
                        pc += 1;
                        continue;
                    }
                    case Op.I64_SHR_U -> {
                        sp--;
                        st[sp - 1] = st[sp - 1] >>> st[sp];
                        pc += 1;
                        continue;
                    }
                    case Op.I32_WRAP_I64, Op.I64_EXTEND_I32_S -> {
                        st[sp - 1] = (int) st[sp - 1];
                        pc += 1;
                        continue;
                    }
                    case Op.I64_EXTEND_I32_U -> {
                        st[sp - 1] &= 0xffffffffL;
                        pc += 1;
                        continue;
                    }
                    case Op.CALL -> {
                        callee = instance.functions[code[pc + 1]];
                        pc += 2;
                    }
                    case Op.RETURN_CALL -> {
                        callee = instance.functions[code[pc + 1]];
                        tail = true;
                        pc += 2;
                    }
                    case Op.CALL_INDIRECT, Op.RETURN_CALL_INDIRECT -> {
                        tail = code[pc] == Op.RETURN_CALL_INDIRECT;
                        callee =
                                indirect(
                                        instance.tables[code[pc + 2]],
                                        st[--sp],
                                        types.get(code[pc + 1]));
                        pc += 3;
                    }
                    case Op.CALL_REF, Op.RETURN_CALL_REF -> {
                        tail = code[pc] == Op.RETURN_CALL_REF;
                        callee = (Func) rs[--sp];
                        pc += 2;
                    }
                    case Op.RETURN -> {
                        int count = code[pc + 1];
                        move(st, rs, sp - count, fp, count);
                        sp = fp + count;
                        if (depth == floor) {
                            this.sp = sp;
                            return;
                        }
                        depth--;
                        pc = returns[depth];
                        fp = bases[depth];
                        function = resume(functions[depth]);
                        instance = instance(function);
                        code = ops(function);
                        memories = instance.memories;
                        continue;
                    }
                    case Op.THROW, Op.THROW_REF -> {
                        this.pc = pc + 1;
                        this.fp = fp;
                        throw thrown(instance, code, pc, sp);
                    }
                    default -> {
                        sp = other(code, pc, sp, fp, instance);
                        pc += LENGTH[code[pc] & (Op.FAR - 1)];
                        continue;
                    }
                }
                if (callee == null) {
                    throw new TrapException(Code.NULL_REFERENCE);
                }
                int params = callee.type.slots[callee.type.params.length];
                if (tail) {
                    move(st, rs, sp - params, fp, params);
                    sp = fp + params;
                }
                this.pc = tail ? -1 : pc; // A frame that is given up catches nothing more.
                this.fp = fp;
                this.sp = sp;
                int base = sp - params;
                callee = outside(callee, base);
                this.pc = 0;
                if (callee == null || callee.code == null) {
                    st = this.st;
                    rs = this.rs;
                    sp = this.sp;
                    if (!tail) {
                        continue;
                    }
                    if (depth == floor) {
                        return;
                    }
                    depth--;
                    pc = returns[depth];
                    fp = bases[depth];
                    function = resume(functions[depth]);
                } else {
                    if (!tail) {
                        push(function, pc, fp);
                    }
                    enter(callee, callee.code, base);
                    function = callee;
                    st = this.st;
                    rs = this.rs;
                    pc = 0;
                    fp = this.fp;
                    sp = this.sp;
                }
                instance = instance(function);
                code = ops(function);
                memories = instance.memories;
            }
        } catch (TrapException e) {
            if (this.pc == 0) {
                this.pc = pc + 1;
            }
            throw e;
        }
    }

    /// Whether a frame went on in compiled code from a loop on: then the results are where it was,
    /// or the arguments of the function that it ended with a tail call to.
    private boolean leaves(Func function, int pc, int fp) {
        var loops = instance(function).module.tier.loops(function);
        var body = function.code;
        if (loops == null || body == null) {
            return false;
        }
        int slots = Math.max(body.frameSlots(), function.type.resultSlots + 2);
        var numbers = Arrays.copyOfRange(st, fp, fp + slots);
        @Nullable Object[] references = Arrays.copyOfRange(rs, fp, fp + slots);
        this.pc = -1;
        this.fp = fp;
        this.sp = fp + slots;
        reserve(sp + 2);
        store.budget += body.ops()[pc + 1]; // The turn is charged again there.
        loops.run(numbers, references, pc, instance(function), room - depth);
        var tail = store.tail;
        if (tail == null) {
            int count = function.type.resultSlots;
            System.arraycopy(numbers, 0, st, fp, count);
            System.arraycopy(references, 0, rs, fp, count);
            sp = fp + count;
        } else {
            int count = tail.type.slots[tail.type.params.length];
            reserve(fp + count + 2);
            store.take(st, rs, fp, count);
            sp = fp + count;
        }
        return true;
    }

    private Func resume(@Nullable Func function) {
        current = java.util.Objects.requireNonNull(function);
        return function;
    }

    private static Instance instance(Func function) {
        return java.util.Objects.requireNonNull(function.instance);
    }

    private static int[] ops(Func function) {
        return java.util.Objects.requireNonNull(function.code).ops();
    }

    /// Moves what a branch carries to where it goes, and gives the new height.
    private static int carry(
            long[] st, @Nullable Object[] rs, int sp, int fp, int[] code, int target) {
        int count = code[target + 1];
        int to = fp + code[target + 2];
        move(st, rs, sp - count, to, count);
        return to + count;
    }

    private static void move(long[] st, @Nullable Object[] rs, int from, int to, int count) {
        if (count == 0 || from == to) {
            return;
        }
        if (count == 1) {
            st[to] = st[from];
            rs[to] = rs[from];
        } else {
            System.arraycopy(st, from, st, to, count);
            System.arraycopy(rs, from, rs, to, count);
        }
    }

    private static long wide(int[] code, int at) {
        return code[at] & 0xffffffffL | (long) code[at + 1] << 32;
    }

    /// Where an access of `size` bytes is in the array of a memory, checked.
    static int address(Memory memory, long value, int[] code, int pc, int size) {
        long base = memory.is64 ? value : value & 0xffffffffL;
        long offset = wide(code, pc + 2);
        long at = base + offset;
        if (base < 0 || offset < 0 || at < 0 || at > memory.bytes - size) {
            throw new TrapException(Code.MEMORY_BOUNDS);
        }
        return (int) at;
    }

    static Func indirect(Table table, long value, DefType expected) {
        long at = table.address(value);
        if (at < 0 || at >= table.elements.length) {
            throw new TrapException(Code.UNDEFINED_ELEMENT);
        }
        if (!(table.elements[(int) at] instanceof Func function)) {
            throw new TrapException(Code.UNINITIALIZED_ELEMENT);
        }
        if (function.type != expected && !function.type.isA(expected)) {
            throw new TrapException(Code.INDIRECT_TYPE);
        }
        return function;
    }

    private GuestException thrown(Instance instance, int[] code, int pc, int sp) {
        if (code[pc] == Op.THROW_REF) {
            if (rs[sp - 1] instanceof GuestException exception) {
                return exception;
            }
            throw new TrapException(Code.NULL_REFERENCE);
        }
        var tag = instance.tags[code[pc + 1]];
        int slots = tag.type.slots[tag.type.params.length];
        return new GuestException(
                tag,
                Arrays.copyOfRange(st, sp - slots, sp),
                Arrays.copyOfRange(rs, sp - slots, sp));
    }

    /// The instructions that are not in the loop; gives the new height.
    private int other(int[] code, int pc, int sp, int fp, Instance instance) {
        int op = code[pc];
        if (op >= Op.FAR) {
            return FarMemory.step(op - Op.FAR, code, pc, st, sp, instance);
        }
        if (op >= Op.MEMORY_ATOMIC_NOTIFY) {
            return Atomics.step(op, code, pc, st, sp, instance);
        }
        if (op >= 0x140) {
            return Simd.step(op, code, pc, st, sp, instance.memories);
        }
        if (op >= Op.I64_ADD128 && op <= Op.I64_MUL_WIDE_U) {
            return Numeric.wide(op, st, sp);
        }
        if (op >= 0x128) {
            return BulkOps.step(op, code, pc, st, rs, sp, instance);
        }
        if (op >= 0x120) {
            return Numeric.step(op, st, sp);
        }
        if (op >= 0x100) {
            return GcOps.step(op, code, pc, st, rs, sp, instance);
        }
        if (op >= Op.I32_EQZ && op <= Op.I64_EXTEND32_S) {
            return Numeric.step(op, st, sp);
        }
        return rare(code, pc, sp, fp, instance);
    }

    private int rare(int[] code, int pc, int sp, int fp, Instance instance) {
        switch (code[pc]) {
            case Op.UNREACHABLE -> throw new TrapException(Code.UNREACHABLE);
            case Op.GLOBAL_GET -> {
                var global = instance.globals[code[pc + 1]];
                st[sp] = global.bits;
                st[sp + 1] = global.high;
                rs[sp] = global.reference;
                return sp + (code[pc + 2] == 2 ? 2 : 1);
            }
            case Op.GLOBAL_SET -> {
                var global = instance.globals[code[pc + 1]];
                int width = code[pc + 2] == 2 ? 2 : 1;
                global.bits = st[sp - width];
                global.high = st[sp - 1];
                global.reference = code[pc + 2] == 1 ? rs[sp - 1] : null;
                return sp - width;
            }
            case Op.LOCAL_GET_V128 -> {
                System.arraycopy(st, fp + code[pc + 1], st, sp, 2);
                return sp + 2;
            }
            case Op.LOCAL_SET_V128 -> {
                System.arraycopy(st, sp - 2, st, fp + code[pc + 1], 2);
                return sp - 2;
            }
            case Op.LOCAL_TEE_V128 -> {
                System.arraycopy(st, sp - 2, st, fp + code[pc + 1], 2);
                return sp;
            }
            case Op.DROP_V128 -> {
                return sp - 2;
            }
            case Op.SELECT_REF -> {
                if ((int) st[sp - 1] == 0) {
                    rs[sp - 3] = rs[sp - 2];
                }
                return sp - 2;
            }
            case Op.SELECT_V128 -> {
                if ((int) st[sp - 1] == 0) {
                    System.arraycopy(st, sp - 3, st, sp - 5, 2);
                }
                return sp - 3;
            }
            case Op.REF_NULL -> {
                rs[sp] = null;
                return sp + 1;
            }
            case Op.REF_IS_NULL -> {
                st[sp - 1] = rs[sp - 1] == null ? 1 : 0;
                return sp;
            }
            case Op.REF_FUNC -> {
                rs[sp] = instance.functions[code[pc + 1]];
                return sp + 1;
            }
            case Op.REF_EQ -> {
                st[sp - 2] = GcOps.same(rs[sp - 2], rs[sp - 1]) ? 1 : 0;
                return sp - 1;
            }
            case Op.REF_AS_NON_NULL -> {
                if (rs[sp - 1] == null) {
                    throw new TrapException(Code.NULL_REFERENCE);
                }
                return sp;
            }
            default -> {
                return BulkOps.step(code[pc], code, pc, st, rs, sp, instance);
            }
        }
    }

    /// How many ints an instruction takes that is not in the loop.
    private static final int[] LENGTH = lengths();

    private static int[] lengths() {
        var lengths = new int[Op.LIMIT];
        for (int op = 0; op < Op.LIMIT; op++) {
            lengths[op] = Opcodes.exists(op) ? 1 + written(Opcodes.immediates(op)) : 2;
        }
        lengths[Op.GLOBAL_GET] = 3;
        lengths[Op.GLOBAL_SET] = 3;
        lengths[Op.DROP_V128] = 1;
        lengths[Op.SELECT_REF] = 1;
        lengths[Op.SELECT_V128] = 1;
        return lengths;
    }

    /// How many ints the instruction at a place takes.
    static int length(int[] code, int pc) {
        return switch (code[pc]) {
            case Op.BR, Op.BR_IF, Op.BR_ON_NULL, Op.BR_ON_NON_NULL -> 4;
            case Op.BR_ON_CAST, Op.BR_ON_CAST_FAIL -> 5;
            case Op.BR_TABLE -> 5 + 3 * code[pc + 1];
            case Op.I64_CONST, Op.F64_CONST, Op.CALL_INDIRECT, Op.RETURN_CALL_INDIRECT -> 3;
            case Op.RETURN -> 2;
            default -> LENGTH[code[pc] & (Op.FAR - 1)];
        };
    }

    private static int written(String immediates) {
        return switch (immediates) {
            case "-", "heap", "fence" -> 0;
            case "typefield", "typen", "typedata", "typeelem", "typetype" -> 2;
            case "datamem", "memmem", "tableinit", "tabletable" -> 2;
            case "mem", "atom" -> 3;
            case "v128", "shuffle" -> 4;
            default -> immediates.startsWith("memlane") ? 4 : 1;
        };
    }
}
