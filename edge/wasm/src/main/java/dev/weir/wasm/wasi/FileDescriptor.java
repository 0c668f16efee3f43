package dev.weir.wasm.wasi;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.OpenOption;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;

/// An open file.
final class FileDescriptor extends Descriptor {
    final Place place;
    private final FileChannel channel;
    private final boolean writable;

    /// Where the next byte is read or written; kept here, so that no call asks the kernel for it.
    private long offset;

    private FileDescriptor(
            Place place, FileChannel channel, boolean writable, long rights, int flags) {
        super(rights, 0, flags);
        this.place = place;
        this.channel = channel;
        this.writable = writable;
    }

    /// Takes the place, also where this fails.
    static FileDescriptor open(Place place, boolean read, boolean write, long rights, int flags)
            throws IOException {
        var options = new HashSet<OpenOption>();
        if (read || !write) {
            options.add(StandardOpenOption.READ);
        }
        if (write) {
            options.add(StandardOpenOption.WRITE);
            if ((flags & (SYNC | READ_SYNC)) != 0) {
                options.add(StandardOpenOption.SYNC);
            } else if ((flags & DATA_SYNC) != 0) {
                options.add(StandardOpenOption.DSYNC);
            }
        }
        try {
            var channel = place.channel(options);
            return new FileDescriptor(place, channel, write, rights, flags);
        } catch (IOException | RuntimeException e) {
            place.close();
            throw e;
        }
    }

    @Override
    FileDescriptor file() {
        return this;
    }

    @Override
    Stat stat() throws IOException {
        return place.stat();
    }

    @Override
    long read(ByteBuffer[] buffers) throws IOException {
        long count = read(buffers, offset);
        offset += count;
        return count;
    }

    @Override
    long write(ByteBuffer[] buffers) throws IOException {
        if ((flags & APPEND) != 0) {
            offset = channel.size();
        }
        long count = write(buffers, offset);
        offset += count;
        return count;
    }

    long read(ByteBuffer[] buffers, long at) throws IOException {
        long total = 0;
        for (var buffer : buffers) {
            while (buffer.hasRemaining()) {
                int count = channel.read(buffer, at + total);
                if (count <= 0) {
                    return total;
                }
                total += count;
            }
        }
        return total;
    }

    /// As POSIX says, where appending is on the offset counts all the same.
    long write(ByteBuffer[] buffers, long at) throws IOException {
        long total = 0;
        for (var buffer : buffers) {
            while (buffer.hasRemaining()) {
                total += channel.write(buffer, at + total);
            }
        }
        return total;
    }

    long position() {
        return offset;
    }

    /// @param whence 0 from the start, 1 from here, 2 from the end
    long seek(long by, int whence) throws IOException {
        long from =
                switch (whence) {
                    case 0 -> 0;
                    case 1 -> offset;
                    case 2 -> channel.size();
                    default -> throw new Refusal(Errno.INVAL);
                };
        long to = from + by;
        if (to < 0) {
            throw new Refusal(by > 0 ? Errno.OVERFLOW : Errno.INVAL);
        }
        offset = to;
        return to;
    }

    void size(long size) throws IOException {
        if (size < 0) {
            throw new Refusal(Errno.INVAL);
        }
        if (!writable) {
            throw new Refusal(Errno.BADF);
        }
        if (size <= channel.size()) {
            channel.truncate(size);
        } else {
            channel.write(ByteBuffer.allocate(1), size - 1);
        }
    }

    void allocate(long from, long length) throws IOException {
        if (from < 0 || length <= 0) {
            throw new Refusal(Errno.INVAL);
        }
        if (from + length < 0) {
            throw new Refusal(Errno.FBIG);
        }
        if (from + length > channel.size()) {
            size(from + length);
        }
    }

    @Override
    long ready(boolean write) throws IOException {
        return write ? 1 : Math.max(0, channel.size() - offset);
    }

    @Override
    void sync(boolean metadata) throws IOException {
        channel.force(metadata);
    }

    @Override
    void flags(int flags) throws IOException {
        int fixed = DATA_SYNC | READ_SYNC | SYNC;
        if ((flags & fixed) != (this.flags & fixed)) {
            throw new Refusal(Errno.NOTSUP);
        }
        this.flags = flags;
    }

    @Override
    void close() throws IOException {
        try (place) {
            channel.close();
        }
    }
}
