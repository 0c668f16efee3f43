package dev.weir.wasm.wasi;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectableChannel;
import org.jspecify.annotations.Nullable;

/// What is behind a number of the guest: something open, with the rights that the guest has on it.
abstract sealed class Descriptor
        permits InputDescriptor,
                OutputDescriptor,
                FileDescriptor,
                DirectoryDescriptor,
                SocketDescriptor,
                ListenerDescriptor {
    static final int APPEND = 1;
    static final int DATA_SYNC = 2;
    static final int NON_BLOCKING = 4;
    static final int READ_SYNC = 8;
    static final int SYNC = 16;

    /// What may be done with it.
    long rights;

    /// What may be done with what is opened through it.
    long inheriting;

    /// `fdflags` of preview 1.
    int flags;

    Descriptor(long rights, long inheriting, int flags) {
        this.rights = rights;
        this.inheriting = inheriting;
        this.flags = flags;
    }

    final void require(long needed) throws Refusal {
        if ((rights & needed) != needed) {
            throw new Refusal(Errno.NOTCAPABLE);
        }
    }

    abstract Stat stat() throws IOException;

    abstract void close() throws IOException;

    /// Fills buffers in turn and gives how many bytes; 0 at the end.
    long read(ByteBuffer[] buffers) throws IOException, InterruptedException {
        throw new Refusal(Errno.BADF);
    }

    long write(ByteBuffer[] buffers) throws IOException, InterruptedException {
        throw new Refusal(Errno.BADF);
    }

    /// How many bytes may be read or written without waiting; -1 where none may.
    long ready(boolean write) throws IOException {
        return 1;
    }

    /// What a selector can wait for; null where it is always ready.
    @Nullable SelectableChannel selectable() {
        return null;
    }

    FileDescriptor file() throws Refusal {
        throw new Refusal(Errno.SPIPE);
    }

    DirectoryDescriptor directory() throws Refusal {
        throw new Refusal(Errno.NOTDIR);
    }

    SocketDescriptor socket() throws Refusal {
        throw new Refusal(Errno.NOTSOCK);
    }

    void sync(boolean metadata) throws IOException {}

    void flags(int flags) throws IOException {
        this.flags = flags;
    }
}
