package dev.weir.wasm;

/// Vector instructions that load and store.
final class SimdMemory {
    private SimdMemory() {}

    static void step(int op, int[] code, int pc, long[] st, int sp, Memory memory) {
        if (op == Op.V128_LOAD) {
            long at = FarMemory.place(memory, st[sp - 1], code, pc, 16);
            st[sp - 1] = memory.getLong(at);
            st[sp] = memory.getLong(at + 8);
        } else if (op == Op.V128_STORE) {
            long at = FarMemory.place(memory, st[sp - 3], code, pc, 16);
            memory.putLong(at, st[sp - 2]);
            memory.putLong(at + 8, st[sp - 1]);
        } else if (op >= Op.V128_LOAD8_LANE && op <= Op.V128_STORE64_LANE) {
            lane(op, code, pc, st, sp, memory);
        } else {
            widened(op, code, pc, st, sp, memory);
        }
    }

    private static void lane(int op, int[] code, int pc, long[] st, int sp, Memory memory) {
        boolean load = op < Op.V128_STORE8_LANE;
        int size = 1 << (op - (load ? Op.V128_LOAD8_LANE : Op.V128_STORE8_LANE));
        long at = FarMemory.place(memory, st[sp - 3], code, pc, size);
        int lane = code[pc + 4];
        if (!load) {
            long value = Simd.lane(st, sp - 2, size * 8, lane);
            switch (size) {
                case 1 -> memory.putByte(at, (byte) value);
                case 2 -> memory.putShort(at, (short) value);
                case 4 -> memory.putInt(at, (int) value);
                default -> memory.putLong(at, value);
            }
            return;
        }
        long value = read(memory, at, size);
        st[sp - 3] = st[sp - 2];
        st[sp - 2] = st[sp - 1];
        Simd.put(st, sp - 3, size * 8, lane, value);
    }

    private static long read(Memory memory, long at, int size) {
        return switch (size) {
            case 1 -> memory.getByte(at);
            case 2 -> memory.getShort(at);
            case 4 -> memory.getInt(at);
            default -> memory.getLong(at);
        };
    }

    private static void widened(int op, int[] code, int pc, long[] st, int sp, Memory memory) {
        int size = 1 << Opcodes.align(op);
        long at = FarMemory.place(memory, st[sp - 1], code, pc, size);
        long value = read(memory, at, size);
        switch (op) {
            case Op.V128_LOAD8X8_S -> spread(st, sp - 1, value, 8, false);
            case Op.V128_LOAD8X8_U -> spread(st, sp - 1, value, 8, true);
            case Op.V128_LOAD16X4_S -> spread(st, sp - 1, value, 16, false);
            case Op.V128_LOAD16X4_U -> spread(st, sp - 1, value, 16, true);
            case Op.V128_LOAD32X2_S -> spread(st, sp - 1, value, 32, false);
            case Op.V128_LOAD32X2_U -> spread(st, sp - 1, value, 32, true);
            case Op.V128_LOAD32_ZERO -> {
                st[sp - 1] = value & 0xffffffffL;
                st[sp] = 0;
            }
            case Op.V128_LOAD64_ZERO -> {
                st[sp - 1] = value;
                st[sp] = 0;
            }
            default -> {
                for (int i = 0; i < 16 / size; i++) {
                    Simd.put(st, sp - 1, size * 8, i, value);
                }
            }
        }
    }

    private static void spread(long[] st, int at, long value, int width, boolean unsigned) {
        var source = new long[] {value, 0};
        for (int i = 0; i < 64 / width; i++) {
            long lane =
                    unsigned
                            ? Simd.laneUnsigned(source, 0, width, i)
                            : Simd.lane(source, 0, width, i);
            Simd.put(st, at, width * 2, i, lane);
        }
    }
}
