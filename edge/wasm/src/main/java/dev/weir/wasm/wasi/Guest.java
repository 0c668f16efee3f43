package dev.weir.wasm.wasi;

import dev.weir.wasm.Memory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// A guest's memory as calls see it: addresses and lengths are unsigned, and what is not inside is
/// answered with `FAULT`.
final class Guest {
    private final WasiLimits limits;
    private @Nullable Memory memory;

    Guest(WasiLimits limits) {
        this.limits = limits;
    }

    void use(Memory memory) {
        this.memory = memory;
    }

    /// A view of bytes, little-endian, which is good until the guest runs on.
    ByteBuffer bytes(long address, int length) throws Refusal {
        if (memory == null || length < 0) {
            throw new Refusal(Errno.FAULT);
        }
        try {
            return memory.view(address & 0xffffffffL, length);
        } catch (IndexOutOfBoundsException e) {
            throw new Refusal(Errno.FAULT);
        }
    }

    int u8(int address) throws Refusal {
        return bytes(address, 1).get() & 0xff;
    }

    int u16(int address) throws Refusal {
        return bytes(address, 2).getShort() & 0xffff;
    }

    int u32(int address) throws Refusal {
        return bytes(address, 4).getInt();
    }

    long u64(int address) throws Refusal {
        return bytes(address, 8).getLong();
    }

    void u32(int address, long value) throws Refusal {
        bytes(address, 4).putInt((int) value);
    }

    void u64(int address, long value) throws Refusal {
        bytes(address, 8).putLong(value);
    }

    /// The buffers that a row of `iovec` or `ciovec` names.
    ByteBuffer[] buffers(int address, int count) throws Refusal {
        if (count < 0 || count > limits.vectors()) {
            throw new Refusal(Errno.INVAL);
        }
        var row = bytes(address, count * 8);
        var buffers = new ByteBuffer[count];
        long total = 0;
        for (int i = 0; i < count; i++) {
            long start = row.getInt() & 0xffffffffL;
            buffers[i] = bytes(start, row.getInt());
            total += buffers[i].remaining();
        }
        if (total > Integer.MAX_VALUE) {
            throw new Refusal(Errno.INVAL);
        }
        return buffers;
    }

    /// A path, or what a link shall say: UTF-8 without NUL.
    String path(int address, int length) throws Refusal {
        var bytes = bytes(address, length);
        if (length > limits.pathBytes()) {
            throw new Refusal(Errno.NAMETOOLONG);
        }
        try {
            var text = StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
            if (text.indexOf('\0') >= 0) {
                throw new Refusal(Errno.INVAL);
            }
            return text;
        } catch (CharacterCodingException e) {
            throw new Refusal(Errno.ILSEQ);
        }
    }

    void stat(int address, Stat stat) throws IOException {
        bytes(address, 64)
                .putLong(0, stat.device())
                .putLong(8, stat.inode())
                .putLong(16, stat.type())
                .putLong(24, stat.links())
                .putLong(32, stat.size())
                .putLong(40, stat.accessed())
                .putLong(48, stat.modified())
                .putLong(56, stat.changed());
    }
}
