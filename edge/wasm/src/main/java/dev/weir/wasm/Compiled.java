package dev.weir.wasm;

import dev.weir.wasm.TrapException.Code;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// What compiled code calls, and how it is entered.
final class Compiled {
    private static final MethodHandle DIRECT =
            Handles.ofClass(
                    MethodHandles.lookup(),
                    Compiled.class,
                    "direct",
                    MethodType.methodType(MethodHandle.class, int.class, Instance.class));

    private Compiled() {}

    static void enter(
            MethodHandle entry, Interpreter interpreter, int base, Instance instance, int left) {
        try {
            entry.invokeExact(interpreter, base, instance, left);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    /// What an exception of the JVM means in a guest.
    ///
    /// @param line where the method was; 0 where its code has no lines
    static RuntimeException trap(RuntimeException e, int line) {
        return switch (e) {
            case WasmException known -> known;
            case IndexOutOfBoundsException bounds -> new TrapException(Code.MEMORY_BOUNDS, line);
            case NullPointerException none -> new TrapException(Code.NULL_REFERENCE, line);
            case ArithmeticException zero -> new TrapException(Code.DIVIDE_BY_ZERO, line);
            case ClassCastException cast -> new TrapException(Code.CAST_FAILURE, line);
            default -> e;
        };
    }

    static RuntimeException unreachable() {
        return new TrapException(Code.UNREACHABLE);
    }

    static RuntimeException lost() {
        return new IllegalStateException("no such place in this part");
    }

    static void hold(long value, long[] slots, int slot) {
        slots[slot] = value;
    }

    static void hold(@Nullable Object value, @Nullable Object[] slots, int slot) {
        slots[slot] = value;
    }

    static RuntimeException exhausted() {
        return new TrapException(Code.STACK_EXHAUSTED);
    }

    // --- the units in the store ---

    static void put(int value, Instance instance, int at) {
        put((long) value, instance, at);
    }

    static void put(long value, Instance instance, int at) {
        var store = instance.store;
        store.room(at + 1);
        store.bits[at] = value;
    }

    static void put(float value, Instance instance, int at) {
        put((long) Float.floatToRawIntBits(value), instance, at);
    }

    static void put(double value, Instance instance, int at) {
        put(Double.doubleToRawLongBits(value), instance, at);
    }

    static void put(@Nullable Object value, Instance instance, int at) {
        var store = instance.store;
        store.room(at + 1);
        store.references[at] = value;
    }

    static int getInt(Instance instance, int at) {
        return (int) instance.store.bits[at];
    }

    static long getLong(Instance instance, int at) {
        return instance.store.bits[at];
    }

    static float getFloat(Instance instance, int at) {
        return Float.intBitsToFloat(getInt(instance, at));
    }

    static double getDouble(Instance instance, int at) {
        return Double.longBitsToDouble(getLong(instance, at));
    }

    static @Nullable Object getReference(Instance instance, int at) {
        var value = instance.store.references[at];
        instance.store.references[at] = null;
        return value;
    }

    /// Copies results after the first to where the interpreter expects them.
    static void rest(Interpreter interpreter, int base, Instance instance, int count) {
        var store = instance.store;
        System.arraycopy(store.bits, 1, interpreter.slots(), base + 1, count - 1);
        System.arraycopy(store.references, 1, interpreter.references(), base + 1, count - 1);
    }

    /// The same in the store for the first.
    static void spill(Interpreter interpreter, int base, Instance instance, int count) {
        instance.store.keep(interpreter.slots(), interpreter.references(), base, count);
    }

    // --- instructions ---

    /// Runs an instruction that is the interpreter's, on operands in the store.
    static void step(Instance instance, int function, int pc, int height) {
        var code = instance.module.code(function).ops();
        var store = instance.store;
        store.room(height + 2);
        int op = code[pc];
        if (op >= Op.FAR) {
            FarMemory.step(op - Op.FAR, code, pc, store.bits, height, instance);
        } else if (op >= Op.MEMORY_ATOMIC_NOTIFY) {
            Atomics.step(op, code, pc, store.bits, height, instance);
        } else if (op >= 0x140) {
            Simd.step(op, code, pc, store.bits, height, instance.memories);
        } else if (op >= 0x100 && op < 0x120) {
            GcOps.step(op, code, pc, store.bits, store.references, height, instance);
        } else if (op >= 0x120 && op < 0x128) {
            Numeric.step(op, store.bits, height);
        } else {
            BulkOps.step(op, code, pc, store.bits, store.references, height, instance);
        }
    }

    static Func indirect(int index, Instance instance, int table, int type) {
        return indirect(index & 0xffffffffL, instance, table, type);
    }

    static Func indirect(long index, Instance instance, int table, int type) {
        return Interpreter.indirect(instance.tables[table], index, instance.module.types.get(type));
    }

    static Func function(@Nullable Object reference) {
        if (reference instanceof Func function) {
            return function;
        }
        throw new TrapException(Code.NULL_REFERENCE);
    }

    static boolean matches(@Nullable Object value, Instance instance, int type) {
        return instance.store.engine.types.matches(value, instance.module.type(type));
    }

    /// An exception whose values are in the store.
    static GuestException exception(Instance instance, int index) {
        var tag = instance.tags[index];
        int slots = tag.type.slots[tag.type.params.length];
        var store = instance.store;
        var thrown =
                new GuestException(
                        tag,
                        Arrays.copyOf(store.bits, slots),
                        Arrays.copyOf(store.references, slots));
        Arrays.fill(store.references, 0, slots, null);
        return thrown;
    }

    /// Puts the values of an exception into the store.
    static void caught(GuestException e, Instance instance) {
        instance.store.keep(e.bits, e.references, 0, e.bits.length);
    }

    /// Ends a function with a call whose arguments are in the store.
    static void tail(Func callee) {
        callee.store.tail = java.util.Objects.requireNonNull(callee);
    }

    /// Runs the function that another ended with a tail call to, and all that follow; the results
    /// are in the store.
    static void finish(Instance instance, int left) {
        var store = instance.store;
        var callee = java.util.Objects.requireNonNull(store.tail);
        store.tail = null;
        store.interpreter.callSpilled(callee, left);
    }

    /// Calls a function of its instance's module as that says how, each time anew.
    static MethodHandle late(Signature signature, int function) {
        var type = signature.type();
        int instance = type.parameterCount() - 2;
        return MethodHandles.foldArguments(
                MethodHandles.exactInvoker(type),
                MethodHandles.dropArguments(
                        MethodHandles.insertArguments(DIRECT, 0, function),
                        0,
                        type.parameterList().subList(0, instance)));
    }

    private static MethodHandle direct(int function, Instance instance) {
        return instance.functions[function].direct();
    }
}
