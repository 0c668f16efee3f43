package dev.weir.wasm;

import dev.weir.wasm.TrapException.Code;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;

/// Instructions on memories that are not simply one array of Java's: shared ones, whose end other
/// threads move, and those with addresses of 64 bits, which may be longer than an array. The
/// [Validator] writes them with [Op#FAR] added, so that all others do without these checks.
final class FarMemory {
    private FarMemory() {}

    /// Memory of the machine's that is taken page by page, when it is touched: a mapping of a file
    /// that is all hole and that nobody writes to, as changes of such a mapping are private. It is
    /// given back when nothing has it any more.
    static MemorySegment reserve(long bytes) {
        try {
            var file = Files.createTempFile("weir-memory", "");
            try (var channel =
                    FileChannel.open(
                            file,
                            StandardOpenOption.READ,
                            StandardOpenOption.WRITE,
                            StandardOpenOption.SPARSE,
                            StandardOpenOption.DELETE_ON_CLOSE)) {
                return channel.map(MapMode.PRIVATE, 0, bytes, Arena.ofAuto());
            }
        } catch (IOException | OutOfMemoryError e) {
            throw TrapException.limit("no address space for a memory of " + bytes + " bytes", e);
        }
    }

    /// Runs an instruction on the topmost slots, and gives the new height.
    static int step(int op, int[] code, int pc, long[] st, int sp, Instance instance) {
        var memory = instance.memories[code[pc + 1]];
        if (op >= Op.V128_LOAD) {
            return Simd.step(op, code, pc, st, sp, instance.memories);
        }
        long offset = code[pc + 2] & 0xffffffffL | (long) code[pc + 3] << 32;
        if (op >= Op.I32_STORE) {
            long at = memory.is64 ? st[sp - 2] : st[sp - 2] & 0xffffffffL;
            long value = st[sp - 1];
            switch (op) {
                case Op.I32_STORE8, Op.I64_STORE8 -> putByte(at, (int) value, offset, memory);
                case Op.I32_STORE16, Op.I64_STORE16 -> putShort(at, (short) value, offset, memory);
                case Op.I64_STORE, Op.F64_STORE -> putLong(at, value, offset, memory);
                default -> putInt(at, (int) value, offset, memory);
            }
            return sp - 2;
        }
        long at = memory.is64 ? st[sp - 1] : st[sp - 1] & 0xffffffffL;
        st[sp - 1] =
                switch (op) {
                    case Op.I32_LOAD8_S, Op.I64_LOAD8_S -> getByte(at, offset, memory);
                    case Op.I32_LOAD8_U, Op.I64_LOAD8_U -> getByte(at, offset, memory) & 0xff;
                    case Op.I32_LOAD16_S, Op.I64_LOAD16_S -> getShort(at, offset, memory);
                    case Op.I32_LOAD16_U, Op.I64_LOAD16_U -> getShort(at, offset, memory) & 0xffff;
                    case Op.I64_LOAD, Op.F64_LOAD -> getLong(at, offset, memory);
                    case Op.I64_LOAD32_U -> getInt(at, offset, memory) & 0xffffffffL;
                    default -> getInt(at, offset, memory);
                };
        return sp;
    }

    /// Where an access of `size` bytes is, checked; its address is on the stack.
    static long place(Memory memory, long value, int[] code, int pc, int size) {
        long offset = code[pc + 2] & 0xffffffffL | (long) code[pc + 3] << 32;
        return place(memory.is64 ? value : value & 0xffffffffL, offset, size, memory);
    }

    /// The same of an address that has no sign any more.
    static long place(long address, long offset, int size, Memory memory) {
        long at = address + offset;
        if (address < 0 || offset < 0 || at < 0 || at > memory.bytes - size) {
            throw new TrapException(Code.MEMORY_BOUNDS);
        }
        return at;
    }

    // --- for compiled code ---

    static byte getByte(long address, long offset, Memory memory) {
        return memory.getByte(place(address, offset, 1, memory));
    }

    static short getShort(long address, long offset, Memory memory) {
        return memory.getShort(place(address, offset, 2, memory));
    }

    static int getInt(long address, long offset, Memory memory) {
        return memory.getInt(place(address, offset, 4, memory));
    }

    static long getLong(long address, long offset, Memory memory) {
        return memory.getLong(place(address, offset, 8, memory));
    }

    static void putByte(long address, int value, long offset, Memory memory) {
        memory.putByte(place(address, offset, 1, memory), (byte) value);
    }

    static void putShort(long address, short value, long offset, Memory memory) {
        memory.putShort(place(address, offset, 2, memory), value);
    }

    static void putInt(long address, int value, long offset, Memory memory) {
        memory.putInt(place(address, offset, 4, memory), value);
    }

    static void putLong(long address, long value, long offset, Memory memory) {
        memory.putLong(place(address, offset, 8, memory), value);
    }
}
