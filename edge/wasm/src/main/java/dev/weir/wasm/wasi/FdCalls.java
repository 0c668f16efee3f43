package dev.weir.wasm.wasi;

import dev.weir.wasm.wasi.Call.Arguments;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.attribute.FileTime;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Functions on a descriptor.
final class FdCalls {
    private static final int ALL_FLAGS = 0x1f;
    private static final int ALL_ADVICE = 5;
    private static final int ENTRY = 24;

    private final Wasi wasi;
    private final Guest guest;
    private final Descriptors descriptors;

    FdCalls(Wasi wasi) {
        this.wasi = wasi;
        this.guest = wasi.guest;
        this.descriptors = wasi.descriptors;
    }

    void link(Calls calls) {
        calls.add("fd_advise", "illi", this::advise);
        calls.add(
                "fd_allocate",
                "ill",
                in -> get(in, Rights.FD_ALLOCATE).file().allocate(in.i64(1), in.i64(2)));
        calls.add("fd_close", "i", in -> descriptors.close(in.i32(0)));
        calls.add("fd_datasync", "i", in -> get(in, Rights.FD_DATASYNC).sync(false));
        calls.add("fd_sync", "i", in -> get(in, Rights.FD_SYNC).sync(true));
        calls.add("fd_fdstat_get", "ii", this::fdstat);
        calls.add("fd_fdstat_set_flags", "ii", this::setFlags);
        calls.add("fd_fdstat_set_rights", "ill", this::setRights);
        calls.add(
                "fd_filestat_get",
                "ii",
                in -> guest.stat(in.i32(1), get(in, Rights.FD_FILESTAT_GET).stat()));
        calls.add(
                "fd_filestat_set_size",
                "il",
                in -> get(in, Rights.FD_FILESTAT_SET_SIZE).file().size(in.i64(1)));
        calls.add("fd_filestat_set_times", "illi", this::setTimes);
        calls.add("fd_pread", "iiili", this::readAt);
        calls.add("fd_pwrite", "iiili", this::writeAt);
        calls.add("fd_read", "iiii", this::read);
        calls.add("fd_write", "iiii", this::write);
        calls.add("fd_prestat_get", "ii", this::prestat);
        calls.add("fd_prestat_dir_name", "iii", this::prestatName);
        calls.add("fd_readdir", "iiili", this::readDirectory);
        calls.add("fd_renumber", "ii", in -> descriptors.renumber(in.i32(0), in.i32(1)));
        calls.add("fd_seek", "ilii", this::seek);
        calls.add(
                "fd_tell",
                "ii",
                in -> guest.u64(in.i32(1), get(in, Rights.FD_TELL).file().position()));
    }

    private Descriptor get(Arguments in, long rights) throws Refusal {
        return descriptors.get(in.i32(0), rights);
    }

    /// The host's own judgement stays.
    private void advise(Arguments in) throws IOException {
        get(in, Rights.FD_ADVISE).file();
        if (in.i64(1) < 0 || in.i64(2) < 0 || in.i32(3) < 0 || in.i32(3) > ALL_ADVICE) {
            throw new Refusal(Errno.INVAL);
        }
    }

    private void fdstat(Arguments in) throws IOException {
        var descriptor = descriptors.get(in.i32(0));
        guest.bytes(in.i32(1), 24)
                .putLong(0, descriptor.stat().type())
                .putShort(2, (short) descriptor.flags)
                .putLong(8, descriptor.rights)
                .putLong(16, descriptor.inheriting);
    }

    private void setFlags(Arguments in) throws IOException {
        if ((in.i32(1) & ~ALL_FLAGS) != 0) {
            throw new Refusal(Errno.INVAL);
        }
        get(in, Rights.FD_FDSTAT_SET_FLAGS).flags(in.i32(1));
    }

    private void setRights(Arguments in) throws IOException {
        var descriptor = descriptors.get(in.i32(0));
        boolean more =
                (in.i64(1) & ~descriptor.rights) != 0 || (in.i64(2) & ~descriptor.inheriting) != 0;
        if (more) {
            throw new Refusal(Errno.NOTCAPABLE);
        }
        descriptor.rights = in.i64(1);
        descriptor.inheriting = in.i64(2);
    }

    private void setTimes(Arguments in) throws IOException {
        var descriptor = get(in, Rights.FD_FILESTAT_SET_TIMES);
        var place =
                descriptor instanceof DirectoryDescriptor directory
                        ? directory.place
                        : descriptor.file().place;
        int flags = in.i32(3);
        place.times(time(in.i64(1), flags, 1), time(in.i64(2), flags, 4));
    }

    /// A time to set; null for none.
    ///
    /// @param bit the flag that says to set it; the next one says to set it to now
    @Nullable FileTime time(long nanos, int flags, int bit) throws Refusal {
        boolean set = (flags & bit) != 0;
        boolean now = (flags & bit << 1) != 0;
        if (set && now || (flags & ~0xf) != 0) {
            throw new Refusal(Errno.INVAL);
        }
        long time = now ? wasi.clocks.realtime() : nanos;
        return set || now ? FileTime.from(time, TimeUnit.NANOSECONDS) : null;
    }

    private void read(Arguments in) throws IOException, InterruptedException {
        var result = guest.bytes(in.i32(3), 4);
        var descriptor = get(in, Rights.FD_READ);
        result.putInt((int) descriptor.read(guest.buffers(in.i32(1), in.i32(2))));
    }

    private void write(Arguments in) throws IOException, InterruptedException {
        var result = guest.bytes(in.i32(3), 4);
        var descriptor = get(in, Rights.FD_WRITE);
        result.putInt((int) descriptor.write(guest.buffers(in.i32(1), in.i32(2))));
    }

    private void readAt(Arguments in) throws IOException {
        var result = guest.bytes(in.i32(4), 4);
        var file = get(in, Rights.FD_READ | Rights.FD_SEEK).file();
        result.putInt((int) file.read(guest.buffers(in.i32(1), in.i32(2)), offset(in)));
    }

    private void writeAt(Arguments in) throws IOException {
        var result = guest.bytes(in.i32(4), 4);
        var file = get(in, Rights.FD_WRITE | Rights.FD_SEEK).file();
        result.putInt((int) file.write(guest.buffers(in.i32(1), in.i32(2)), offset(in)));
    }

    private static long offset(Arguments in) throws Refusal {
        if (in.i64(3) < 0) {
            throw new Refusal(Errno.INVAL);
        }
        return in.i64(3);
    }

    private void seek(Arguments in) throws IOException {
        var result = guest.bytes(in.i32(3), 8);
        boolean asks = in.i64(1) == 0 && in.i32(2) == 1;
        var descriptor = descriptors.get(in.i32(0));
        if (!asks || (descriptor.rights & Rights.FD_TELL) == 0) {
            descriptor.require(Rights.FD_SEEK);
        }
        result.putLong(descriptor.file().seek(in.i64(1), in.i32(2)));
    }

    private DirectoryDescriptor preopened(Arguments in) throws Refusal {
        if (descriptors.get(in.i32(0)) instanceof DirectoryDescriptor directory
                && directory.preopened != null) {
            return directory;
        }
        throw new Refusal(Errno.BADF);
    }

    private static byte[] name(DirectoryDescriptor directory) {
        return String.valueOf(directory.preopened).getBytes(StandardCharsets.UTF_8);
    }

    private void prestat(Arguments in) throws IOException {
        guest.bytes(in.i32(1), 8).putInt(0).putInt(name(preopened(in)).length);
    }

    private void prestatName(Arguments in) throws IOException {
        var name = name(preopened(in));
        var buffer = guest.bytes(in.i32(1), in.i32(2));
        if (buffer.remaining() < name.length) {
            throw new Refusal(Errno.NAMETOOLONG);
        }
        buffer.put(name);
    }

    /// Fills the buffer; what does not fit is cut, by which the guest sees that there is more.
    private void readDirectory(Arguments in) throws IOException {
        var result = guest.bytes(in.i32(4), 4);
        var buffer = guest.bytes(in.i32(1), in.i32(2));
        var directory = get(in, Rights.FD_READDIR).directory();
        int length = buffer.remaining();
        for (var entry : directory.entries(in.i64(3))) {
            if (!buffer.hasRemaining()) {
                break;
            }
            var name = entry.text().getBytes(StandardCharsets.UTF_8);
            var stat = directory.stat(entry.text());
            var bytes =
                    java.nio.ByteBuffer.allocate(ENTRY + name.length)
                            .order(java.nio.ByteOrder.LITTLE_ENDIAN)
                            .putLong(entry.next())
                            .putLong(stat.inode())
                            .putInt(name.length)
                            .putInt(stat.type())
                            .put(name)
                            .array();
            buffer.put(bytes, 0, Math.min(bytes.length, buffer.remaining()));
        }
        result.putInt(length - buffer.remaining());
    }
}
