package dev.weir.wasm;

import dev.weir.wasm.TrapException.Code;

/// Atomic instructions (threads proposal). Each is one step under the lock of its memory, so that
/// they are in one order for all threads, and what was written before one is seen behind it.
final class Atomics {
    private static final int FIRST = Op.I32_ATOMIC_RMW_ADD;
    private static final int KINDS = 7;

    private Atomics() {}

    /// Runs an instruction on the topmost slots, and gives the new height.
    static int step(int op, int[] code, int pc, long[] st, int sp, Instance instance) {
        if (op == Op.ATOMIC_FENCE) {
            java.lang.invoke.VarHandle.fullFence();
            return sp;
        }
        var memory = instance.memories[code[pc + 1]];
        int size = 1 << Opcodes.align(op);
        int operands = Opcodes.before(op).length - 1;
        int base = sp - operands - 1;
        long at = FarMemory.place(memory, st[base], code, pc, size);
        if ((at & (size - 1)) != 0) {
            throw new TrapException(Code.UNALIGNED);
        }
        if (op <= Op.MEMORY_ATOMIC_WAIT64) {
            st[base] = waiting(op, memory, at, size, st, base, instance.store);
            return base + 1;
        }
        boolean wide = Opcodes.name(op).startsWith("i64");
        if (op < Op.I32_ATOMIC_STORE) {
            st[base] = signed(wide, memory.waiters.locked(() -> get(memory, at, size)));
            return base + 1;
        }
        long value = st[base + 1];
        if (op < FIRST) {
            memory.waiters.locked(() -> set(memory, at, size, value));
            return base;
        }
        int kind = (op - FIRST) / KINDS;
        long next = operands > 1 ? st[base + 2] : 0;
        st[base] =
                signed(
                        wide,
                        memory.waiters.locked(() -> change(kind, memory, at, size, value, next)));
        return base + 1;
    }

    private static long signed(boolean wide, long value) {
        return wide ? value : (int) value;
    }

    private static int waiting(
            int op, Memory memory, long at, int size, long[] st, int base, Store store) {
        if (op == Op.MEMORY_ATOMIC_NOTIFY) {
            return memory.waiters.wake(at, (int) st[base + 1]);
        }
        if (!memory.shared) {
            throw new TrapException(Code.UNSHARED);
        }
        long expected = size == 8 ? st[base + 1] : st[base + 1] & 0xffffffffL;
        return memory.waiters.await(store, at, expected, () -> get(memory, at, size), st[base + 2]);
    }

    /// What is at an address, without a sign.
    private static long get(Memory memory, long at, int size) {
        return switch (size) {
            case 1 -> memory.getByte(at) & 0xff;
            case 2 -> memory.getShort(at) & 0xffff;
            case 4 -> memory.getInt(at) & 0xffffffffL;
            default -> memory.getLong(at);
        };
    }

    private static long set(Memory memory, long at, int size, long value) {
        switch (size) {
            case 1 -> memory.putByte(at, (byte) value);
            case 2 -> memory.putShort(at, (short) value);
            case 4 -> memory.putInt(at, (int) value);
            default -> memory.putLong(at, value);
        }
        return 0;
    }

    private static long change(int kind, Memory memory, long at, int size, long value, long next) {
        long old = get(memory, at, size);
        long mask = size == 8 ? -1 : (1L << (8 * size)) - 1;
        long changed =
                switch (kind) {
                    case 0 -> old + value;
                    case 1 -> old - value;
                    case 2 -> old & value;
                    case 3 -> old | value;
                    case 4 -> old ^ value;
                    case 5 -> value;
                    default -> old == (value & mask) ? next : old;
                };
        set(memory, at, size, changed);
        return old;
    }
}
